import type { AuthorizationDetail, Confirmation, EpochSeconds, Seconds, SigningAlgorithm } from '@ambit/protocol'
import type { ScopeStep } from '@ambit/scope'
import type { ClientId, FamilyId, RequestId, SecretHash, SecretRef, SessionId, UserId } from './ids.ts'

/** How a client proves who it is at the token endpoint. @spec RFC 7591 §2, RFC 8705 §2 */
export type ClientAuthenticationMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'attest_jwt_client_auth'

/** A client's public key. @spec RFC 7517 §4 */
export type ClientKey = JsonWebKey & { readonly kid?: string }

/** A registered client. @spec RFC 7591 §2 for the meaning of most members */
export type ClientRecord = {
  readonly clientId: ClientId
  readonly name: string
  readonly uri?: string
  readonly applicationType: 'web' | 'native'
  readonly authenticationMethod: ClientAuthenticationMethod
  /** Newest first; more than one while a secret is being replaced. */
  readonly secretHashes: readonly SecretHash[]
  readonly jwks?: { readonly keys: readonly ClientKey[] }
  /** Where its keys are fetched from, instead of `jwks`. @spec RFC 7591 §2 */
  readonly jwksUri?: string
  /** The secret itself, encrypted: an HMAC cannot be verified with a hash of its key. @spec OpenID Connect Core §9 */
  readonly sealedSecret?: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly grantTypes: readonly string[]
  readonly responseTypes: readonly string[]
  /** The ceiling: scope that this client may ever get, printed. */
  readonly scope: string
  /** The scope of a request that names none; without it the catalogue's default set, below the ceiling. */
  readonly defaultScope?: string
  /** Scope that this client cannot work without, so consent does not let it be refused. */
  readonly mandatoryScope?: string
  /** Resource servers: the resources whose tokens this client may introspect. @spec RFC 7662 §2.1 */
  readonly introspects: readonly string[]
  readonly subjectType: 'public' | 'pairwise'
  readonly sectorIdentifier?: string
  readonly idTokenAlgorithm?: SigningAlgorithm
  readonly accessTokenTtl?: Seconds
  /** The level that each login for this client must reach. @spec OpenID Connect Core §2 (`acr`) */
  readonly requiredAcr?: string
  /** A confidential OpenID client that may send `nonce` instead of a code challenge. @spec RFC 9700 §2.1.1 */
  readonly dangerouslyAcceptNonceInsteadOfPkce?: boolean
  /** Lets this client use the implicit grant, where the server allows it at all. @spec RFC 9700 §2.1.2 */
  readonly dangerouslyAllowImplicit?: boolean
  /** Lets this client use the password grant, where the server allows it at all. @spec RFC 9700 §2.4 */
  readonly dangerouslyAllowPassword?: boolean
  /** What features know of the client, by the names of the registered client metadata; read by `ClientMetadataField`s alone. */
  readonly metadata?: ClientMetadata
  /** Declared in the configuration file, which is where it is changed. */
  readonly isDeclared?: boolean
  /** Nobody whom the operator trusts stands behind it, so nobody knows where its redirect URIs lead. @spec RFC 9700 §4.11.2 */
  readonly isStranger?: boolean
  readonly createdAt: EpochSeconds
}

/** Client metadata as a registration names it: plain JSON, checked before it is stored. @spec RFC 7591 §2 */
export type ClientMetadata = Readonly<Record<string, unknown>>

/** What codes of a user are compared with. @spec RFC 6238 §5.1 */
export type OneTimeCodeRecord = {
  /** Encrypted: it must be had again to compute a code, and the store alone must not be enough for that. */
  readonly sealedSecret: string
  readonly enrolledAt: EpochSeconds
  /** Whether each login of the user wants a code, whatever the client asks for. */
  readonly isAlways?: boolean
}

/** A user's account. */
export type UserRecord = {
  readonly userId: UserId
  /** As typed at login, compared after NFKC and lower-casing. */
  readonly username: string
  /** A PHC string (`$argon2id$…`). */
  readonly passwordHash: string
  /** OpenID Connect claims by name. @spec OpenID Connect Core §5.1 */
  readonly claims: Readonly<Record<string, unknown>>
  /** Scope that this user may pass on, printed; absent: all. */
  readonly scope?: string
  /** Narrow what the user may pass on, where the server knows roles. */
  readonly roles?: readonly string[]
  readonly passwordChangedAt: EpochSeconds
  /** The user's second factor, once they have one. @spec RFC 6238 */
  readonly oneTimeCode?: OneTimeCodeRecord
  /** Declared in the configuration file, which is where it is changed. */
  readonly isDeclared?: boolean
  readonly createdAt: EpochSeconds
}

/** A browser in which a user is logged in. */
export type SessionRecord = {
  readonly ref: SecretRef
  readonly sessionId: SessionId
  readonly userId: UserId
  readonly authTime: EpochSeconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly createdAt: EpochSeconds
  readonly lastSeenAt: EpochSeconds
  /** Idle expiry, moved forward by use, never beyond `endsAt`. */
  readonly expiresAt: EpochSeconds
  /** Absolute expiry. */
  readonly endsAt: EpochSeconds
}

/** One scope that a user granted to a client. */
export type GrantedScope = {
  readonly token: string
  /** The catalogue's version of the scope at that time; a changed meaning is asked again. */
  readonly version: number
  readonly grantedAt: EpochSeconds
}

/** What a user allows a client: remembered consent, one record for the two. */
export type GrantRecord = {
  readonly userId: UserId
  readonly clientId: ClientId
  readonly scopes: readonly GrantedScope[]
  readonly createdAt: EpochSeconds
  readonly updatedAt: EpochSeconds
  readonly expiresAt?: EpochSeconds
}

