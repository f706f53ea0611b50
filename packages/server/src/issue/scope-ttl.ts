import type { Catalogue, ScopeSet } from '@ambit/scope'

const known = new WeakMap<ScopeSet, number>()

/** The shortest token lifetime that any scope which a set reaches asks for, in seconds; infinite when none does. */
export function scopeTtl(catalogue: Catalogue, scope: ScopeSet): number {
  const found = known.get(scope)
  if (found !== undefined) return found
  const reached = [...catalogue.expand(scope).tokens, ...catalogue.everyInstance(scope)]
  const ttl = Math.min(...reached.map(token => catalogue.definition(token)?.accessTokenTtl ?? Number.POSITIVE_INFINITY))
  known.set(scope, ttl)
  return ttl
}
