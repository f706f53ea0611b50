// RFC 9449 §4.2
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { GuardedRequest } from '../find-token.ts'
import { start } from './issuer.ts'
import { base64url } from './jws.ts'

type ProofJwk = { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }

/** A key pair of a client, and the thumbprint that tokens are bound to. */
export type ProofKey = { readonly privateKey: KeyObject; readonly jwk: ProofJwk; readonly jkt: string }

/** What is different about a proof; a member that is `undefined` is left out. */
export type ProofChanges = { readonly header?: object; readonly claims?: object }

/** Makes a key pair of a client. */
export function proofKey(): ProofKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const text = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })
  return { privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y }, jkt: sha256(text) }
}

let made = 0

/** Signs a proof for `GET https://api.example/pets` with a token. */
export function proofFor(key: ProofKey, token: string, { header = {}, claims = {} }: ProofChanges = {}): string {
  const htu = 'https://api.example/pets'
  const wholeHeader = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header }
  const wholeClaims = { jti: `proof-${made++}`, htm: 'GET', htu, iat: start, ath: sha256(token), ...claims }
  const signed = `${base64url(JSON.stringify(wholeHeader))}.${base64url(JSON.stringify(wholeClaims))}`
  const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${base64url(signature)}`
}

/** `GET /pets` with a token of the scheme `DPoP` and what is given as its proof. */
export function dpopRequest(
  token: string,
  dpop: string | readonly string[] | undefined,
  overrides: Partial<GuardedRequest> = {},
): GuardedRequest {
  const headers = { authorization: `DPoP ${token}`, ...(dpop !== undefined && { dpop }) }
  return { method: 'GET', path: '/pets', query: '', body: '', headers, ...overrides }
}

/** SHA-256 in base64url. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url')
}
