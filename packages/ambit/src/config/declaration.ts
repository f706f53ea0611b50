import type { SigningAlgorithm } from '@ambit/protocol'
import type { Catalogue, CatalogueDeclaration, NameOf, ScopeToken } from '@ambit/scope'
import type {
  ClientAuthenticationMethod,
  ClientKey,
  ClientMetadata,
  GrantableScope,
  ProfileName,
  ScopeHook,
  Ttls,
} from '@ambit/server'
import type { CertificateField } from '../edge/client-certificate.ts'
import type { PagesOptions } from '../pages/pages.ts'
import type { FeaturesConfig } from './feature-table.ts'
import type { OpenIdScope } from './openid-scopes.ts'

/** The names that a catalogue, or the declaration of one, knows. */
export type ScopeNameIn<D> =
  D extends Catalogue<infer Name> ? Name : D extends CatalogueDeclaration ? NameOf<D> | OpenIdScope : never

/** A protected resource that tokens are issued for. @spec RFC 8707 §2 */
export type ResourceConfig = {
  /** An absolute URI without a fragment: what `resource` names and `aud` says. */
  readonly resource: string
  readonly name?: string
  /** `jwt` where it is left out. */
  readonly tokenFormat?: 'jwt' | 'opaque'
  /** In seconds. */
  readonly accessTokenTtl?: number
  readonly algorithm?: SigningAlgorithm
}

/** A client, as a configuration file declares it. @spec RFC 7591 §2 for the meaning of most members */
export type ClientConfig<Name extends string = string> = {
  readonly clientId: string
  readonly name?: string
  readonly uri?: string
  readonly applicationType?: 'web' | 'native'
  /** Left out: `client_secret_basic` with a secret, `private_key_jwt` with `jwks`, else `none`. */
  readonly authenticationMethod?: ClientAuthenticationMethod
  /** In clear; hashed when it is loaded. Better: `secretEnv` or `secretHash`. */
  readonly secret?: string
  /** The environment variable that holds the secret. */
  readonly secretEnv?: string
  /** The base64url SHA-256 of the secret. */
  readonly secretHash?: string
  readonly jwks?: { readonly keys: readonly ClientKey[] }
  /** Where its public keys are fetched from, instead of `jwks`. */
  readonly jwksUri?: string
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  /** Left out: `authorization_code` and `refresh_token` with redirect URIs, else `client_credentials`. */
  readonly grantTypes?: readonly string[]
  /** Left out: `code` where the client has the authorization code grant. */
  readonly responseTypes?: readonly string[]
  /** The ceiling: scope that this client may ever get. */
  readonly scope: readonly ScopeToken<Name>[]
  /** The scope of a request that names none. */
  readonly defaultScope?: readonly ScopeToken<Name>[]
  /** Scope that consent does not let the user refuse. */
  readonly mandatoryScope?: readonly ScopeToken<Name>[]
  /** The resources whose tokens this client may introspect. @spec RFC 7662 §2.1 */
  readonly introspects?: readonly string[]
  readonly subjectType?: 'public' | 'pairwise'
  readonly sectorIdentifier?: string
  readonly idTokenAlgorithm?: SigningAlgorithm
  /** In seconds. */
  readonly accessTokenTtl?: number
  /** The level that each login for this client must reach: `urn:ambit:acr:otp` for a one-time code. */
  readonly requiredAcr?: string
  /** What features read of the client, by the registered names: `{ dpop_bound_access_tokens: true }`. @spec RFC 7591 §2 */
  readonly metadata?: ClientMetadata
  readonly dangerouslyAcceptNonceInsteadOfPkce?: boolean
  readonly dangerouslyAllowImplicit?: boolean
  readonly dangerouslyAllowPassword?: boolean
}

