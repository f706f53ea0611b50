export type { Access } from './access.ts'
export { type DiscoveryOptions, discoverIssuer } from './discovery.ts'
export type { GuardedRequest } from './find-token.ts'
export { createGuard, type Guard, type Guarded, type GuardOptions } from './guard.ts'
export {
  type IntrospectionRules,
  type IntrospectionVerifierOptions,
  introspectionVerifier,
} from './introspection-verifier.ts'
export { type JwtRules, type JwtVerifierOptions, jwtVerifier, type KeySet, type RemoteKeySet } from './jwt-verifier.ts'
export { type Clock, type Fetch, type StartTimer, steadyClock } from './platform.ts'
export type { CheckSignature, LoadKey, SignatureAlgorithm } from './signature-algorithms.ts'
export type { StatusListOptions } from './status-list.ts'
export { type VerifiedFrom, type VerifierOptions, type VerifyAccessToken, verifierOf } from './trusted-issuers.ts'
export type { Expectation, TrustedIssuer, Unavailable, Verification, Verified, VerifyToken } from './verification.ts'
