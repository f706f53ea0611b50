// RFC 8705 §2, RFC 9440 §2
import type { HttpRequest } from '@ambit/protocol'
import { addressesWithin } from './address-range.ts'
import type { GuardedRequest } from './find-token.ts'

/**
 * Where the certificate comes from that a client proved to hold: the TLS handshake with us, or a proxy that is named, which
 * sends it in a header field and must take away what a client sends there.
 */
export type ClientCertificateSource =
  | 'tls'
  | {
      /** `client-cert` holds a byte sequence (RFC 9440 §2); any other field a PEM with percent-encoding, as nginx writes it. */
      readonly header: string
      /** Addresses and CIDR ranges of the proxies; they are compared with `remoteAddress`, the peer's own address. */
      readonly trustedProxies: readonly string[]
    }

/** Finds the certificate that the client of a request proved to hold, as DER. */
export type FindCertificate = (request: GuardedRequest) => Uint8Array | undefined

const longestField = 16_384

/**
 * Makes what finds the client's certificate.
 * @throws {RangeError} for no proxy, or one that is no address
 */
export function certificateFinder(source: ClientCertificateSource): FindCertificate {
  if (source === 'tls') return ({ peerCertificate }) => peerCertificate
  const { header, trustedProxies } = source
  if (trustedProxies.length === 0)
    throw new RangeError('`clientCertificate.trustedProxies` is empty; the address of the proxy is wanted')
  const isTrusted = addressesWithin(trustedProxies)
  const name = header.toLowerCase()
  const read = name === 'client-cert' ? bytesOfSequence : bytesOfEscapedPem
  return ({ headers, remoteAddress }) => (isTrusted(remoteAddress) ? read(fieldOf(headers, name)) : undefined)
}

function fieldOf(headers: HttpRequest['headers'], name: string): string {
  const field = headers[name]
  return typeof field === 'string' && field.length <= longestField ? field.trim() : ''
}

// RFC 8941 §3.3.5
function bytesOfSequence(field: string): Uint8Array | undefined {
  const [, text] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(field) ?? []
  return text === undefined ? undefined : bytesOfBase64(text)
}

const pemBegin = '-----BEGIN CERTIFICATE-----'
const pemEnd = '-----END CERTIFICATE-----'

// RFC 7468 §5.1: one certificate and nothing else
function bytesOfEscapedPem(field: string): Uint8Array | undefined {
  const pem = decodeEscapes(field).trim()
  if (!pem.startsWith(pemBegin) || !pem.endsWith(pemEnd)) return undefined
  const text = pem.slice(pemBegin.length, -pemEnd.length).replace(/\s/g, '')
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? bytesOfBase64(text) : undefined
}

function decodeEscapes(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

// RFC 4648 §4
function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