/** A user, as a configuration file declares them. */
export type UserConfig<Name extends string = string> = {
  readonly username: string
  /** What clients know the user by, so that it stays the same with another store; made at first start where it is left out. */
  readonly userId?: string
  /** In clear; hashed when the server starts. Better: `passwordEnv` or `passwordHash`. */
  readonly password?: string
  /** The environment variable that holds the password. */
  readonly passwordEnv?: string
  /** A PHC string (`$argon2id$…`), as `ambit init` writes it. */
  readonly passwordHash?: string
  /** OpenID Connect claims by name. @spec OpenID Connect Core §5.1 */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Scope that this user may pass on; left out: all. */
  readonly scope?: readonly ScopeToken<Name>[]
  /** Of `roles`; what they let the user pass on. */
  readonly roles?: readonly string[]
}

/** Signing keys. Spans are in seconds. */
export type KeysConfig = {
  /** Algorithms that have a key even where nothing else asks for one. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /** `ES256` where it is left out. */
  readonly idTokenAlgorithm?: SigningAlgorithm
  readonly rotateEvery?: number
  /** How long a new key is in the JWKS before it signs. */
  readonly announceFor?: number
  /** How long an old key stays in the JWKS after it signed last. */
  readonly overlapFor?: number
  /** 32 bytes in base64url; private keys are sealed with it at rest. */
  readonly sealingKey?: string
}

/** How addresses that strangers name are reached. */
export type OutboundConfig = {
  /** Origins such as `http://127.0.0.1:9000` that may be called although they are private or plain http: for development. */
  readonly dangerouslyAllow?: readonly string[]
}

/**
 * TLS of our own, 1.2 and 1.3. Paths are of files in PEM, relative to the configuration file; the files are read again when
 * they change.
 */
export type TlsConfig = {
  /** The server's certificate, and behind it those that lead to its authority. */
  readonly cert: string
  /** The private key of the certificate. */
  readonly key: string
  /** Asks clients for certificates; none must have one. @spec RFC 8705 §2 */
  readonly requestCert?: boolean
  /** The authorities whose certificates name clients (`tls_client_auth`); left out: nobody's do. @spec RFC 8705 §7.3 */
  readonly ca?: string
  /** A port of its own beside the plain one; left out: `port` speaks TLS, and nothing speaks plain HTTP. */
  readonly port?: number
}

/** How much is logged, and how. */
export type LogConfig = {
  readonly level?: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** `auto` is `pretty` on a terminal and `json` elsewhere. */
  readonly format?: 'auto' | 'json' | 'pretty'
}

/** A PostgreSQL database, 15 or newer. Spans are in seconds. */
export type DatabaseDeclaration = {
  /**
   * `postgres://name:password@host:5432/database?sslmode=verify-full`; with several hosts, the one that may be written is taken.
   * Better: `urlEnv`.
   */
  readonly url?: string
  /** The environment variable that holds the URL; `DATABASE_URL` where neither is named. */
  readonly urlEnv?: string
  /** A replica for what may be stale: lists that people look at. */
  readonly replicaUrl?: string
  readonly replicaUrlEnv?: string
  /** Connections of each process. */
  readonly poolSize?: number
  readonly connectTimeout?: number
  readonly statementTimeout?: number
  readonly lockTimeout?: number
  /** `start`: each program brings the schema up to date when it starts. `never`: `ambit store migrate` does it. `start` where it is left out. */
  readonly migrate?: 'start' | 'never'
}

