// RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2
import type { JsonObject } from './strict-json.ts'

type AlgorithmRow = {
  readonly kty: 'EC' | 'OKP' | 'RSA'
  readonly crv?: string
  /** The hash that the signature is made over; EdDSA has its own. */
  readonly hash?: 'sha256' | 'sha384' | 'sha512'
  readonly padding?: 'pkcs1' | 'pss'
}

/** The signature algorithms that can be checked here, each with the key that it takes. */
export const signatureAlgorithms = {
  ES256: { kty: 'EC', crv: 'P-256', hash: 'sha256' },
  ES384: { kty: 'EC', crv: 'P-384', hash: 'sha384' },
  ES512: { kty: 'EC', crv: 'P-521', hash: 'sha512' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  RS256: { kty: 'RSA', hash: 'sha256', padding: 'pkcs1' },
  RS384: { kty: 'RSA', hash: 'sha384', padding: 'pkcs1' },
  RS512: { kty: 'RSA', hash: 'sha512', padding: 'pkcs1' },
  PS256: { kty: 'RSA', hash: 'sha256', padding: 'pss' },
  PS384: { kty: 'RSA', hash: 'sha384', padding: 'pss' },
  PS512: { kty: 'RSA', hash: 'sha512', padding: 'pss' },
} as const satisfies Readonly<Record<string, AlgorithmRow>>

/** A signature algorithm that can be checked here: always of a key pair, never `none` or a shared secret. */
export type SignatureAlgorithm = keyof typeof signatureAlgorithms

/** Whether a value names a signature algorithm that can be checked here. */
export function isSignatureAlgorithm(value: unknown): value is SignatureAlgorithm {
  return typeof value === 'string' && Object.hasOwn(signatureAlgorithms, value)
}

/** The row of an algorithm. */
export function algorithmRow(algorithm: SignatureAlgorithm): AlgorithmRow {
  return signatureAlgorithms[algorithm]
}

/** Checks the signature over a text of ASCII characters by one key and one algorithm; the signature is base64url. */
export type CheckSignature = (signed: string, signature: string) => boolean | Promise<boolean>

/** Prepares a public key for checking, so that the work of reading it is done once; it throws where that is no key. */
export type LoadKey = (jwk: JsonObject, algorithm: SignatureAlgorithm) => CheckSignature | Promise<CheckSignature>
