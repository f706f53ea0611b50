import type { Catalogue } from './catalogue.ts'
import type { ScopeDefinition } from './declaration.ts'
import { type Result, succeed } from './result.ts'
import type { ScopeSet } from './scope-set.ts'
import { printScope, type ScopeSyntaxError } from './scope-value.ts'

/** Why a scope was refused, dropped or narrowed. */
export type ScopeReason =
  | 'malformed'
  | 'unknown'
  | 'above_ceiling'
  | 'not_for_grant_type'
  | 'other_resource'
  | 'user_lacks_permission'
  | 'user_refused'
  | 'needs_stronger_authentication'
  | 'not_in_grant'
  | 'refused_by_hook'

/** Where on the way from request to token a scope was refused. */
export type ScopeStage =
  | 'request'
  | 'ceiling'
  | 'grant_type'
  | 'resource'
  | 'user'
  | 'consent'
  | 'authentication'
  | 'grant'
  | 'hook'

/** A token that a step took away. */
export type ScopeRefusal = {
  readonly token: string
  readonly reason: ScopeReason
  /** What the token reaches that was refused, where it is not the token itself. */
  readonly because?: readonly string[]
}

/** One step that took something away, and the scope value that was left. */
export type ScopeStep = { readonly at: ScopeStage; readonly refused: readonly ScopeRefusal[]; readonly left: string }

/** What was requested, what of it holds now, and each step between. */
export type ScopeDecision = {
  readonly requested: string
  readonly scope: ScopeSet
  readonly steps: readonly ScopeStep[]
}

/** Begins a decision with the scope value of a request; unknown tokens are its first step. */
export function beginDecision(catalogue: Catalogue, requested: string): Result<ScopeDecision, ScopeSyntaxError> {
  const parsed = catalogue.parse(requested)
  if (!parsed.ok) return parsed
  const { scope, unknown } = parsed.value
  const begun: ScopeDecision = { requested, scope, steps: [] }
  if (unknown.length === 0) return succeed(begun)
  const refused = unknown.map((token): ScopeRefusal => ({ token, reason: 'unknown' }))
  return succeed(addStep(begun, { at: 'request', scope, refused }))
}

/** Begins a decision with a set that nobody asked for by name, such as the defaults or what a grant holds. */
export function decisionOf(scope: ScopeSet): ScopeDecision {
  return { requested: printScope(scope), scope, steps: [] }
}

/** Narrows a decision to what `held` reaches; gives the same decision where nothing is lost. */
export function limitTo(
  catalogue: Catalogue,
  decision: ScopeDecision,
  limit: { readonly at: ScopeStage; readonly held: ScopeSet; readonly reason: ScopeReason },
): ScopeDecision {
  const scope = catalogue.narrow(limit.held, decision.scope)
  if (scope === decision.scope) return decision
  const lost = decision.scope.tokens.filter(token => !scope.has(token))
  const refused = lost.map((token): ScopeRefusal => ({ token, reason: limit.reason }))
  return addStep(decision, { at: limit.at, scope, refused })
}

/**
 * Keeps the scopes for which `keep` holds; gives the same decision where it holds for all.
 *
 * `keep` is asked about everything that the decision reaches, so that an umbrella does not carry what would be refused
 * by its own name: such an umbrella is replaced by the widest of what it reaches and may stay. Of a parameterised scope
 * of which every instance is reached, `keep` is asked once, with its declared name.
 * @example
 * // admin implies read_pets and wipe; wipe is not for client_credentials: admin becomes read_pets
 * keepWhere(catalogue, decision, {
 *   at: 'grant_type',
 *   reason: 'not_for_grant_type',
 *   keep: definition => definition.grantTypes?.includes('client_credentials') ?? true,
 * })
 */
export function keepWhere(
  catalogue: Catalogue,
  decision: ScopeDecision,
  limit: {
    readonly at: ScopeStage
    readonly reason: ScopeReason
    readonly keep: (definition: ScopeDefinition, token: string) => boolean
  },
): ScopeDecision {
  const isRefused = (token: string) => {
    const definition = catalogue.definition(token)
    return definition !== undefined && !limit.keep(definition, token)
  }
  const causes = new Set(reachOf(catalogue, decision.scope).filter(isRefused))
  if (causes.size === 0) return decision
  const causesOf = (token: string) => reachOf(catalogue, catalogue.read([token]).scope).filter(each => causes.has(each))
  const scope = keepUntouched(catalogue, decision.scope, token => causesOf(token).length === 0)
  const lost = decision.scope.tokens.filter(token => !scope.has(token))
  const refused = lost.map(token => refusalOf(token, limit.reason, causesOf(token)))
  return addStep(decision, { at: limit.at, scope, refused })
}

/** Lists everything that was refused on the way, in the order of the steps. */
export function refusals(decision: ScopeDecision): readonly ScopeRefusal[] {
  return decision.steps.flatMap(step => step.refused)
}

function reachOf(catalogue: Catalogue, scope: ScopeSet): readonly string[] {
  return [...catalogue.expand(scope).tokens, ...catalogue.everyInstance(scope)]
}

function keepUntouched(catalogue: Catalogue, scope: ScopeSet, isUntouched: (token: string) => boolean): ScopeSet {
  const kept = catalogue.read(scope.tokens.filter(isUntouched)).scope
  const reached = catalogue.read(catalogue.expand(scope).tokens.filter(isUntouched)).scope
  return catalogue.union(kept, catalogue.simplify(catalogue.missing(kept, reached)))
}

function refusalOf(token: string, reason: ScopeReason, causes: readonly string[]): ScopeRefusal {
  return causes.includes(token) ? { token, reason } : { token, reason, because: causes }
}

function addStep(
  decision: ScopeDecision,
  { at, scope, refused }: Pick<ScopeStep, 'at' | 'refused'> & Pick<ScopeDecision, 'scope'>,
): ScopeDecision {
  return { ...decision, scope, steps: [...decision.steps, { at, refused, left: printScope(scope) }] }
}
