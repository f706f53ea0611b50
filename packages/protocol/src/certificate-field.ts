// RFC 9440 §2, RFC 7468 §5
import { type HttpHeaders, singleHeader } from './http.ts'

const longestField = 16_384

/**
 * The certificate in a header field that a proxy wrote, as DER: in `Client-Cert` a byte sequence (RFC 9440 §2.2), in any other
 * field a PEM with percent-encoding, as nginx has it in `$ssl_client_escaped_cert`. Whether the proxy is to be believed is for
 * the caller to know.
 * @spec RFC 9440 §2.2
 */
export function readCertificateField(headers: HttpHeaders, name: string): Uint8Array | undefined {
  const field = singleHeader(headers, name.toLowerCase())?.trim() ?? ''
  if (field.length > longestField) return undefined
  return name.toLowerCase() === 'client-cert' ? bytesOfSequence(field) : bytesOfEscapedPem(field)
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

/** The bytes of base64 in its usual alphabet; `undefined` where it is none. @spec RFC 4648 §4 */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
