// RFC 9700 §2.3
import { leastScopes } from '@ambit/policy'
import type { Catalogue } from '@ambit/scope'
import { type ApiOperation, alternativesOf } from '../target/api-operation.ts'
import type { ApiTarget } from '../target/target.ts'

/**
 * The least scope that opens an operation. Where the API's policy is known it decides; otherwise the alternative that opens as
 * few other operations as possible, then the one with the fewest scopes, then the first.
 * @spec RFC 9700 §2.3
 */
export function leastScopeOf(api: ApiTarget, operation: ApiOperation): readonly string[] {
  const known = found.get(api) ?? new WeakMap<ApiOperation, readonly string[]>()
  found.set(api, known)
  const scopes = known.get(operation) ?? findLeastScope(api, operation)
  known.set(operation, scopes)
  return scopes
}

/** What was found before: every probe asks, and targets do not change. */
const found = new WeakMap<ApiTarget, WeakMap<ApiOperation, readonly string[]>>()

function findLeastScope(api: ApiTarget, operation: ApiOperation): readonly string[] {
  const byPolicy = leastByPolicy(api, operation)
  if (byPolicy !== undefined) return byPolicy
  const ranked = alternativesOf(operation).map(scopes => {
    const needed = withoutCovered(api.catalogue, scopes)
    return { scopes: needed, opened: openedBy(api, needed), size: needed.length }
  })
  return ranked.toSorted((a, b) => a.opened - b.opened || a.size - b.size)[0]?.scopes ?? []
}

function leastByPolicy({ policy }: ApiTarget, { action }: ApiOperation): readonly string[] | undefined {
  if (policy === undefined || action === undefined || !policy.actions.has(action)) return undefined
  const least = leastScopes(policy, [action])
  return least.kind === 'least' ? least.scope.tokens : undefined
}

// of `order order:items` only the umbrella is needed
function withoutCovered(catalogue: Catalogue, scopes: readonly string[]): readonly string[] {
  const { scope, unknown } = catalogue.read(scopes)
  const kept = new Set([...catalogue.simplify(scope).tokens, ...unknown])
  return scopes.filter((token, index) => kept.has(token) && scopes.indexOf(token) === index)
}

function openedBy({ operations, catalogue }: ApiTarget, scopes: readonly string[]): number {
  return operations.filter(operation => alternativesOf(operation).some(needed => reaches(catalogue, scopes, needed)))
    .length
}

/** Whether scopes cover others; what the catalogue does not know is covered by nothing but itself. */
export function reaches(catalogue: Catalogue, held: readonly string[], needed: readonly string[]): boolean {
  const has = catalogue.read(held)
  const wants = catalogue.read(needed)
  return wants.unknown.every(token => has.unknown.includes(token)) && catalogue.covers(has.scope, wants.scope)
}
