import { createGuard } from '../guard.ts'
import type { GuardFrame } from '../guard-options.ts'
import { jwtVerifier } from '../jwt-verifier.ts'
import { ecKey, forgerOf, rsaKey } from './forger.ts'
import { catalogue, issuer, resource, testClock } from './issuer.ts'

/** The keys of the issuer: two that sign access tokens, one for encryption, one of another algorithm. */
export const keys = {
  ec: ecKey({ kid: 'ec-1', alg: 'ES256', use: 'sig' }),
  rsa: rsaKey({ kid: 'rsa-1', alg: 'RS256', use: 'sig' }),
  encryption: ecKey({ kid: 'enc-1', use: 'enc' }),
  other: rsaKey({ kid: 'rsa-2', alg: 'PS256', use: 'sig' }),
} as const

/** The issuer's key set. */
export const jwks = { keys: Object.values(keys).map(({ jwk }) => jwk) }

/** Forges tokens with the issuer's own key, or without. */
export const forge = forgerOf(keys.ec)

/** A guard that verifies JWTs by the issuer's keys, and its clock. */
export function catalogueGuard(options: Partial<GuardFrame> = {}) {
  const clock = testClock()
  const jwt = jwtVerifier({ jwks, clock, algorithms: ['ES256', 'RS256', 'EdDSA'] })
  return { guard: createGuard({ issuers: [{ issuer, jwt }], resource, catalogue, clock, ...options }), clock }
}
