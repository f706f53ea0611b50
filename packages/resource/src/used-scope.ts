import type { Catalogue, Requirement, ScopeSet } from '@ambit/scope'

const known = new WeakMap<ScopeSet, WeakMap<Requirement, readonly string[]>>()

/**
 * Finds the scope-tokens of a token by which a requirement is met: for each one that is needed the token itself where it is
 * held, else the narrowest that covers it. So a scope that only lies there is told from one that is used.
 */
export function usedScope(catalogue: Catalogue, held: ScopeSet, requirement: Requirement): readonly string[] {
  const byRequirement = known.get(held) ?? new WeakMap<Requirement, readonly string[]>()
  known.set(held, byRequirement)
  const before = byRequirement.get(requirement)
  if (before !== undefined) return before
  const met = requirement.anyOf.find(alternative => catalogue.covers(held, alternative))
  const used = [...new Set((met?.tokens ?? []).flatMap(token => coveredBy(catalogue, held, token)))]
  byRequirement.set(requirement, used)
  return used
}

function coveredBy(catalogue: Catalogue, held: ScopeSet, needed: string): readonly string[] {
  if (held.has(needed)) return [needed]
  const setOf = (token: string): ScopeSet => catalogue.read([token]).scope
  const covering = held.tokens.filter(token => catalogue.covers(setOf(token), setOf(needed)))
  const isNarrowest = (token: string): boolean =>
    covering.every(other => other === token || !catalogue.covers(setOf(token), setOf(other)))
  return covering.filter(isNarrowest).slice(0, 1)
}
