import { KeyObject, sign } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** The base64url of a text or of bytes. */
export function base64url(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64url')
}

/** Signs any text as header and any text as payload by ES256, however malformed they are. */
export function signRaw(privateKey: CryptoKey, header: string | Uint8Array, payload: string | Uint8Array): string {
  const signed = `${base64url(header)}.${base64url(payload)}`
  const key = KeyObject.from(privateKey)
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

/** The `lst` of a status list. */
export function compress(bytes: Uint8Array): string {
  return deflateSync(bytes).toString('base64url')
}
