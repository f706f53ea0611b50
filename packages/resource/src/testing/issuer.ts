import { epochSeconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTHeaderParameters, SignJWT } from 'jose'
import type { GuardedRequest } from '../find-token.ts'
import type { Fetch } from '../platform.ts'

/** The issuer that the tests' guards expect. */
export const issuer = 'https://as.example'
/** The resource that the tests' guards protect. */
export const resource = 'https://api.example/pets'
/** The time at which tests begin. */
export const start = 1_700_000_000

/** A small catalogue in which one scope implies others. */
export const catalogue = defineScopes({
  scopes: {
    read_pets: {},
    write_pets: {},
    read_orders: {},
    admin: { implies: ['read_pets', 'write_pets', 'read_orders'] },
  },
})

/** A clock that tests move. */
export function testClock(): { now: () => ReturnType<typeof epochSeconds>; advance: (seconds: number) => void } {
  let now = start
  return {
    now: () => epochSeconds(now),
    advance: seconds => {
      now += seconds
    },
  }
}

/** A key of an issuer: its public half as a key set, and what signs tokens with it. */
export async function testKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  const jwks: JSONWebKeySet = { keys: [jwk] }
  const sign = (claims: object = {}, header: Partial<JWTHeaderParameters> = {}): Promise<string> =>
    new SignJWT({ ...accessTokenClaims(), ...claims })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
      .sign(privateKey)
  return { jwks, sign, privateKey }
}

/** The claims of a good access token; a claim that is overridden by `undefined` is left out. */
export function accessTokenClaims() {
  return {
    iss: issuer,
    sub: 'user-1',
    aud: resource,
    client_id: 'shop',
    iat: start,
    exp: start + 600,
    jti: 'token-1',
    scope: 'read_pets',
  }
}

/** A request with a token in its `Authorization` field. */
export function requestWith(token: string, overrides: Partial<GuardedRequest> = {}): GuardedRequest {
  return { headers: { authorization: `Bearer ${token}` }, query: '', body: '', ...overrides }
}

/** Makes one answer of a `fetch`. */
export type Answering = () => Response | Promise<Response>

/** A `fetch` that answers from a list, one after the other, the last one again and again; it counts its calls. */
export function testFetch(...answers: readonly Answering[]) {
  const calls: { readonly url: string; readonly init: RequestInit }[] = []
  const fetch: Fetch = async (url, init) => {
    const answer = answers[Math.min(calls.length, answers.length - 1)]
    calls.push({ url, init })
    if (answer === undefined) throw new Error('nothing to answer')
    return answer()
  }
  return { fetch, calls }
}
