import type { Catalogue } from '@ambit/scope'
import { setOf } from './scope-tokens.ts'
import type { Step } from './sufficient-sets.ts'

/** A scope that covers another one under one catalogue and not under the other. */
export type CoverageChange = { readonly held: string; readonly reached: string }

/**
 * Lists what scopes cover under `to` and did not under `from`, among the tokens that both catalogues know; what follows
 * from another change is left out.
 */
export function newlyCovered({ from, to }: Step, tokens: readonly string[]): readonly CoverageChange[] {
  const shared = tokens.filter(token => [from, to].every(policy => setOf(policy.catalogue, [token]).size > 0))
  const changes = shared.flatMap(held =>
    shared.filter(reached => isNew(held, reached)).map((reached): CoverageChange => ({ held, reached })),
  )
  return changes.filter(change => !changes.some(other => other !== change && follows(change, other)))

  function isNew(held: string, reached: string): boolean {
    return covers(to.catalogue, held, reached) && !covers(from.catalogue, held, reached)
  }

  function follows(change: CoverageChange, { held, reached }: CoverageChange): boolean {
    const above = [from, to].every(({ catalogue }) => covers(catalogue, change.held, held))
    return above && [from, to].every(({ catalogue }) => covers(catalogue, reached, change.reached))
  }
}

function covers(catalogue: Catalogue, held: string, reached: string): boolean {
  return catalogue.covers(setOf(catalogue, [held]), setOf(catalogue, [reached]))
}
