// RFC 9449 §4.2
import { createHash, randomUUID } from 'node:crypto'
import type { Secret, SecretLedger } from '../secret/secret.ts'
import type { KeyPair } from '../target/target.ts'
import { type SigningKey, signJws } from './forge-jws.ts'
import { naturalAlg } from './signing-key.ts'

/** What a proof is made of. */
export type ProofParts = {
  /** Its public half stands in the proof. */
  readonly key: KeyPair
  readonly method: string
  /** Where the request goes; query and fragment are left out of the proof. */
  readonly url: string
  readonly accessToken?: Secret
  readonly nonce?: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A member set to `undefined` is left out. `key` signs, while the key in the header stays. */
  readonly change?: {
    readonly header?: Readonly<Record<string, unknown>>
    readonly claims?: Readonly<Record<string, unknown>>
    readonly key?: SigningKey
  }
}

/** Makes a DPoP proof, good where nothing is changed. @spec RFC 9449 §4.2 */
export function makeDpopProof(parts: ProofParts, secrets: Pick<SecretLedger, 'secret'>): Secret {
  const { key, change = {} } = parts
  const header = { typ: 'dpop+jwt', alg: naturalAlg(key.publicJwk), jwk: key.publicJwk, ...change.header }
  const payload = { ...claimsOf(parts), ...change.claims }
  // JSON leaves out what is undefined
  return secrets.secret('DPoP proof', signJws({ header, payload, key: change.key ?? key }))
}

function claimsOf({ method, url, accessToken, nonce, now }: ProofParts): Readonly<Record<string, unknown>> {
  return {
    jti: randomUUID(),
    htm: method,
    htu: url.replace(/[?#].*$/s, ''),
    iat: Math.floor(now() / 1000),
    ath: accessToken && createHash('sha256').update(accessToken.reveal()).digest('base64url'),
    nonce,
  }
}

/** The thumbprint by which a token names the key of its proofs. @spec RFC 7638 §3; RFC 9449 §6.1 */
export function thumbprintOf({ kty, crv, x, y, e, n }: JsonWebKey): string {
  const members = { crv, e, kty, n, x, y }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}
