import type { Brand } from '@ambit/protocol'

/** A client's identifier. @spec RFC 6749 §2.2 */
export type ClientId = Brand<string, 'ClientId'>

/** A user, as the server knows them; what a client sees as `sub` may be a pairwise value made from it. */
export type UserId = Brand<string, 'UserId'>

/** One authorization: the code, and every token that came from it by redemption and refresh. */
export type FamilyId = Brand<string, 'FamilyId'>

/** The base64url SHA-256 of a secret; all that is ever stored of one. */
export type SecretHash = Brand<string, 'SecretHash'>

/** Correlates a request with its log lines and with what `why` tells of it. */
export type RequestId = Brand<string, 'RequestId'>

/** Names a session towards clients (`sid`); tells nothing of its secret. @spec OpenID Connect Front-Channel Logout §3 */
export type SessionId = Brand<string, 'SessionId'>

/**
 * Where a secret's record stands and what proves the secret.
 * `locator` is a growing number (milliseconds since the epoch) carried by the secret itself, so that a lookup is one seek
 * and an insert is an append; several records may share one. It tells a stranger no more than when the secret was made.
 */
export type SecretRef = { readonly locator: number; readonly hash: SecretHash }
