// RFC 6749 §5.1
import type { Secret } from '../secret/secret.ts'

/** For whom a token is: the first or the second user, or a client by itself. */
export type Holder =
  | { readonly kind: 'user'; readonly user: 'first' | 'second' }
  | { readonly kind: 'client'; readonly client: 'first' | 'second' }

/** What a token shall be like. */
export type TokenWish = {
  /** Absent: whoever can have it, a user before a client. */
  readonly holder?: Holder
  readonly scope: readonly string[]
  readonly resource?: string
  /** Not from the cache, and not kept: it is going to be revoked or spent. */
  readonly isFresh?: boolean
  /** Bound to a key that comes with it. */
  readonly binding?: 'dpop' | 'mtls'
  /** Asks for a refresh token or ID token beside it. */
  readonly alsoWants?: readonly ('refresh_token' | 'id_token')[]
}

/** A token that the tester has. */
export type HeldToken = {
  readonly accessToken: Secret
  readonly tokenType: 'Bearer' | 'DPoP'
  /** What was granted, which may be less than what was asked. */
  readonly scope: readonly string[]
  readonly holder: Holder
  readonly resource?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly refreshToken?: Secret
  readonly idToken?: Secret
  /** Of a token bound to a key: the private JWK and the public one. */
  readonly dpopKey?: { readonly privateJwk: Secret; readonly publicJwk: JsonWebKey }
  /** Forged by the test issuer, or from the server. */
  readonly from: 'server' | 'test_issuer'
}

/** A token, or why there is none. */
export type TokenOutcome =
  | { readonly kind: 'token'; readonly token: HeldToken }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** Where probes get tokens from. */
export type TokenSource = {
  /** Finds or gets a token; the same wish twice gives the same token unless a fresh one is wanted. */
  readonly token: (wish: TokenWish) => Promise<TokenOutcome>
  /** Revokes at the server. @spec RFC 7009 §2 */
  readonly revoke: (
    token: Secret,
    hint: 'access_token' | 'refresh_token',
  ) => Promise<'revoked' | 'unsupported' | 'failed'>
}
