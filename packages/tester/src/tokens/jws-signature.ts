// RFC 7515 §5.2, RFC 7518 §3, RFC 8037 §3.1
import { type JsonObject, textIn } from './json-object.ts'

type Algorithm = RsaHashedImportParams & EcKeyImportParams & RsaPssParams & EcdsaParams

const sizes = ['256', '384', '512'] as const
const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** Whether one of the keys made the signature of a compact JWS. @spec RFC 7515 §5.2 */
export async function isSignedByOneOf(
  compact: string,
  header: JsonObject,
  keys: readonly JsonObject[],
): Promise<boolean> {
  const alg = textIn(header, 'alg') ?? ''
  const kid = textIn(header, 'kid')
  const fitting = keys.filter(key => (kid === undefined || key['kid'] === kid) && mayVerify(key, alg))
  for (const key of fitting) {
    if (await isSignedBy(compact, key, alg)) return true
  }
  return false
}

function mayVerify(key: JsonObject, alg: string): boolean {
  const type = keyTypeOf(alg)
  if (type === undefined || key['kty'] !== type) return false
  return key['use'] !== 'enc' && (key['alg'] === undefined || key['alg'] === alg)
}

function keyTypeOf(alg: string): string | undefined {
  if (/^(RS|PS)(256|384|512)$/.test(alg)) return 'RSA'
  if (alg in curves) return 'EC'
  if (alg === 'EdDSA' || alg === 'Ed25519') return 'OKP'
  return /^HS(256|384|512)$/.test(alg) ? 'oct' : undefined
}

async function isSignedBy(compact: string, jwk: JsonObject, alg: string): Promise<boolean> {
  const end = compact.lastIndexOf('.')
  const signature = bytesOf(compact.slice(end + 1))
  if (signature === undefined) return false
  try {
    const algorithm = algorithmOf(alg)
    const key = await crypto.subtle.importKey('jwk', publicPart(jwk), algorithm, false, ['verify'])
    return await crypto.subtle.verify(algorithm, key, signature, new TextEncoder().encode(compact.slice(0, end)))
  } catch {
    // a key that the runtime does not take has signed nothing
    return false
  }
}

function publicPart({ kty, crv, x, y, n, e, k }: JsonObject): JsonWebKey {
  const members = Object.entries({ kty, crv, x, y, n, e, k }).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(members)
}

function algorithmOf(alg: string): Algorithm {
  const size = sizes.find(each => alg.endsWith(each)) ?? '256'
  const hash = `SHA-${size}`
  const all = { hash, namedCurve: curves[alg] ?? '', saltLength: Number(size) / 8 }
  if (alg.startsWith('RS')) return { ...all, name: 'RSASSA-PKCS1-v1_5' }
  if (alg.startsWith('PS')) return { ...all, name: 'RSA-PSS' }
  if (alg.startsWith('HS')) return { ...all, name: 'HMAC' }
  return alg in curves ? { ...all, name: 'ECDSA' } : { ...all, name: 'Ed25519' }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(base64url)) return undefined
  try {
    return Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
