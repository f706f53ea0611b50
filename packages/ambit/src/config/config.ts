import type { SigningAlgorithm } from '@ambit/protocol'
import type { Catalogue } from '@ambit/scope'
import type {
  ClientRecord,
  Feature,
  GrantableScope,
  KeySchedule,
  ResourceDeclaration,
  Roles,
  ScopeHook,
  ServerOptions,
  StatusListOptions,
  Ttls,
  UserRecord,
} from '@ambit/server'
import type { CertificateField } from '../edge/client-certificate.ts'
import type { PagesOptions } from '../pages/pages.ts'
import type { DatabaseDeclaration, LogConfig, OutboundConfig, TlsConfig } from './declaration.ts'

/** A declared client: its record but for the time at which it is first stored. */
export type DeclaredClient = Omit<ClientRecord, 'createdAt'>

/** A declared user. The password is in clear or hashed, never both. */
export type DeclaredUser = Pick<UserRecord, 'username' | 'claims' | 'scope' | 'roles'> & {
  readonly userId?: string
  readonly credential:
    | { readonly kind: 'password'; readonly password: string }
    | { readonly kind: 'hash'; readonly passwordHash: string }
}

/** What the server demands of clients, as far as the file says it; a profile fills in the rest. */
export type ConfigSecurity = Pick<
  ServerOptions,
  | 'profile'
  | 'clientAuthenticationMethods'
  | 'assertionAudience'
  | 'acceptedAlgorithms'
  | 'requireSenderConstraint'
  | 'refreshTokens'
>

/** A PostgreSQL database that keeps everything. */
export type DatabaseConfig = Omit<DatabaseDeclaration, 'urlEnv' | 'replicaUrlEnv'> &
  Required<Pick<DatabaseDeclaration, 'url' | 'migrate'>>

/** The whole configuration: checked, with every default filled in. */
export type Config = {
  /** Absent: `http://localhost`, or `https://localhost` where that port speaks TLS, with the port on which the server listens. */
  readonly issuer?: string
  readonly port: number
  readonly host: string
  /** An absolute path, `memory`, or a database. */
  readonly store: string | DatabaseConfig
  /** How many processes serve; one, without a program above it, where it is left out. */
  readonly workers?: number
  readonly catalogue: Catalogue
  readonly resources: readonly ResourceDeclaration[]
  readonly defaultResource?: string
  readonly clients: readonly DeclaredClient[]
  readonly users: readonly DeclaredUser[]
  readonly ttl: Ttls
  readonly keys: KeySchedule & {
    readonly algorithms: readonly SigningAlgorithm[]
    readonly idTokenAlgorithm: SigningAlgorithm
    readonly sealingKey?: string
  }
  readonly unknownScope?: 'refuse' | 'ignore'
  readonly scopeHook?: ScopeHook
  readonly roles?: Roles
  readonly grantable?: GrantableScope
  readonly statusList?: StatusListOptions
  readonly security: ConfigSecurity
  /** What the server can beside the classic flows, in the order of the table. */
  readonly features: readonly Feature[]
  readonly outbound: OutboundConfig
  readonly oneTimeCodes: boolean
  readonly pages: PagesOptions
  readonly log: Required<LogConfig>
  readonly trustedProxies: readonly string[]
  /** With absolute paths. */
  readonly tls?: TlsConfig
  readonly certificateField?: CertificateField
  readonly metricsPort?: number
  readonly metricsHost: string
  readonly dangerouslyAllowImplicit: boolean
  readonly dangerouslyAllowPassword: boolean
}

/** The issuer of a configuration, once it is known on which port the server listens. */
export function issuerOf(config: Config, port: number = config.port): string {
  const scheme = config.tls !== undefined && config.tls.port === undefined ? 'https' : 'http'
  return config.issuer ?? `${scheme}://localhost:${port}`
}
