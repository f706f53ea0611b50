// OpenID Connect Core §3.1.3.6
import { toBase64Url } from '../../tokens/server-access.ts'

/** Whether a value is the hash of an access token by the algorithm of the ID token: the left half, base64url. */
export async function problemOfHash(
  said: string,
  accessToken: string,
  alg: string,
): Promise<'wrong' | 'unknown' | undefined> {
  const size = /(256|384|512)$/.exec(alg)?.[0]
  // for Ed25519 everybody takes SHA-512
  const bits = size ?? (alg === 'EdDSA' || alg === 'Ed25519' ? '512' : undefined)
  if (bits === undefined) return 'unknown'
  const digest = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(accessToken)))
  return toBase64Url(digest.subarray(0, digest.length / 2)) === said ? undefined : 'wrong'
}
