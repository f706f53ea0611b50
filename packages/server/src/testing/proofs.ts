// RFC 9449 §4.2
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SigningAlgorithm } from '@ambit/protocol'
import type { TestWorld } from './world.ts'

/** A key pair of a client, and the thumbprint that tokens are bound to. */
export type ProofKey = {
  readonly algorithm: SigningAlgorithm
  readonly privateKey: KeyObject
  readonly jwk: JsonWebKey
  readonly jkt: string
}

/** What is different about a proof; a member that is `undefined` is left out. */
export type ProofChanges = { readonly header?: object; readonly claims?: object }

/** Makes a key pair of a client. */
export function proofKey(algorithm: SigningAlgorithm = 'ES256'): ProofKey {
  const { publicKey, privateKey } = pairFor(algorithm)
  const jwk = publicKey.export({ format: 'jwk' })
  const required = jwk.kty === 'RSA' ? ['e', 'kty', 'n'] : ['crv', 'kty', 'x', 'y']
  return { algorithm, privateKey, jwk, jkt: sha256(JSON.stringify(jwk, required)) }
}

let made = 0

/** Signs a proof for `POST` to the token endpoint of the world, at its time. */
export function proofFor(
  { context }: TestWorld,
  key: ProofKey,
  { header = {}, claims = {} }: ProofChanges = {},
): string {
  const { algorithm, jwk } = key
  const iat = context.clock.now()
  const about = { jti: `proof-${made++}`, htm: 'POST', htu: context.url('/token'), iat, ...claims }
  const signed = [{ typ: 'dpop+jwt', alg: algorithm, jwk, ...header }, about].map(encode).join('.')
  return `${signed}.${signatureOf(key, signed)}`
}

/** SHA-256 in base64url: a thumbprint, or `ath`. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function pairFor(algorithm: SigningAlgorithm): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function signatureOf({ algorithm, privateKey: key }: ProofKey, signed: string): string {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const how = { ES256: { dsaEncoding: 'ieee-p1363' as const }, EdDSA: {}, RS256: {}, PS256: pss }[algorithm]
  const hash = algorithm === 'EdDSA' ? null : 'sha256'
  return sign(hash, Buffer.from(signed), { key, ...how }).toString('base64url')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
