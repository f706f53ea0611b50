// RFC 8705 §2, RFC 9440 §2
import { readCertificateField } from '@ambit/protocol'
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
  return ({ headers, remoteAddress }) => (isTrusted(remoteAddress) ? readCertificateField(headers, header) : undefined)
}
