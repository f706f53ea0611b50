import type { PolicyModel } from '../model.ts'
import { minimalAlternatives } from './minimal-alternatives.ts'
import { distinctTokens, setOf } from './scope-tokens.ts'

/** A declared scope without which some part of a policy would stay as it is. */
export type UnusedScope =
  /** No token reaches more for carrying it. */
  | { readonly kind: 'opens_nothing'; readonly name: string }
  /** No operation asks for the scope itself; it opens what the listed narrower scopes open. */
  | { readonly kind: 'needed_nowhere'; readonly name: string; readonly covers: readonly string[] }

/**
 * Lists the declared scopes that no operation needs, in the order of their declaration: those that open nothing at all,
 * and the umbrellas, which only open what narrower scopes open.
 *
 * An alternative that asks for more than another one of the same operation counts for nothing, since it is never needed.
 */
export function unusedScopes(policy: PolicyModel): readonly UnusedScope[] {
  const { catalogue, actions } = policy
  const alternatives = [...actions.values()].flatMap(action => minimalAlternatives(catalogue, action.requirement))
  const needed = [...new Set(alternatives.flatMap(({ tokens }) => tokens))]
  const tokens = Map.groupBy(distinctTokens(policy), token => catalogue.definition(token)?.name ?? token)
  return catalogue.names.flatMap((name): UnusedScope[] => {
    if (needed.some(token => catalogue.definition(token)?.name === name)) return []
    const covered = needed.filter(token => (tokens.get(name) ?? []).some(held => reaches(held, token)))
    return [covered.length === 0 ? { kind: 'opens_nothing', name } : { kind: 'needed_nowhere', name, covers: covered }]
  })

  function reaches(held: string, token: string): boolean {
    return catalogue.covers(setOf(catalogue, [held]), setOf(catalogue, [token]))
  }
}
