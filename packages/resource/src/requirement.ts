import type { Catalogue, ScopeSet } from '@ambit/scope'

/** What an operation asks of a token: all of one set, or all of any one of several. */
export type Requirement = ScopeSet | { readonly anyOf: readonly [ScopeSet, ...ScopeSet[]] }

/** One set of a requirement, and what a token lacks of it. */
export type Alternative = { readonly scope: ScopeSet; readonly missing: ScopeSet }

/** Finds the alternative of which `held` lacks the fewest scopes; the first one declared where several lack as few. */
export function nearestAlternative(catalogue: Catalogue, held: ScopeSet, requirement: Requirement): Alternative {
  const [first, ...others] = 'anyOf' in requirement ? requirement.anyOf : [requirement]
  const weigh = (scope: ScopeSet): Alternative => ({ scope, missing: catalogue.missing(held, scope) })
  return others.map(weigh).reduce(nearer, weigh(first))
}

function nearer(a: Alternative, b: Alternative): Alternative {
  return b.missing.size < a.missing.size ? b : a
}
