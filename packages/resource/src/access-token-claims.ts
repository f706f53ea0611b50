// RFC 9068 §2.2, §4; RFC 7519 §4.1; RFC 8725 §3.8, §3.9
import { type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import { quoteJson } from './strict-json.ts'
import { badToken, type Expectation, type Verified } from './verification.ts'

/** How the claims of an access token are judged; spans in seconds. */
export type ClaimRules = {
  readonly now: number
  readonly clockSkew: number
  /** The longest time from `iat` to `exp`. */
  readonly maxLifetime: number
  /** The claims that must be there besides `iss`, `aud` and `exp`. */
  readonly required: readonly string[]
}

/** The claims that each JWT access token has besides `iss`, `aud` and `exp`. @spec RFC 9068 §2.2 */
export const requiredClaims = ['sub', 'client_id', 'iat', 'jti'] as const

/**
 * Judges the claims of a JWT access token.
 * @spec RFC 9068 §2.2, §4
 * @errors invalid_token: another audience, expired, not valid yet, issued in the future, absurdly long-lived, a missing claim
 */
export function judgeClaims(
  claims: JwtClaims,
  { audience }: Expectation,
  rules: ClaimRules,
): Verified | Refusal<'invalid_token'> {
  const { aud, exp, nbf, iat } = claims
  const { now, clockSkew, maxLifetime, required } = rules
  const missing = required.find(name => claims[name] === undefined)
  if (missing !== undefined) return refuse('invalid_token', badToken, `the claim \`${missing}\` is missing`)
  const empty = ['sub', 'client_id', 'jti'].find(name => !isTextOrAbsent(claims[name]))
  if (empty !== undefined) return refuse('invalid_token', badToken, `the claim \`${empty}\` is empty or no text`)
  if (!namesAudience(aud, audience))
    return refuse('invalid_token', badToken, `the token is for another audience than \`${audience}\``)
  if (!isTime(exp)) return refuse('invalid_token', badToken, 'the claim `exp` is no time in whole seconds')
  if (now >= exp + clockSkew)
    return refuse('invalid_token', 'the access token has expired', `the token expired at ${exp}, and it is ${now}`)
  if (nbf !== undefined && !(isTime(nbf) && nbf <= now + clockSkew))
    return refuse('invalid_token', badToken, `the token is not valid before ${quoteJson(nbf)}, and it is ${now}`)
  if (iat !== undefined && !(isTime(iat) && iat <= now + clockSkew))
    return refuse('invalid_token', badToken, `the token was issued at ${quoteJson(iat)}, and it is ${now}`)
  if (exp - (isTime(iat) ? iat : now) > maxLifetime)
    return refuse('invalid_token', badToken, `the token lives longer than ${maxLifetime} seconds`)
  return { kind: 'verified', claims, until: exp }
}

/** RFC 7519 §4.1.3: one audience, or a list of them; a list with anything else in it is no audience at all. */
export function namesAudience(aud: unknown, audience: string): boolean {
  if (!Array.isArray(aud)) return aud === audience
  return aud.every(each => typeof each === 'string') && aud.includes(audience)
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}
