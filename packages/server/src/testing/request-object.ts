import type { KeyObject } from 'node:crypto'
import { CompactSign } from 'jose'
import { challenge } from './authorize.ts'
import { redirectUri, testClient } from './clients.ts'
import { clientKeys } from './keys.ts'

/** A client that authenticates by its secret and signs its requests by the key of the test world. */
export const signer = testClient({ name: 'signer', jwks: { keys: [clientKeys.publicJwk] } })

/** Changes to the claims of a request object; `undefined` leaves one out. */
export type ClaimChanges = Readonly<Record<string, unknown>>

/** Changes to how it is signed; `undefined` leaves a member of the header out. */
export type Signing = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
  /** The payload itself, instead of claims. */
  readonly payload?: string
}

/** The claims of a request object that is right at a point in time, with changes. */
export function objectClaims(now: number, changes: ClaimChanges = {}): Readonly<Record<string, unknown>> {
  return {
    iss: 'signer',
    aud: 'https://as.example',
    client_id: 'signer',
    nbf: now,
    exp: now + 300,
    jti: 'object-1',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid read_pets write_pets',
    state: 'the signed state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
}

/** Signs a request object as `signer`, with changes. */
export function signObject(claims: ClaimChanges, { header = {}, key, payload }: Signing = {}): Promise<string> {
  const given = { alg: 'ES256', kid: 'client-key', typ: 'oauth-authz-req+jwt', ...header }
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return new CompactSign(new TextEncoder().encode(payload ?? JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', ...kept })
    .sign(key ?? clientKeys.privateKey)
}
