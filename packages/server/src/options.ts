import type { Seconds, SigningAlgorithm } from '@ambit/protocol'
import type { Catalogue } from '@ambit/scope'
import type { Endpoint } from './context.ts'
import type { Feature } from './feature.ts'
import type { Grant } from './grants/grant.ts'
import type { Observe } from './ports/observe.ts'
import type { Pages } from './ports/pages.ts'
import type { ClientAuthenticationMethod, ClientRecord, UserRecord } from './ports/records.ts'
import type { Store } from './ports/store.ts'
import type { Clock, Crypto, OneTimeCodes, Outbound, Passwords, Signer } from './ports/world.ts'
import type { ProfileName } from './profiles/profile.ts'

/** A protected resource that tokens are issued for. @spec RFC 8707 §2 */
export type ResourceDeclaration = {
  /** An absolute URI without a fragment: what `resource` names and `aud` says. */
  readonly resource: string
  readonly name: string
  readonly tokenFormat: 'jwt' | 'opaque'
  readonly accessTokenTtl?: Seconds
  /** Of JWT access tokens; the server's default when absent. */
  readonly algorithm?: SigningAlgorithm
}

/** Spans of time, each in seconds. */
export type Ttls = {
  readonly code: Seconds
  readonly accessToken: Seconds
  readonly idToken: Seconds
  readonly refreshIdle: Seconds
  readonly refreshAbsolute: Seconds
  /** Within this span the same refresh token gets the same successor again; 0 turns it off. */
  readonly refreshGrace: Seconds
  readonly sessionIdle: Seconds
  readonly sessionAbsolute: Seconds
  readonly interaction: Seconds
  /** How long a user's consent is remembered since it was last given; absent: until it is taken back. */
  readonly grant?: Seconds
}

/** An operator's own last word on scope: what of `scope` may this request have? It can only narrow. */
export type ScopeHook = (question: {
  readonly scope: readonly string[]
  readonly client: ClientRecord
  readonly user?: UserRecord
  readonly grantType: string
}) => Promise<readonly string[]>

/**
 * What the users of each role may pass on: scope-tokens, or the declared name of a parameterised scope for each of its
 * instances. `everyone` is every user's role. Scope of OpenID Connect is every user's own and needs no role.
 */
export type Roles = Readonly<Record<string, readonly string[]>>

/** What a user may pass on, as a directory outside of the server knows it. It can only narrow. */
export type GrantableScope = (user: UserRecord) => Promise<readonly string[]>

/** How status lists are served. */
export type StatusListOptions = {
  /** How long at most it takes until APIs see that a token is revoked. */
  readonly window: Seconds
}

/** What a server is made of; checked whole by `createServer`. */
export type ServerOptions = {
  /** An https URL without query or fragment (http on loopback only). @spec RFC 8414 §2 */
  readonly issuer: string
  readonly catalogue: Catalogue
  readonly resources: readonly ResourceDeclaration[]
  /** The audience of a token whose request names no resource and whose scope belongs to none; the first resource when absent, the issuer when there is none. */
  readonly defaultResource?: string
  readonly ttl: Ttls
  readonly idTokenAlgorithm: SigningAlgorithm
  /** What happens to unknown scope. Absent: ignored where `openid` is requested, refused elsewhere. */
  readonly unknownScope?: 'refuse' | 'ignore'
  /** Switches that RFC 9700 advises against; each warns at start. */
  readonly dangerouslyAllowImplicit?: boolean
  readonly dangerouslyAllowPassword?: boolean
  /** The methods by which clients may authenticate; all that are mounted, when absent. */
  readonly clientAuthenticationMethods?: readonly ClientAuthenticationMethod[]
  /**
   * Whom assertions of clients must be meant for. `issuer`: the issuer alone, as one text. `endpoint`, or absent: also the
   * token endpoint or the endpoint they are sent to. @spec RFC 7523 §3, RFC 9126 §2
   */
  readonly assertionAudience?: 'issuer' | 'endpoint'
  /** No access token is issued that is not bound to a key or certificate. @spec RFC 9700 §2.2.1 */
  readonly requireSenderConstraint?: boolean
  /** The algorithms by which what clients sign may be signed; all of this house, when absent. @spec RFC 8725 §3.1 */
  readonly acceptedAlgorithms?: readonly SigningAlgorithm[]
  /**
   * Whether a refresh gives another refresh token, or the one that was used stays, until its authorization ends; rotated, when
   * absent, and always for public clients, which only rotation protects.
   * @spec RFC 6749 §6, RFC 9700 §4.14.2
   */
  readonly refreshTokens?: 'rotated' | 'kept'
  /** A set of rules that all options and clients must fit, and that fills in what the options leave open. */
  readonly profile?: ProfileName
  readonly scopeHook?: ScopeHook
  /** Present: a user passes on what their roles let them, and nothing else. */
  readonly roles?: Roles
  readonly grantable?: GrantableScope
  /** Present: JWT access tokens have a status, by which APIs see within the window that they were revoked. @spec Token Status List §8 */
  readonly statusList?: StatusListOptions
  /** Grant types beside those of the server itself. */
  readonly grants?: readonly Grant[]
  /** Endpoints beside those of the server itself. */
  readonly endpoints?: readonly Endpoint[]
  /** What the server can beside the classic flows; each is a value, and what is not here does not exist. */
  readonly features?: readonly Feature[]
  /** Reaches addresses that strangers name; features that need it say so. */
  readonly outbound?: Outbound
  readonly store: Store
  readonly signer: Signer
  readonly passwords: Passwords
  /** Present: users who have enrolled can log in with a one-time code on top of their password. */
  readonly oneTimeCodes?: OneTimeCodes
  readonly clock: Clock
  readonly crypto: Crypto
  readonly pages: Pages
  readonly observe: Observe
}
