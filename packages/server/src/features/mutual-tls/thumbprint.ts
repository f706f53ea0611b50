// RFC 8705 §3.1, RFC 4648 §5
/** The SHA-256 of a certificate's DER in base64url, without padding: what `x5t#S256` says. @spec RFC 8705 §3.1 */
export async function certificateThumbprint(der: Uint8Array): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(der))))
}

/** Bytes in base64url, without padding. @spec RFC 4648 §5 */
export function base64url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
