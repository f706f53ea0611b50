// RFC 7519, RFC 7515
import type { AuthorizationDetail } from './authorization-detail.ts'
import type { Confirmation } from './confirmation.ts'

/** The signature algorithms that this house signs with and accepts from clients. @spec RFC 7518 §3.1, RFC 8037 §3.1 */
export const signingAlgorithms = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const

/** A signature algorithm of this house. */
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** Whether a text names a signature algorithm of this house. */
export function isSigningAlgorithm(text: string): text is SigningAlgorithm {
  return (signingAlgorithms as readonly string[]).includes(text)
}

/** The header of a JWT that we sign. @spec RFC 7515 §4.1 */
export type JwtHeader = { readonly alg: SigningAlgorithm; readonly kid: string; readonly typ: string }

/** Claims as a plain JSON object. */
export type JwtClaims = Readonly<Record<string, unknown>>

/** The claims of an access token. @spec RFC 9068 §2.2 */
export type AccessTokenClaims = {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly client_id: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly scope?: string
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  /** Where its issuer tells whether it is revoked. @spec Token Status List §6.2 */
  /** @spec RFC 7800 §3.1, RFC 9449 §6.1, RFC 8705 §3.1 */
  readonly cnf?: Confirmation
  /** @spec RFC 9396 §9.1 */
  readonly authorization_details?: readonly AuthorizationDetail[]
  /** @spec RFC 8693 §4.1 */
  readonly act?: JwtClaims
  /** @spec RFC 8693 §4.4 */
  readonly may_act?: JwtClaims
  readonly status?: { readonly status_list: { readonly idx: number; readonly uri: string } }
}

/** The media types that keep one kind of JWT from passing for another. @spec RFC 9068 §2.1, RFC 8725 §3.11 */
export const jwtTypes = {
  accessToken: 'at+jwt',
  idToken: 'JWT',
  clientAssertion: 'client-authentication+jwt',
  statusList: 'statuslist+jwt',
  requestObject: 'oauth-authz-req+jwt',
  introspection: 'token-introspection+jwt',
  logout: 'logout+jwt',
  identityAssertion: 'oauth-id-jag+jwt',
} as const

/** Whether a text has the shape of a compact JWS: three base64url parts, none of them empty. @spec RFC 7515 §7.1 */
export function isCompactJws(text: string): boolean {
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text)
}
