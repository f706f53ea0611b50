import { addBit, addBits, type Bits, emptyBits, hasBit } from './bits.ts'
import type { Report } from './catalogue-error.ts'
import type { CoverageEdges, ScopeEntry } from './coverage-edges.ts'

/**
 * What one scope reaches. The bit of a parameterised scope stands for every instance of it; `bound` lists the
 * parameterised scopes of which an instance reaches just the one with the same values.
 */
export type Reach = {
  /** All that is reached, the scope itself among it where it has no parameter. */
  readonly all: Bits
  /** The same without the scope itself. */
  readonly below: Bits
  /** Places of parameterised scopes, the scope's own not among them. */
  readonly bound: readonly number[]
}

/** Computes what each scope reaches, given an order in which each comes after all it covers. */
export function closeCoverage(
  entries: readonly ScopeEntry[],
  edges: CoverageEdges,
  order: readonly number[],
): readonly Reach[] {
  const reaches = new Array<Reach>(entries.length).fill({ all: [], below: [], bound: [] })
  for (const index of order) {
    const targets = [...(edges[index] ?? [])]
    reaches[index] = isParameterised(entries, index)
      ? reachOfParameterised(targets, { entries, reaches })
      : reachOfPlain(index, targets, { entries, reaches })
  }
  return reaches
}

/**
 * Reports each parameterised scope of which two scopes cover every instance with nothing that stands for this in both:
 * what they have in common could not be said in tokens.
 */
export function checkWideScopes(entries: readonly ScopeEntry[], reaches: readonly Reach[], report: Report): void {
  for (const entry of entries.filter(({ index }) => isParameterised(entries, index))) {
    const wide = entries.filter(
      ({ index }) => !isParameterised(entries, index) && reachesAll(reaches, index, entry.index),
    )
    const hasLeast = wide.some(least => wide.every(({ index }) => reachesAll(reaches, index, least.index)))
    if (wide.length === 0 || hasLeast) continue
    const names = wide.map(({ name }) => `\`${name.text}\``).join(', ')
    report(
      `scopes.${entry.name.text}`,
      `${names} cover every instance, but no one of them is covered by all the others`,
    )
  }
}

type Known = { readonly entries: readonly ScopeEntry[]; readonly reaches: readonly Reach[] }

function reachOfPlain(index: number, targets: readonly number[], { entries, reaches }: Known): Reach {
  const below = emptyBits(entries.length)
  for (const target of targets) {
    addBit(below, target)
    addReach(below, target, reaches)
    for (const bound of reaches[target]?.bound ?? []) addBit(below, bound)
  }
  const all = [...below]
  addBit(all, index)
  return { all, below, bound: [] }
}

function reachOfParameterised(targets: readonly number[], { entries, reaches }: Known): Reach {
  const below = emptyBits(entries.length)
  const bound = new Set<number>()
  for (const target of targets) {
    addReach(below, target, reaches)
    if (!isParameterised(entries, target)) continue
    bound.add(target)
    for (const further of reaches[target]?.bound ?? []) bound.add(further)
  }
  return { all: below, below, bound: [...bound] }
}

function addReach(bits: number[], target: number, reaches: readonly Reach[]): void {
  addBits(bits, reaches[target]?.all ?? [])
}

function reachesAll(reaches: readonly Reach[], index: number, target: number): boolean {
  return hasBit(reaches[index]?.all ?? [], target)
}

function isParameterised(entries: readonly ScopeEntry[], index: number): boolean {
  return (entries[index]?.name.parameters.length ?? 0) > 0
}
