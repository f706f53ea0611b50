import { posix } from 'node:path'
import { moduleReferences } from '../source/syntax.ts'
import type { SourceFile } from '../source/tree.ts'

/** Which files each file imports, by path; test files included. */
export type Graph = ReadonlyMap<string, readonly string[]>

/** Reads who imports whom. Other packages are named by the function that finds their entry. */
export function importGraph(files: readonly SourceFile[], entryOf: (specifier: string) => string | undefined): Graph {
  return new Map(
    files.map(file => [
      file.path,
      moduleReferences(file).flatMap(({ specifier }) => {
        if (!specifier.startsWith('.')) return entryOf(specifier) ?? []
        return posix.join(posix.dirname(file.path), specifier)
      }),
    ]),
  )
}

/**
 * The test files that can see a module, nearest first and in batches: those that import it, the others of its package
 * that reach it, and then the journeys and attacks, which may reach it through a running program.
 */
export function testBatches(path: string, graph: Graph): readonly (readonly string[])[] {
  const home = path.split('/', 2).join('/')
  const distances = distancesTo(path, graph)
  const own = [...distances.keys()].filter(file => file.endsWith('.test.ts') && file.startsWith(`${home}/`))
  const sibling = path.replace(/\.ts$/, '.test.ts')
  const near = own.filter(file => distances.get(file) === 1 || file === sibling)
  const far = own.filter(file => !near.includes(file)).sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0))
  const whole = [...graph.keys()].filter(file => /^test\/(journeys|attacks)\/.*\.test\.ts$/.test(file))
  return [near, far, whole].filter(batch => batch.length > 0)
}

/** How many imports lie between each file and the module; files that do not reach it are absent. */
function distancesTo(path: string, graph: Graph): ReadonlyMap<string, number> {
  const importers = new Map<string, string[]>()
  for (const [file, targets] of graph)
    for (const target of targets) importers.set(target, [...(importers.get(target) ?? []), file])
  const distances = new Map([[path, 0]])
  for (const [file, distance] of distances)
    for (const importer of importers.get(file) ?? [])
      if (!distances.has(importer)) distances.set(importer, distance + 1)
  return distances
}
