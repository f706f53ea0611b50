export type { Config } from './config/config.ts'
export { ConfigError, type ConfigProblem } from './config/config-error.ts'
export {
  type ClientConfig,
  type ConfigDeclaration,
  defineConfig,
  type KeysConfig,
  type LogConfig,
  type ResourceConfig,
  type ScopeNameIn,
  type TlsConfig,
  type UserConfig,
} from './config/declaration.ts'
export { type OpenIdScope, openIdScopes, type WithOpenIdScopes, withOpenIdScopes } from './config/openid-scopes.ts'
export type { CertificateField, PeerCertificate } from './edge/client-certificate.ts'
export { type FetchEdgeOptions, fetchHandler } from './edge/fetch.ts'
export { type Handle, type NodeEdgeOptions, nodeHandler } from './edge/node.ts'
export { nodeServerOptions } from './edge/node-server-options.ts'
export { defineGuard, type GuardDeclaration } from './guard/guard-config.ts'
export type { DeclaredIssuer } from './guard/guard-shape.ts'
export type { ProxyKind } from './guard/original-request.ts'
export { createLog, type Log, type LogOptions } from './observe/log.ts'
export { createPages, type PagesOptions } from './pages/pages.ts'
export { type RunningServer, type StartOptions, startServer } from './serve/start.ts'
export { StartError } from './serve/start-error.ts'
export {
  defineTest,
  type SecretText,
  type TestApi,
  type TestClientConfig,
  type TestDeclaration,
  type TestIssuerConfig,
  type TestIssuerKey,
  type TestLogin,
  type TestReports,
  type TestUserConfig,
} from './tester/declaration.ts'
