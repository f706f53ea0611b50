// OpenID Connect Core §5.1, §5.4, §5.5
import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { UserRecord } from '../ports/records.ts'
import type { ClaimRequest } from './claims-request.ts'
import { claimNamesFor } from './standard-claims.ts'

/** Claims about a user, as JSON. */
export type UserClaims = Readonly<Record<string, unknown>>

/** What decides which claims are given. */
export type ClaimsQuestion = {
  readonly catalogue: Catalogue
  readonly scope: ScopeSet
  /** What the `claims` parameter asks for at this place. */
  readonly requested: ReadonlyMap<string, ClaimRequest>
  /** Whether the scope alone is enough, or only what was asked for by name is given. */
  readonly isScopeEnough: boolean
}

/**
 * The claims about a user that a scope opens. The `claims` parameter picks among them by name and place; it never
 * opens what the scope does not, since consent is per scope.
 * @spec OpenID Connect Core §5.4, §5.5
 */
export function userClaims(user: UserRecord, question: ClaimsQuestion): UserClaims {
  const open = claimNamesFor(question.catalogue.expand(question.scope).tokens)
  const given = Object.entries(user.claims).filter(
    ([name, value]) =>
      open.has(name) &&
      value !== undefined &&
      value !== null &&
      (question.isScopeEnough || question.requested.has(name)),
  )
  return Object.fromEntries(given)
}
