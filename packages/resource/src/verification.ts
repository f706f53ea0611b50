import type { JwtClaims, Refusal } from '@ambit/protocol'

/** What a token must say to be meant for this resource server. */
export type Expectation = {
  /** The authorization server's issuer identifier, compared character by character. @spec RFC 8414 §2 */
  readonly issuer: string
  /** This resource server's identifier. @spec RFC 8707 §2 */
  readonly audience: string
}

/** What the public hears of a token that is not good; why exactly is the operator's to know. */
export const badToken = 'the access token is not valid here'

/** Nobody can say now whether the token is good: nothing is let through. */
export type Unavailable = { readonly kind: 'unavailable'; readonly reason: string }

/** A token that is good until a point in time, and what it says. */
export type Verified = {
  readonly kind: 'verified'
  readonly claims: JwtClaims
  /** In seconds since the epoch: not to be believed at or after it without another verification. */
  readonly until: number
  /** Whether it may be believed again, by the verifier's own clock; where this is left out, never. */
  readonly stillHolds?: () => boolean
}

/** What a verifier found: the token's claims, a refusal, or that it cannot tell. */
export type Verification = Verified | Refusal<'invalid_token'> | Unavailable

/** Finds out whether a token was issued by the expected issuer, for the expected audience, and is still alive. */
export type VerifyToken = (token: string, expected: Expectation) => Promise<Verification>

/** An authorization server whose tokens count, and how each kind of them is verified. */
export type TrustedIssuer = {
  /** Its issuer identifier. @spec RFC 8414 §2 */
  readonly issuer: string
  /** Verifies tokens that are JWTs and name this issuer; without it none of them counts. */
  readonly jwt?: VerifyToken
  /** Verifies tokens that are no JWTs; a token is shown to one issuer only, so at most one of several has it. */
  readonly opaque?: VerifyToken
  /** The claim that holds its tokens' scope, where that is not `scope`: `scp`, a text or a list. @spec RFC 9068 §2.2.3 */
  readonly scopeClaim?: 'scope' | 'scp'
  /** Whether a token is a client's own, where its `sub` is not its `client_id`. @spec RFC 9068 §2.2 */
  readonly isClient?: (claims: JwtClaims) => boolean
}
