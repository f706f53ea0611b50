// RFC 7517 §4, RFC 7518 §3.1, RFC 8037 §3.1
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Secret, SecretLedger } from '../secret/secret.ts'
import type { KeyPair } from '../target/target.ts'

/** What signs: a key pair, or a secret for HMAC, whatever it may be made of. */
export type SigningKey = KeyPair | { readonly secret: string | Uint8Array }

const curves: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  ES256K: 'secp256k1',
}

/** Makes a key pair for an algorithm; the private half goes through the ledger. @spec RFC 7518 §3.1 */
export function makeKeyPair(alg: string, ledger: Pick<SecretLedger, 'secret'>): KeyPair {
  const { publicKey, privateKey } = generate(alg)
  const text = JSON.stringify(privateKey.export({ format: 'jwk' }))
  return { publicJwk: publicKey.export({ format: 'jwk' }), privateJwk: ledger.secret('private key', text) }
}

function generate(alg: string): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const namedCurve = curves[alg]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve })
  if (/^[RP]S\d+$/.test(alg)) return generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (alg === 'EdDSA' || alg === 'Ed25519') return generateKeyPairSync('ed25519')
  throw new TypeError(`there is no key pair for \`${alg}\``)
}

const keys = new WeakMap<Secret, KeyObject>()

/** The private half as the runtime wants it; read once for each secret. */
export function privateKeyOf({ privateJwk }: Pick<KeyPair, 'privateJwk'>): KeyObject {
  const known = keys.get(privateJwk)
  if (known !== undefined) return known
  const key = createPrivateKey({ key: parseJwk(privateJwk.reveal()), format: 'jwk' })
  keys.set(privateJwk, key)
  return key
}

/** The public key in the forms that a careless verifier may take for a secret. @spec RFC 8725 §2.1 */
export function publicKeyTexts(publicJwk: JsonWebKey): {
  readonly pem: string
  readonly der: Uint8Array
  readonly jwk: string
} {
  const key = createPublicKey({ key: { ...publicJwk }, format: 'jwk' })
  return {
    pem: key.export({ type: 'spki', format: 'pem' }).toString(),
    der: new Uint8Array(key.export({ type: 'spki', format: 'der' })),
    jwk: JSON.stringify(publicJwk),
  }
}

/** The algorithm that a key is made for: `ES256` for P-256, `RS256` for RSA. */
export function naturalAlg({ kty, crv, alg }: JsonWebKey): string {
  if (alg !== undefined && canSign(kty, alg)) return alg
  if (kty === 'RSA') return 'RS256'
  if (kty === 'OKP') return 'EdDSA'
  return Object.keys(curves).find(name => curves[name] === crv) ?? 'ES256'
}

/** Whether a key of this type can make a signature of an algorithm at all. */
export function canSign(kty: string | undefined, alg: string): boolean {
  if (kty === 'RSA') return /^[RP]S(256|384|512)$/.test(alg)
  if (kty === 'OKP') return alg === 'EdDSA' || alg === 'Ed25519'
  return kty === 'EC' && alg in curves
}

function parseJwk(text: string): JsonWebKey & { readonly [name: string]: unknown } {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new TypeError('a private key is wanted as a JSON object')
  return { ...value }
}