/** One authorization: the code and all its tokens stand and fall with it. */
export type FamilyRecord = {
  readonly familyId: FamilyId
  readonly clientId: ClientId
  readonly userId: UserId
  /** Present: the family ends with this session (it was granted without `offline_access`). */
  readonly sessionId?: SessionId
  readonly createdAt: EpochSeconds
  /** Absolute expiry. */
  readonly expiresAt: EpochSeconds
  readonly revokedAt?: EpochSeconds
}

/** The way by which a scope came to be what it is; what `why` tells. */
export type DecisionTrace = {
  readonly requestId: RequestId
  readonly requested: string
  readonly steps: readonly ScopeStep[]
}

type SpendableRecord = {
  readonly ref: SecretRef
  readonly familyId: FamilyId
  readonly clientId: ClientId
  readonly userId: UserId
  readonly scope: string
  readonly resources: readonly string[]
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly authTime: EpochSeconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly sessionId?: SessionId
  readonly trace: DecisionTrace
  /** The request's `claims` parameter, as it was sent. @spec OpenID Connect Core §5.5 */
  readonly claims?: string
  readonly nonce?: string
  /** What was granted beside scope. @spec RFC 9396 §2 */
  readonly details?: readonly AuthorizationDetail[]
  /** The key or certificate that whoever spends it must prove to hold. @spec RFC 9449 §5, §10, RFC 8705 §4 */
  readonly confirmation?: Confirmation
}

/** An authorization code. @spec RFC 6749 §4.1.2 */
export type CodeRecord = SpendableRecord & {
  readonly kind: 'code'
  readonly redirectUri: string
  /** Whether the request carried `redirect_uri`, so that redemption must repeat it. @spec RFC 6749 §4.1.3 */
  readonly isRedirectUriSent: boolean
  readonly codeChallenge?: string
}

/** A refresh token. @spec RFC 6749 §1.5 */
export type RefreshTokenRecord = SpendableRecord & { readonly kind: 'refresh_token'; readonly generation: number }

/**
 * An access token, opaque or JWT; the hash is that of the token's whole text, so a record proves that this very text was issued.
 * A JWT's `jti` carries the locator.
 */
export type AccessTokenRecord = {
  readonly kind: 'access_token'
  readonly ref: SecretRef
  readonly clientId: ClientId
  readonly userId?: UserId
  readonly familyId?: FamilyId
  readonly scope: string
  readonly audience: readonly string[]
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly authTime?: EpochSeconds
  readonly acr?: string
  readonly amr?: readonly string[]
  /** The request's `claims` parameter, for the userinfo endpoint. */
  readonly claims?: string
  readonly revokedAt?: EpochSeconds
  /** Where a status list tells offline whether it is revoked. */
  readonly status?: TokenStatus
  /** The key or certificate that whoever uses it must prove to hold. @spec RFC 9449 §6, RFC 8705 §3 */
  readonly confirmation?: Confirmation
  /** @spec RFC 9396 §9 */
  readonly details?: readonly AuthorizationDetail[]
  /** Who acts for the user with it, where that is another. @spec RFC 8693 §4.1 */
  readonly actor?: Actor
  /** The one client that may act with it further on. @spec RFC 8693 §4.4 */
  readonly mayAct?: ClientId
  /**
   * Whose consent it stands and falls with, where that is not its own client's: it was exchanged for a token of that client.
   * Without a user, that client is whom it is about.
   */
  readonly consentOf?: ClientId
  readonly trace: DecisionTrace
}

/** Who acts, and for whom they act in turn. @spec RFC 8693 §4.1 */
export type Actor = {
  readonly sub: string
  readonly iss?: string
  readonly clientId?: string
  readonly actor?: Actor
}

/** A token's place in a status list: the number of the list, and the index within it. @spec Token Status List §6.1 */
export type TokenStatus = { readonly list: number; readonly index: number }

/** How often APIs let a client in by a scope, and when. Of a parameterised scope all instances count as one. */
export type ScopeUsageRecord = {
  readonly clientId: ClientId
  /** The declared name of the scope. */
  readonly scope: string
  readonly count: number
  readonly firstUsedAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds
}

/** A record that is spent by being exchanged for what is issued for it. */
export type Spendable = CodeRecord | RefreshTokenRecord

/** How a spent record ended: when, and what a repeated presentation within the grace needs to answer the same. */
export type Spent = {
  readonly spentAt: EpochSeconds
  /** Where the successor stands (refresh tokens). */
  readonly successor?: SecretRef
  /** With the presented secret it makes the successor again; alone it opens nothing. base64url. */
  readonly salt?: string
}

/** A signing key. The private half is a JWK in JSON, or sealed when the operator gave a key to seal with. */
export type KeyRecord = {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicJwk: JsonWebKey
  readonly privateKey: { readonly sealed: boolean; readonly text: string }
  readonly createdAt: EpochSeconds
  /** Announced in the JWKS from `createdAt`, signs from here. */
  readonly activeAt: EpochSeconds
  /** No longer signs from here; absent until a successor is made. */
  readonly retiredAt?: EpochSeconds
  /** No longer in the JWKS from here. */
  readonly removedAt?: EpochSeconds
}

/** A refused request, kept for `why`. */
export type RefusalRecord = {
  readonly requestId: RequestId
  readonly at: EpochSeconds
  readonly place: string
  readonly error: string
  readonly description: string
  readonly reason: string
  readonly clientId?: string
  readonly userId?: UserId
  readonly requested?: string
  readonly steps: readonly ScopeStep[]
  readonly expiresAt: EpochSeconds
}
