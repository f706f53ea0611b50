import { generateKeyPairSync } from 'node:crypto'
import { type JWTHeaderParameters, SignJWT } from 'jose'
import type { ClientKey } from '../../../ports/records.ts'
import type { TestWorld } from '../../../testing/world.ts'
import type { TrustedIssuer } from '../trusted-issuer.ts'

/** The identifier of an issuer that is not ours. */
export const foreignIssuer = 'https://idp.example'

function makePair(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicJwk: ClientKey = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' }
  return { publicJwk, privateKey }
}

/** The keys of the foreign issuer. */
export const foreignKeys = makePair('foreign')
/** Keys that nobody trusts. */
export const strangeKeys = makePair('foreign')

/** A declaration that trusts the foreign issuer, with changes. */
export function trusted(changes: Partial<TrustedIssuer> = {}): TrustedIssuer {
  return {
    issuer: foreignIssuer,
    jwks: { keys: [foreignKeys.publicJwk] },
    clients: ['bearer'],
    subject: { claim: 'sub', is: 'username' },
    consent: 'assertion',
    ...changes,
  }
}

type Claims = Readonly<Record<string, unknown>>

let made = 0

/** An assertion about alice for the server of a world, with changes; `undefined` leaves a claim or a header out. */
export async function signAssertion(
  world: TestWorld,
  claims: Claims = {},
  {
    header = {},
    key = foreignKeys.privateKey,
  }: { readonly header?: Claims; readonly key?: typeof foreignKeys.privateKey } = {},
): Promise<string> {
  const now = world.clock.now()
  const usual = {
    iss: foreignIssuer,
    sub: 'alice',
    aud: world.options.issuer,
    jti: `jti-${made++}`,
    iat: now,
    exp: now + 60,
  }
  const head = { alg: 'ES256', kid: 'foreign', ...header }
  return new SignJWT(present({ ...usual, ...claims }))
    .setProtectedHeader(present(head) as JWTHeaderParameters)
    .sign(key)
}

function present(members: Claims): Claims {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
