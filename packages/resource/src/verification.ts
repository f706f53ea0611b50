import type { JwtClaims, Refusal } from '@ambit/protocol'

/** What a token must say to be meant for this resource server. */
export type Expectation = {
  /** The authorization server's issuer identifier, compared character by character. @spec RFC 8414 §2 */
  readonly issuer: string
  /** This resource server's identifier. @spec RFC 8707 §2 */
  readonly audience: string
}

/** Nobody can say now whether the token is good: nothing is let through. */
export type Unavailable = { readonly kind: 'unavailable'; readonly reason: string }

/** What a verifier found: the token's claims, a refusal, or that it cannot tell. */
export type Verification =
  | { readonly kind: 'verified'; readonly claims: JwtClaims }
  | Refusal<'invalid_token'>
  | Unavailable

/** Finds out whether a token was issued by the expected issuer, for the expected audience, and is still alive. */
export type VerifyToken = (token: string, expected: Expectation) => Promise<Verification>
