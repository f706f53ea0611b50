// RFC 9068 §4
import { isCompactJws, jwtTypes, refuse, type SigningAlgorithm, signingAlgorithms } from '@ambit/protocol'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { badToken } from './access.ts'
import { type Clock, type Fetch, runtimeFetch, systemClock } from './platform.ts'
import { KeysUnavailableError, RemoteKeys } from './remote-keys.ts'
import type { Verification, VerifyToken } from './verification.ts'

/** How JWT access tokens are verified. Spans are in seconds. */
export type JwtVerifierOptions = {
  /** The signature algorithms that count; all of this house where it is left out. `none` and shared secrets never do. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /** How far the clocks of issuer and resource server may differ: 0 to 60, 5 where it is left out. */
  readonly clockSkew?: number
  readonly clock?: Clock
} & (RemoteKeySet | { readonly jwks: JSONWebKeySet })

/** A key set that is fetched. */
export type RemoteKeySet = {
  /** Where the authorization server's metadata says that its keys are. @spec RFC 8414 §2 */
  readonly jwksUri: string
  readonly fetch?: Fetch
  /** How long fetched keys serve without being fetched again; 600 where it is left out. */
  readonly cacheTtl?: number
  /** How much longer they serve while they cannot be fetched; 3600 where it is left out. */
  readonly staleTtl?: number
}

const requiredClaims = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']
const unknownKeyCooldown = 30
const greatestSkew = 60

/**
 * Verifies JWT access tokens without asking anybody but for keys.
 * @spec RFC 9068 §4
 * @errors invalid_token: not `at+jwt`, another issuer or audience, expired, a missing claim, no good signature
 * @example
 * jwtVerifier({ jwksUri: 'https://as.example/jwks', algorithms: ['ES256'] })
 */
export function jwtVerifier(options: JwtVerifierOptions): VerifyToken {
  const { algorithms = signingAlgorithms, clockSkew = 5, clock = systemClock } = options
  if (!(clockSkew >= 0 && clockSkew <= greatestSkew))
    throw new RangeError(`\`clockSkew\` is ${clockSkew}; 0 to ${greatestSkew} seconds are wanted`)
  const findKey = keysOf(options, clock)
  const rules = { algorithms: [...algorithms], clockTolerance: clockSkew, typ: jwtTypes.accessToken, requiredClaims }
  return async (token, expected) => {
    if (!isCompactJws(token)) return refuse('invalid_token', badToken, 'the token is no compact JWS')
    try {
      const currentDate = new Date(clock.now() * 1000)
      const { payload } = await jwtVerify(token, findKey, { ...rules, ...expected, currentDate })
      return { kind: 'verified', claims: payload, until: payload.exp ?? 0 }
    } catch (error) {
      return explain(error)
    }
  }
}

function keysOf(options: JwtVerifierOptions, clock: Clock): JWTVerifyGetKey {
  if ('jwks' in options) return createLocalJWKSet(options.jwks)
  const { jwksUri, fetch = runtimeFetch, cacheTtl = 600, staleTtl = 3600 } = options
  return new RemoteKeys({ jwksUri, fetch, clock, cacheTtl, staleTtl, cooldown: unknownKeyCooldown }).find
}

function explain(error: unknown): Verification {
  if (error instanceof KeysUnavailableError) return { kind: 'unavailable', reason: error.message }
  if (error instanceof errors.JWTExpired) return refuse('invalid_token', 'the access token has expired')
  if (error instanceof errors.JOSEError) return refuse('invalid_token', badToken, `${error.code}: ${error.message}`)
  throw error
}
