import type { AuthorizationDetail, EpochSeconds } from '@ambit/protocol'
import type { ClientId, RequestId, SecretHash, SecretRef, SessionId, UserId } from './ids.ts'

/** An authorization request that waits for its user. */
export type InteractionRecord = {
  readonly ref: SecretRef
  /** Hash of the browser's cookie: only the browser that sent the request may go on with it. */
  readonly browserHash: SecretHash
  readonly requestId: RequestId
  /** The authorization request's parameters as they were sent; it is parsed and decided again at each step. */
  readonly parameters: string
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** What the user did since, which `prompt` and `max_age` ask about. */
  readonly loggedInAt?: EpochSeconds
  readonly selectedAt?: EpochSeconds
  /** When the user said that a request from elsewhere is theirs. @spec RFC 8628 §5.4 */
  readonly confirmedAt?: EpochSeconds
  /** The scope that the user left ticked, printed, once they answered the consent page. */
  readonly consented?: string
  /** Whose answer that is: it counts for nobody else who logs in before the request is done. */
  readonly consentedBy?: UserId
  /** The authorization details that the user left ticked, narrowed as they wanted it. @spec RFC 9396 §9 */
  readonly consentedDetails?: readonly AuthorizationDetail[]
  /** Present: no browser was redirected here; the request is another one's, which this user is asked about. */
  readonly purpose?: InteractionPurpose
}

/** What an interaction is about that no authorization request began: its kind, and the ticket that waits for the answer. */
export type InteractionPurpose = { readonly kind: string; readonly ticket: SecretRef }

/**
 * Something that waits to be used: a pushed request, a device's code, a request by the back channel, a token for
 * registration. `data` is the feature's own, as JSON without any secret.
 */
export type TicketRecord = {
  readonly ref: SecretRef
  readonly kind: string
  readonly clientId?: ClientId
  readonly userId?: UserId
  readonly sessionId?: SessionId
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** 0 at first; each change counts one up, and names by it what it was made from. */
  readonly revision: number
  /** Anybody can make one: a flood of them pushes out the oldest of its kind and cannot fill the disk. */
  readonly isDroppable: boolean
  readonly data: string
}
