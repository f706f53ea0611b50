export type { Access, Principal } from './access.ts'
export { addressesWithin, type IsWithin } from './address-range.ts'
export type { AuthorizationDetail } from './authorization-details.ts'
export type { ClientCertificateSource } from './certificate-source.ts'
export { type DiscoveryOptions, discoverIssuer } from './discovery.ts'
export { type DpopNonces, type StatelessNonceOptions, statelessNonces } from './dpop-nonces.ts'
export type { DpopOptions } from './dpop-options.ts'
export type { GuardedRequest } from './find-token.ts'
export { type Allowed, createGuard, type Guard, type Guarded, type GuardOptions, type Refused } from './guard.ts'
export type { GuardEvent, ObserveGuard } from './guard-event.ts'
export type { GuardFrame } from './guard-options.ts'
export {
  type IntrospectionRules,
  type IntrospectionVerifierOptions,
  introspectionVerifier,
} from './introspection-verifier.ts'
export { type JwtRules, type JwtVerifierOptions, jwtVerifier, type KeySet, type RemoteKeySet } from './jwt-verifier.ts'
export type { LoginRequirement, Wanted } from './operation.ts'
export { type Clock, type Fetch, type StartTimer, steadyClock } from './platform.ts'
export type { Circumstanced, PolicyGuard, PolicyGuardOptions } from './policy-guard.ts'
export type { MetadataDocument, MetadataOptions, ProtectedResourceMetadata } from './protected-resource-metadata.ts'
export {
  LocalReplayMemory,
  type LocalReplayMemoryOptions,
  type ReplayMemory,
  ReplayMemoryFullError,
} from './replay-memory.ts'
export type { CheckSignature, LoadKey, SignatureAlgorithm } from './signature-algorithms.ts'
export type { StatusListOptions } from './status-list.ts'
export { type VerifiedFrom, type VerifierOptions, type VerifyAccessToken, verifierOf } from './trusted-issuers.ts'
export { type Repeat, UsageReporter, type UsageReporterOptions } from './usage-reporter.ts'
export type { Expectation, TrustedIssuer, Unavailable, Verification, Verified, VerifyToken } from './verification.ts'
