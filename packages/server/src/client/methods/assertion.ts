// RFC 7521 §4.2, RFC 7523 §3
import { jwtTypes, signingAlgorithms } from '@ambit/protocol'
import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose'
import type { ClientRecord } from '../../ports/records.ts'

/** The claims of a client assertion whose signature is good; each of the right type or absent. */
export type AssertionClaims = {
  readonly iss?: string
  readonly sub?: string
  /** The audience, where it is exactly one. */
  readonly aud?: string
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
}

/** The client that an assertion says it comes from, before anything is verified. */
export function claimedSubject(assertion: string): string | undefined {
  try {
    return parseClaims(decodeJwt(assertion)).sub
  } catch {
    return undefined
  }
}

/**
 * The claims of an assertion that one of the client's registered keys signed. With several keys that would do, the
 * header must name one by `kid`.
 * @spec RFC 7523 §3, RFC 7515 §4.1.4
 */
export async function verifyAssertion(client: ClientRecord, assertion: string): Promise<AssertionClaims | undefined> {
  if (client.jwks === undefined) return undefined
  try {
    const options = { algorithms: [...signingAlgorithms] }
    const { payload, protectedHeader } = await compactVerify(assertion, keysOf(client.jwks), options)
    const isTyped = [undefined, 'JWT', jwtTypes.clientAssertion].includes(protectedHeader.typ)
    return isTyped ? parseClaims(JSON.parse(new TextDecoder().decode(payload))) : undefined
  } catch {
    return undefined
  }
}

type KeySet = ReturnType<typeof createLocalJWKSet>
const keySets = new WeakMap<object, KeySet>()

function keysOf(jwks: NonNullable<ClientRecord['jwks']>): KeySet {
  const known = keySets.get(jwks)
  if (known) return known
  const made = createLocalJWKSet({ keys: [...jwks.keys] })
  keySets.set(jwks, made)
  return made
}

function parseClaims(value: unknown): AssertionClaims {
  const claims = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const audiences: readonly unknown[] = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']]
  return {
    ...texts({
      iss: claims['iss'],
      sub: claims['sub'],
      aud: audiences.length === 1 ? audiences[0] : undefined,
      jti: claims['jti'],
    }),
    ...numbers({ exp: claims['exp'], nbf: claims['nbf'], iat: claims['iat'] }),
  }
}

function texts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  )
}

function numbers(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  )
}
