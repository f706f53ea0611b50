import type { Report } from './catalogue-error.ts'
import type { CoverageEdges, ScopeEntry } from './coverage-edges.ts'

/** Orders scopes so that each comes after all it covers; reports each cycle, and gives nothing if there is one. */
export function orderByCoverage(
  entries: readonly ScopeEntry[],
  edges: CoverageEdges,
  report: Report,
): readonly number[] | undefined {
  const placed = new Set<number>()
  let isOrdered = true
  place(placed, edges)
  while (placed.size < entries.length) {
    isOrdered = false
    const cycle = findCycle(placed, edges)
    const names = [...cycle, ...cycle.slice(0, 1)].map(index => `\`${entries[index]?.name.text}\``)
    report(`scopes.${entries[cycle[0] ?? 0]?.name.text}`, `a cycle: ${names.join(' covers ')}`)
    for (const index of cycle) placed.add(index)
    place(placed, edges)
  }
  return isOrdered ? [...placed] : undefined
}

// Kahn's algorithm from the narrow end: a scope is placed when all it covers are
function place(placed: Set<number>, edges: CoverageEdges): void {
  const coveredBy = edges.map((): number[] => [])
  for (const [index, targets] of edges.entries()) for (const target of targets) coveredBy[target]?.push(index)
  const waiting = edges.map(targets => [...targets].filter(target => !placed.has(target)).length)
  const ready = [...waiting.keys()].filter(index => waiting[index] === 0 && !placed.has(index))
  for (const index of ready) {
    placed.add(index)
    for (const wider of coveredBy[index] ?? []) {
      const left = (waiting[wider] ?? 0) - 1
      waiting[wider] = left
      if (left === 0 && !placed.has(wider)) ready.push(wider)
    }
  }
}

// what is not placed covers at least one other that is not placed: walk until a scope comes twice
function findCycle(placed: ReadonlySet<number>, edges: CoverageEdges): readonly number[] {
  const walk: number[] = []
  let next = edges.findIndex((_, index) => !placed.has(index))
  while (!walk.includes(next)) {
    walk.push(next)
    next = [...(edges[next] ?? [])].find(target => !placed.has(target)) ?? next
  }
  return walk.slice(walk.indexOf(next))
}
