import type { Catalogue, Requirement, ScopeSet } from '@ambit/scope'

/**
 * Gives the weakest sets that meet a requirement: each alternative without what its own tokens cover, and none that asks
 * for as much as another one, or more. A token opens the operation exactly where it covers one of them.
 */
export function minimalAlternatives(catalogue: Catalogue, { anyOf }: Requirement): readonly ScopeSet[] {
  const minimal: ScopeSet[] = []
  for (const alternative of anyOf.map(set => catalogue.simplify(set))) {
    if (minimal.some(other => catalogue.covers(alternative, other))) continue
    const kept = minimal.filter(other => !catalogue.covers(other, alternative))
    minimal.splice(0, minimal.length, ...kept, alternative)
  }
  return minimal
}
