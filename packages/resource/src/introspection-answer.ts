// RFC 7662 §2.2, §4
import { type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import { namesAudience } from './access-token-claims.ts'
import { isObject, quoteJson } from './strict-json.ts'
import { badToken, type Expectation, type Verified } from './verification.ts'

/** By what time an answer is judged, and until when it is believed, in seconds since the epoch. */
export type AnswerTimes = { readonly now: number; readonly until: number }

/**
 * Judges what an authorization server says about a token: that it is active is not enough.
 * @spec RFC 7662 §2.2, §4
 * @errors invalid_token: not active, of another issuer, for another audience, expired, not valid yet, of another type
 */
export function judgeAnswer(
  claims: JwtClaims,
  expected: Expectation,
  { now, until }: AnswerTimes,
): Verified | Refusal<'invalid_token'> {
  const { active, iss, aud, exp, nbf } = claims
  if (active !== true) return refuse('invalid_token', badToken, 'the token is not active')
  if (iss !== undefined && iss !== expected.issuer)
    return refuse('invalid_token', badToken, 'the token is of another issuer')
  if (!namesAudience(aud, expected.audience))
    return refuse('invalid_token', badToken, `the token is for another audience than \`${expected.audience}\``)
  if (exp !== undefined && !(isTime(exp) && now < exp))
    return refuse(
      'invalid_token',
      'the access token has expired',
      `the token expired at ${quoteJson(exp)}, and it is ${now}`,
    )
  if (nbf !== undefined && !(isTime(nbf) && nbf <= now))
    return refuse('invalid_token', badToken, `the token is not valid before ${quoteJson(nbf)}, and it is ${now}`)
  if (!isKnownType(claims)) return refuse('invalid_token', badToken, 'the token is neither of type Bearer nor DPoP')
  return { kind: 'verified', claims, until: exp === undefined ? until : Math.min(exp, until) }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** A token of type DPoP is bound to a key, which the answer has to name. @spec RFC 9449 §6.2 */
function isKnownType({ token_type: type, cnf }: JwtClaims): boolean {
  if (type === undefined) return true
  if (typeof type !== 'string') return false
  return type.toLowerCase() === 'bearer' || (type.toLowerCase() === 'dpop' && isObject(cnf) && 'jkt' in cnf)
}
