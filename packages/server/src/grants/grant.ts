// RFC 6749 §4
import type {
  AuthorizationDetail,
  Confirmation,
  EpochSeconds,
  ErrorCodeAt,
  JwtClaims,
  Parameters,
  Refusal,
} from '@ambit/protocol'
import type { ScopeDecision, ScopeSet } from '@ambit/scope'
import type { ImplicitClient } from '../authorize/implicit.ts'
import type { AuthenticatedClient } from '../client/authenticated-client.ts'
import type { Exchange, ServerContext } from '../context.ts'
import type { ResourceDeclaration } from '../options.ts'
import type { ClientId, FamilyId, RequestId, SecretRef, SessionId, UserId } from '../ports/ids.ts'
import type { Actor } from '../ports/records.ts'

/** A token request whose client is authenticated and registered for the grant. */
export type TokenRequest = {
  readonly client: AuthenticatedClient
  readonly form: Parameters
  readonly requestId: RequestId
  readonly remoteAddress: string
  readonly now: EpochSeconds
  readonly exchange: Exchange
  /** What the request proves to hold; `issue` binds to it. */
  readonly confirmation: Confirmation | undefined
}

/** The user for whom tokens are issued, and how they logged in. */
export type IssuanceUser = {
  readonly userId: UserId
  readonly authTime: EpochSeconds
  readonly acr: string
  readonly amr: readonly string[]
  readonly sessionId?: SessionId
}

/** A code or refresh token that the issuance spends. */
export type IssuanceSpending = {
  readonly kind: 'code' | 'refresh_token'
  readonly ref: SecretRef
  /** The secret as presented; the successor of a refresh token is made from it. */
  readonly presented: string
  /** What it is bound to: spent only by who proves to hold that. @spec RFC 9449 §5, §10 */
  readonly confirmation?: Confirmation
}

/** Whether the issuance begins a family or goes on with one. */
export type IssuanceFamily = {
  readonly kind: 'new' | 'existing'
  readonly familyId: FamilyId
  /** When the family ends, whatever is done with it. */
  readonly expiresAt: EpochSeconds
  /** Of the refresh token that is issued now: 0 for the first. */
  readonly generation: number
}

/** What a grant decided: everything that `issue` needs to mint, rotate, store and tell. */
export type Issuance = {
  readonly kind: 'issuance'
  readonly grantType: string
  readonly client: AuthenticatedClient | ImplicitClient
  /** Absent: the client acts for itself. */
  readonly user?: IssuanceUser
  /** The effective scope of the access token, and the way it came about. */
  readonly decision: ScopeDecision
  /** The scope that a refresh token goes on to hold; never less than the access token's. */
  readonly grantScope: ScopeSet
  /** The way by which the grant came to that scope; the access token's own way, when absent. */
  readonly grantTrace?: Pick<ScopeDecision, 'requested' | 'steps'>
  /** The resources of the whole grant (a refresh may ask for fewer). */
  readonly grantResources: readonly string[]
  /** The one resource of this access token: its `aud`. */
  readonly audience: ResourceDeclaration
  readonly spends?: IssuanceSpending
  readonly family?: IssuanceFamily
  readonly hasRefreshToken: boolean
  /** The request itself stands for the user's consent (their password did), so what is issued is remembered as granted. */
  readonly isConsent?: boolean
  /** For the ID token and userinfo. */
  readonly nonce?: string
  readonly claims?: string
  /** What the access token carries beside scope, and what a refresh token goes on to hold. @spec RFC 9396 §6 */
  readonly details?: readonly AuthorizationDetail[]
  readonly grantDetails?: readonly AuthorizationDetail[]
  /** Who acts for the user. @spec RFC 8693 §4.1 */
  readonly actor?: Actor
  /** The one client that may act with it further on. @spec RFC 8693 §4.4 */
  readonly mayAct?: ClientId
  /** The client whose consent this stands and falls with, where it is another's; without a user, whom the token is about. */
  readonly consentOf?: ClientId
  /** The most that the access token may live, where what it was made from ends. */
  readonly endsAt?: EpochSeconds
  /** What the token response says further. @spec RFC 8693 §2.2.1 */
  readonly response?: Readonly<Record<string, unknown>>
}

/**
 * What a grant decided where the answer is no access token, but a statement for another server: it is signed and not stored,
 * since whoever reads it asks us nothing.
 * @spec RFC 8693 §2.2.1
 */
export type Assertion = {
  readonly kind: 'assertion'
  readonly grantType: string
  readonly client: AuthenticatedClient
  readonly userId: UserId
  /** The header's `typ`. @spec RFC 8725 §3.11 */
  readonly typ: string
  /** All that it says beside who issued it, when, until when, and to which key it is bound. */
  readonly claims: JwtClaims
  readonly scope: string
  readonly expiresAt: EpochSeconds
  /** What the token response says further. @spec RFC 8693 §2.2.1 */
  readonly response: Readonly<Record<string, unknown>>
}

/** A grant type: one file, one line in the list of grants. It reads and decides; it never writes. */
export type Grant = {
  readonly grantType: string
  /** Whether this server offers it at all; always, when absent. */
  readonly isMounted?: (context: ServerContext) => boolean
  /** Whether a request is for this one, where several share a grant type; each is, when absent. */
  readonly isFor?: (form: Parameters) => boolean
  readonly decide: (
    context: ServerContext,
    request: TokenRequest,
  ) => Promise<Issuance | Assertion | Refusal<ErrorCodeAt<'token'>>>
}
