import type { Catalogue } from './catalogue.ts'
import type { ScopeSet } from './scope-set.ts'

/** All of several scopes; all of none asks for a good token and nothing more. */
export type AllOf<Token extends string = string> = { readonly allOf: readonly Token[] }

/** What an operation needs, as a developer writes it: one scope, all of several, or any one of such alternatives. */
export type Needs<Token extends string = string> =
  | Token
  | AllOf<Token>
  | { readonly anyOf: readonly [Token | AllOf<Token>, ...(Token | AllOf<Token>)[]] }

/** What an operation asks of a token: any one of several sets, and of that set all. */
export type Requirement = { readonly anyOf: readonly [ScopeSet, ...ScopeSet[]] }

/** One set of a requirement, and what a token lacks of it. */
export type Alternative = { readonly scope: ScopeSet; readonly missing: ScopeSet }

/**
 * Reads what an operation needs.
 * A misspelt scope does not compile, and throws a `RangeError` where types are not checked.
 * @example
 * requirementOf(scopes, { anyOf: ['order:refund', { allOf: ['order:items', 'inventory:write'] }] })
 */
export function requirementOf<Token extends string>(
  catalogue: Catalogue<Token>,
  needs: Needs<NoInfer<Token>>,
): Requirement {
  const setOf = (alternative: Token | AllOf<Token>): ScopeSet =>
    typeof alternative === 'string' ? catalogue.set(alternative) : catalogue.set(...alternative.allOf)
  if (typeof needs === 'string' || 'allOf' in needs) return { anyOf: [setOf(needs)] }
  const [first, ...others] = needs.anyOf
  return { anyOf: [setOf(first), ...others.map(setOf)] }
}

/** Tells whether `held` covers any alternative. */
export function meets(catalogue: Catalogue, held: ScopeSet, requirement: Requirement): boolean {
  return requirement.anyOf.some(alternative => catalogue.covers(held, alternative))
}

/** Finds the alternative of which `held` lacks the fewest scopes; the first one declared where several lack as few. */
export function nearestAlternative(catalogue: Catalogue, held: ScopeSet, requirement: Requirement): Alternative {
  const [first, ...others] = requirement.anyOf
  const weigh = (scope: ScopeSet): Alternative => ({ scope, missing: catalogue.missing(held, scope) })
  return others.map(weigh).reduce(nearer, weigh(first))
}

function nearer(a: Alternative, b: Alternative): Alternative {
  return b.missing.size < a.missing.size ? b : a
}
