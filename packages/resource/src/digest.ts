// FIPS 180-4, RFC 7515 §2
import { builtInCrypto } from './node/built-in-crypto.ts'

const encoder = new TextEncoder()
const runtime = builtInCrypto()

/** SHA-256 of bytes, or of a text as UTF-8, in base64url: by `node:crypto` where the runtime has it, by WebCrypto elsewhere. */
export const sha256: (data: string | Uint8Array) => string | Promise<string> =
  typeof runtime?.hash === 'function' ? data => runtime.hash('sha256', data, 'base64url') : webSha256

/** SHA-256 by WebCrypto. */
export async function webSha256(data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : Uint8Array.from(data)
  return base64url(await crypto.subtle.digest('SHA-256', bytes))
}

/** Makes the HMAC-SHA-256 of texts under one key, in base64url. */
export async function hmacWith(key: string): Promise<(text: string) => Promise<string>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign'])
  return async text => base64url(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
