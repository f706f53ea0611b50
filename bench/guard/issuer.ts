// RFC 9068 §2
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { signEs256 } from '../bare/es256.ts'

/** The issuer that every guarded server trusts. */
export const issuer = 'https://as.example'
/** The API that the tokens are for. */
export const audience = 'https://api.example'
/** The scope that the guarded operation needs. */
export const scope = 'read_pets'

const kid = 'bench'

/** A key pair as texts that a process can hand to another one. */
export type TestKey = { readonly privateKey: KeyObject; readonly jwks: string }

/** Makes the issuer's key for one run, and its public half as a key set. */
export function makeTestKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }
  return {
    privateKey: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    jwks: JSON.stringify({ keys: [jwk] }),
  }
}

/** Signs an access token as RFC 9068 wants it; `at` tells one from the other. */
export function mintToken({ privateKey }: TestKey, at: number): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    sub: `user-${at % 1000}`,
    aud: audience,
    client_id: 'shop',
    iat: now,
    exp: now + 3600,
    jti: `token-${at}-${now}`,
    scope: 'read_pets write_pets',
  }
  const input = `${encode({ alg: 'ES256', typ: 'at+jwt', kid })}.${encode(claims)}`
  return `${input}.${signEs256(input, privateKey)}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
