// FIPS 180-4, RFC 7515 §2
const encoder = new TextEncoder()

/** SHA-256 of bytes, or of a text as UTF-8, in base64url. */
export async function sha256(data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === 'string' ? encoder.encode(data) : Uint8Array.from(data)
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** Makes the HMAC-SHA-256 of texts under one key, in base64url. */
export async function hmacWith(key: string): Promise<(text: string) => Promise<string>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign'])
  return async text => base64url(new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text))))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