/** What a configuration file declares. Everything but the catalogue can be left out. */
export type ConfigDeclaration<D = Catalogue | CatalogueDeclaration> = {
  /** An https URL without query or fragment (http on loopback only); `http://localhost:<port>` where it is left out. */
  readonly issuer?: string
  /** 4000 where it is left out; 0 takes a free one. */
  readonly port?: number
  /** The address to listen on; 127.0.0.1 where it is left out. */
  readonly host?: string
  /**
   * The path of the SQLite file, relative to the configuration file; `memory`; or a PostgreSQL database. `ambit.db` where it is
   * left out.
   */
  readonly store?: string | DatabaseDeclaration
  /** How many processes `ambit serve` serves with, at most 64; `auto` is one for each core. Left out: it serves by itself. */
  readonly workers?: number | 'auto'
  /** All scopes. To a declaration the OpenID Connect scopes are added; a catalogue is taken as it is. */
  readonly catalogue: D
  readonly resources?: readonly ResourceConfig[]
  /** The audience of a token whose request names no resource and whose scope belongs to none. */
  readonly defaultResource?: string
  readonly clients?: readonly ClientConfig<ScopeNameIn<D>>[]
  readonly users?: readonly UserConfig<ScopeNameIn<D>>[]
  /** Spans in seconds. */
  readonly ttl?: { readonly [K in keyof Ttls]?: number }
  readonly keys?: KeysConfig
  /** Left out: unknown scope is ignored where `openid` is requested, refused elsewhere. */
  readonly unknownScope?: 'refuse' | 'ignore'
  readonly scopeHook?: ScopeHook
  /**
   * What users of each role may pass on, and nothing else; `everyone` is every user's role. Left out: users are not limited.
   * @example { everyone: ['read_pets'], clerk: ['write_pets'] }
   */
  readonly roles?: Readonly<Record<string, readonly ScopeToken<ScopeNameIn<D>>[]>>
  /** What a user may pass on, as a directory outside knows it; it can only narrow. */
  readonly grantable?: GrantableScope
  /** JWT access tokens have a status, by which APIs see offline, within `window` seconds, that they were revoked. */
  readonly statusList?: { readonly window: number }
  /** A set of rules that everything here must fit, and that fills in what is left out: see `ambit profile check`. */
  readonly profile?: ProfileName
  /** The methods by which clients may authenticate; left out: all that are mounted. */
  readonly clientAuthenticationMethods?: readonly ClientAuthenticationMethod[]
  /** Whom a client assertion names as its audience: the issuer alone, or (left out) also the endpoint. */
  readonly assertionAudience?: 'issuer' | 'endpoint'
  /** The algorithms by which what clients sign may be signed; left out: all. */
  readonly acceptedAlgorithms?: readonly SigningAlgorithm[]
  /** No access token is issued that is not bound to a key or certificate. */
  readonly requireSenderConstraint?: boolean
  /** Whether a refresh gives another refresh token, or the one that was used stays; left out: `rotated`, as always for public clients. */
  readonly refreshTokens?: 'rotated' | 'kept'
  /** What the server can beside the classic flows: each is on with `true` or with its options, and else not there at all. */
  readonly features?: FeaturesConfig
  readonly outbound?: OutboundConfig
  /** Users who have enrolled (`ambit user otp`) log in with a one-time code where it is asked for; wants `keys.sealingKey`. */
  readonly oneTimeCodes?: boolean
  /** The operator's words and brand. */
  readonly pages?: PagesOptions
  readonly log?: LogConfig
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  /** Left out: TLS ends in a proxy in front. */
  readonly tls?: TlsConfig
  /** Where one of `trustedProxies` says which certificate the client holds. @spec RFC 9440 */
  readonly certificateField?: CertificateField
  /** Serves `/metrics` on a port of its own; left out: beside the server, for loopback alone. */
  readonly metricsPort?: number
  /** 127.0.0.1 where it is left out. */
  readonly metricsHost?: string
  readonly dangerouslyAllowImplicit?: boolean
  readonly dangerouslyAllowPassword?: boolean
}

/**
 * Types a configuration: a misspelt scope of a client or user does not compile. Checks nothing; starting does.
 * @example
 * export default defineConfig({
 *   catalogue: { scopes: { read_pets: { title: 'See the pets' } } },
 *   clients: [{ clientId: 'shop', redirectUris: ['http://127.0.0.1:8000/callback'], scope: ['openid', 'read_pets'] }],
 * })
 */
export function defineConfig<const D extends Catalogue | CatalogueDeclaration>(
  config: ConfigDeclaration<D>,
): ConfigDeclaration<D> {
  return config
}
