export { factsAsTold, subjectAsTold } from './as-told.ts'
export { decideElsewhere } from './decide-elsewhere.ts'
export type {
  AuthzenEvent,
  AuthzenLimits,
  AuthzenOptions,
  DecidingPolicy,
  PepAuthentication,
} from './decision-point.ts'
export { type AuthzenEndpoints, authzenEndpoints } from './endpoints.ts'
export type { AuthzenAction, AuthzenEntity, EvaluationAnswer, EvaluationRequest, JsonObject } from './entities.ts'
export type { AuthzenMetadata } from './metadata.ts'
export { readAuthzenMetadata } from './read-metadata.ts'
export { type AuthzenPdpOptions, authzenPdp, type RemotePolicy } from './remote-policy.ts'
export { sharedSecrets } from './shared-secrets.ts'
