// RFC 7515 §7.1
import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { accessTokenClaims } from './issuer.ts'
import { base64url } from './jws.ts'

/** A key pair of an issuer or of somebody else, and its public half as it stands in a key set. */
export type ForgerKey = { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly jwk: JsonWebKey }

/** What a forged token is made of; what is left out is as a good token has it. */
export type Forgery = {
  readonly header?: object
  readonly claims?: object
  /** Instead of the claims, any text. */
  readonly payload?: string
  readonly key?: ForgerKey
  /** Instead of a signature, any text. */
  readonly signature?: string
}

/** Makes a P-256 key pair. */
export function ecKey(members: object = {}): ForgerKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { publicKey, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), ...members } }
}

/** Makes an RSA key pair of 2048 bits. */
export function rsaKey(members: object = {}): ForgerKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { publicKey, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), ...members } }
}

/** Makes what forges tokens: anything may be in them, whatever libraries would refuse to write. */
export function forgerOf(own: ForgerKey) {
  return ({ header = {}, claims = {}, payload, key = own, signature }: Forgery = {}): string => {
    const wholeHeader = { alg: 'ES256', kid: 'ec-1', typ: 'at+jwt', ...header }
    const body = payload ?? JSON.stringify({ ...accessTokenClaims(), ...claims })
    const signed = `${base64url(JSON.stringify(wholeHeader))}.${base64url(body)}`
    return `${signed}.${signature ?? signatureBy(key, String(wholeHeader.alg), signed)}`
  }
}

/** Makes the MAC of a token with a shared secret. */
export function macOf(secret: string | Uint8Array, { header = {}, claims = {} }: Forgery = {}): string {
  const wholeHeader = { alg: 'HS256', kid: 'ec-1', typ: 'at+jwt', ...header }
  const signed = `${base64url(JSON.stringify(wholeHeader))}.${base64url(JSON.stringify({ ...accessTokenClaims(), ...claims }))}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function signatureBy({ privateKey }: ForgerKey, alg: string, signed: string): string {
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const pss = { ...key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const hash = alg.endsWith('384') ? 'sha384' : 'sha256'
  return sign(hash, Buffer.from(signed), alg.startsWith('PS') ? pss : key).toString('base64url')
}
