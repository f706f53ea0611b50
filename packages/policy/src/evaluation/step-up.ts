// RFC 9470
import type { Decision } from '../decision.ts'
import type { Rule } from '../model.ts'
import { isFiniteNumber } from './outcome.ts'
import { memberOf } from './read.ts'

/** A rule about how the user must have logged in. */
export type StepUpRule = Extract<Rule, { kind: 'stepUp' }>

/** When, and by how much, a login must have happened. */
export type LoginCheck = { readonly claims: unknown; readonly now: number }

/** How far the clock that told of a login may be ahead of ours, in seconds. */
export const greatestSkew = 60

/**
 * Tells whether the login that a token tells of is strong and fresh enough for a rule. A class that is none of the levels,
 * or no class, is below all of them; a login without a time is too old, and so is one in the future.
 * @spec RFC 9470 §4
 */
export function isLoginEnough(rule: StepUpRule, levels: readonly string[], { claims, now }: LoginCheck): boolean {
  return isStrongEnough(rule.acr, levels, memberOf(claims, 'acr')) && isFreshEnough(rule.maxAge, claims, now)
}

function isStrongEnough(wanted: string | undefined, levels: readonly string[], acr: unknown): boolean {
  if (wanted === undefined) return true
  const rank = levels.indexOf(wanted)
  return rank >= 0 && typeof acr === 'string' && levels.indexOf(acr) >= rank
}

function isFreshEnough(maxAge: number | undefined, claims: unknown, now: number): boolean {
  if (maxAge === undefined) return true
  const at = memberOf(claims, 'auth_time')
  // one that lies ahead, such as in milliseconds, would be fresh for as long
  return isFiniteNumber(at) && now - at <= maxAge && at - now <= greatestSkew
}

/**
 * Puts several rules that want another login into one answer, so that the user logs in once.
 * @spec RFC 9470 §3
 */
export function askForLogin(rules: readonly [StepUpRule, ...StepUpRule[]], levels: readonly string[]): Decision {
  const classes = rules.flatMap(({ acr }) => (acr === undefined ? [] : [acr]))
  const ages = rules.flatMap(({ maxAge }) => (maxAge === undefined ? [] : [maxAge]))
  const strongest = classes.toSorted((a, b) => levels.indexOf(b) - levels.indexOf(a))[0]
  return {
    kind: 'step_up',
    rule: rules[0].name,
    ...(strongest !== undefined && { acr: strongest }),
    ...(ages.length > 0 && { maxAge: Math.min(...ages) }),
  }
}
