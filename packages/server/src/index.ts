export { codeAuthentication, passwordAuthentication } from './accounts/authentication.ts'
export { foldUsername } from './accounts/username.ts'
export { redirectUriProblem } from './authorize/verified-redirect-uri.ts'
export {
  booleanField,
  type ClientMetadataField,
  findMetadataProblems,
  type MetadataProblem,
  metadataOf,
  textField,
  textsField,
  wordField,
} from './client/metadata-field.ts'
export type { ClientAuthentication, ClientCredentials, ProofQuestion } from './client/methods/method.ts'
export type { RegistrationPolicy } from './client/registered-metadata/policy.ts'
export type * from './context.ts'
export { eachClient, eachUser } from './each.ts'
export type * from './feature.ts'
export {
  type AuthorizationDetailsOptions,
  authorizationDetails,
} from './features/authorization-details/authorization-details.ts'
export type {
  DetailField,
  DetailFields,
  DetailType,
  DetailTypes,
} from './features/authorization-details/detail-type.ts'
export {
  type BackchannelAuthenticationOptions,
  backchannelAuthentication,
} from './features/backchannel-authentication/backchannel-authentication.ts'
export type { FindUser, NotifyUser, UserHint } from './features/backchannel-authentication/settings.ts'
export { type BackchannelLogoutOptions, backchannelLogout } from './features/backchannel-logout/backchannel-logout.ts'
export { clientDocuments } from './features/client-documents/client-documents.ts'
export type { ClientDocumentsOptions } from './features/client-documents/options.ts'
export { type ClientSecretJwtOptions, clientSecretJwt, sealClientSecret } from './features/client-secret-jwt.ts'
export { type DeviceFlowOptions, deviceFlow } from './features/device-flow/device-flow.ts'
export { dpop } from './features/dpop/dpop.ts'
export type { DpopOptions } from './features/dpop/options.ts'
export { type EncryptionOptions, encryption } from './features/encryption/encryption.ts'
export { type GlobalRevocationOptions, globalRevocation } from './features/global-revocation/global-revocation.ts'
export { type GrantManagementOptions, grantManagement } from './features/grant-management/grant-management.ts'
export {
  type IdentityAssertionOptions,
  identityAssertion,
} from './features/identity-assertion/identity-assertion.ts'
export type { IdentityAssertionPolicy } from './features/identity-assertion/identity-policy.ts'
export { type IntrospectionJwtOptions, introspectionJwt } from './features/introspection-jwt.ts'
export { type JwtBearerOptions, jwtBearer } from './features/jwt-bearer/jwt-bearer.ts'
export type { AssertionIssuer } from './features/jwt-bearer/jwt-bearer-grant.ts'
export type { FindSubject, SubjectMapping, TrustedIssuer } from './features/jwt-bearer/trusted-issuer.ts'
export { type MutualTlsOptions, mutualTls } from './features/mutual-tls/mutual-tls.ts'
export { protectedResources } from './features/protected-resources.ts'
export { type PushedRequestsOptions, pushedRequests } from './features/pushed-requests/pushed-requests.ts'
export { type Invitation, inviteClients } from './features/registration/initial-token.ts'
export type {
  RegistrationLimits,
  RegistrationOptions,
  SoftwareStatementIssuer,
} from './features/registration/options.ts'
export { registration } from './features/registration/registration.ts'
export { type RequestObjectsOptions, requestObjects } from './features/request-objects/request-objects.ts'
export { type JwtResponsesOptions, jwtResponses } from './features/response-jwt.ts'
export type { ExchangePolicy, TokenExchangeOptions } from './features/token-exchange/exchange-policy.ts'
export { tokenExchange } from './features/token-exchange/token-exchange.ts'
export type * from './grants/grant.ts'
export { endLostTokens } from './issue/end-lost-tokens.ts'
export { findAccessToken } from './issue/find-access-token.ts'
export { issuerProblem } from './issuer.ts'
export { createKeyRing, type KeyRing, type KeyRingOptions } from './keys/key-ring.ts'
export { defaultKeySchedule, type KeySchedule } from './keys/key-schedule.ts'
export type { Sealing } from './keys/sealing.ts'
export { nodeCrypto } from './node/crypto.ts'
export { nodeKeyTools } from './node/key-tools.ts'
export { timeBasedCodes } from './node/one-time-codes.ts'
export { nodeOutbound, type OutboundOptions } from './node/outbound.ts'
export { OutboundError } from './node/outbound-error.ts'
export { argon2Passwords } from './node/passwords.ts'
export type * from './options.ts'
export { type OptionsProblem, ServerOptionsError } from './options-error.ts'
export type * from './ports/ids.ts'
export type * from './ports/node-record.ts'
export type * from './ports/observe.ts'
export type * from './ports/pages.ts'
export type * from './ports/records.ts'
export type * from './ports/store.ts'
export { StoreUnavailable } from './ports/store-unavailable.ts'
export type * from './ports/waiting-records.ts'
export type * from './ports/world.ts'
export { declarationOf, settingsOf } from './profiles/apply.ts'
export {
  type BrokenRule,
  findClientProblems,
  findContradictions,
  type JudgedRule,
  type PlacedClient,
} from './profiles/judge.ts'
export { profiles } from './profiles/list.ts'
export * from './profiles/profile.ts'
export { chooseTarget } from './scope/choose-audience.ts'
export { decideScope, limitToAuthentication, limitToHook } from './scope/decide-scope.ts'
export { everyone, limitToUser, openIdScopes } from './scope/permissions.ts'
export * from './secret.ts'
export { type AmbitServer, createServer, findServerProblems, judgeServer } from './server.ts'
export { endSessionsOf } from './session/session.ts'
export { type Explanation, explain, type TokenExplanation } from './why/explain.ts'
export { printExplanation } from './why/print-explanation.ts'
