import { type Catalogue, meets, type ScopeDefinition, type ScopeSet } from '@ambit/scope'
import type { ActionModel, PolicyModel } from '../model.ts'
import { type Candidate, type CoverProblem, coverProblem } from './cover-problem.ts'
import { type Cover, cheapestCover, SearchTooLong } from './cover-search.ts'
import { setOf } from './scope-tokens.ts'

/** Which scopes may be chosen from; all of them where nothing is said. */
export type LeastScopesOptions = {
  /** Only what a token of this grant type may carry. */
  readonly grantType?: string
  /** Only what this set reaches, such as the most that a client may get. */
  readonly ceiling?: ScopeSet
  /** After so many steps the search gives up; 100,000 where nothing is said, which is some ten seconds. */
  readonly mostSteps?: number
}

/** The least set of scopes for some actions, or why there is none. */
export type LeastScopes =
  | {
      readonly kind: 'least'
      readonly scope: ScopeSet
      /** Actions that the set opens beside those asked for; no other set opens fewer. */
      readonly further: readonly string[]
    }
  /** None of the scopes that may be chosen open these actions. */
  | { readonly kind: 'impossible'; readonly actions: readonly string[] }
  /** More scopes play a part than can be weighed; the search gave up rather than guess. */
  | { readonly kind: 'too_many' }

/**
 * Finds the least set of scopes with which a token opens all of some actions.
 *
 * The result is exact. A set is less than another where, in this order, it has fewer deprecated scopes, opens fewer actions
 * beyond those asked for, reaches fewer dangerous scopes, fewer sensitive ones, has fewer scopes, reaches fewer, or holds
 * the one that is declared first.
 * @throws {RangeError} where an action is not the policy's
 * @example
 * leastScopes(shop, ['order.read', 'order.refund'])
 */
export function leastScopes(
  policy: PolicyModel,
  actions: readonly string[],
  options: LeastScopesOptions = {},
): LeastScopes {
  const asked = new Set(actions.map(name => actionOf(policy, name)))
  const usable = usableIn(policy.catalogue, options)
  const problem = coverProblem(policy, new Set(actions), usable)
  const impossible = actions.filter(name => !canOpen(policy, name, problem))
  if (impossible.length > 0) return { kind: 'impossible', actions: impossible }
  const cover = exactCover(problem, options.mostSteps ?? 100_000)
  if (cover === undefined) return { kind: 'too_many' }
  const scope = setOf(policy.catalogue, tokensOf(problem, cover))
  const opened = [...policy.actions.values()].filter(({ requirement }) => meets(policy.catalogue, scope, requirement))
  return { kind: 'least', scope, further: opened.filter(action => !asked.has(action)).map(({ name }) => name) }
}

function exactCover(problem: CoverProblem, steps: number): Cover | undefined {
  try {
    return firstDeclared(problem, { steps })
  } catch (error) {
    if (error instanceof SearchTooLong) return undefined
    throw error
  }
}

// of several sets that cost as little, the one with the first declared scope: each scope in turn is taken if it can be
function firstDeclared(problem: CoverProblem, budget: { steps: number }): Cover | undefined {
  let best = cheapestCover(problem, { included: [], allowed: problem.candidates }, budget)
  if (best === undefined) return undefined
  const below = best.cost.with(-1, (best.cost.at(-1) ?? 0) + 1)
  let included: readonly Candidate[] = []
  let allowed = problem.candidates
  for (const candidate of problem.candidates) {
    allowed = allowed.filter(other => other !== candidate)
    const tried: Cover | undefined = best.chosen.includes(candidate)
      ? best
      : cheapestCover(problem, { included: [...included, candidate], allowed, below }, budget)
    if (tried === undefined) continue
    best = tried
    included = [...included, candidate]
  }
  return best
}

function tokensOf(problem: CoverProblem, { chosen }: Cover): readonly string[] {
  return chosen
    .map(({ index }) => index)
    .sort((a, b) => a - b)
    .map(index => problem.tokens[index] ?? '')
}

function actionOf({ actions }: PolicyModel, name: string): ActionModel {
  const action = actions.get(name)
  if (action === undefined) throw new RangeError(`unknown action \`${name}\``)
  return action
}

function canOpen(policy: PolicyModel, name: string, { candidates, tokens }: CoverProblem): boolean {
  const all = setOf(
    policy.catalogue,
    candidates.map(({ index }) => tokens[index] ?? ''),
  )
  return meets(policy.catalogue, all, actionOf(policy, name).requirement)
}

function usableIn(catalogue: Catalogue, { grantType, ceiling }: LeastScopesOptions): (token: string) => boolean {
  return token => {
    const scope = setOf(catalogue, [token])
    if (ceiling !== undefined && !catalogue.covers(ceiling, scope)) return false
    if (grantType === undefined) return true
    const reached = [...catalogue.expand(scope).tokens, ...catalogue.everyInstance(scope)]
    return reached.every(name => mayCarry(catalogue.definition(name), grantType))
  }
}

function mayCarry(definition: ScopeDefinition | undefined, grantType: string): boolean {
  return definition?.grantTypes?.includes(grantType) ?? true
}
