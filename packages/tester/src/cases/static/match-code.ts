// OpenAPI 3.2 §4.8
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, CodeRoute } from '../../target/target.ts'

/** An operation of the document with the routes of the code at the same place. */
type MatchedOperation = { readonly operation: ApiOperation; readonly routes: readonly CodeRoute[] }

/** What document and code have in common, and what only one of them has. */
export type CodeMatch = {
  readonly operations: readonly MatchedOperation[]
  readonly undocumented: readonly CodeRoute[]
  /** What stands before the paths of the document alone, or of the code alone. */
  readonly documentPrefix: string
  readonly codePrefix: string
}

/** A route for every method. */
export const anyMethod = '*'
/** The part of a path that takes any number of segments. */
export const anyPath = '{*}'

/**
 * Puts operations and routes together by method and by the shape of their path. What servers or a proxy put before paths is
 * not in the code, or not in the document: the beginning by which the most fit is taken off.
 */
export function matchCode({ operations, routes = [] }: Pick<ApiTarget, 'operations' | 'routes'>): CodeMatch {
  const prefixes = prefixesOf(operations, routes)
  const taken = new Set<CodeRoute>()
  const matched = operations.map(operation => {
    const wanted = shapeOf(operation.path)
    const here = routes.filter(route => fitsMethod(route, operation.method) && isSame(wanted, route, prefixes))
    for (const route of here) taken.add(route)
    return { operation, routes: here }
  })
  return { operations: matched, undocumented: routes.filter(route => !taken.has(route)), ...prefixes }
}

type Prefixes = { readonly documentPrefix: string; readonly codePrefix: string }

function isSame(wanted: string, route: CodeRoute, { documentPrefix, codePrefix }: Prefixes): boolean {
  const shape = shapeOf(route.path)
  if (shape === wanted) return true
  const aligned = shape.startsWith(codePrefix) ? `${documentPrefix}${shape.slice(codePrefix.length)}` : shape
  return aligned === wanted
}

function fitsMethod({ method }: CodeRoute, wanted: string): boolean {
  return method === anyMethod || method === wanted
}

/** A path with its parameters and letters of no meaning taken away: `/pets/{}`. */
function shapeOf(path: string): string {
  const shape = path.replaceAll(/\{[^{}]*\}/g, '{}')
  return shape.length > 1 && shape.endsWith('/') ? shape.slice(0, -1) : shape
}

/** Each pair votes for what one path has before the other; the most votes win, and nothing wins over as many. */
function prefixesOf(operations: readonly ApiOperation[], routes: readonly CodeRoute[]): Prefixes {
  const votes = new Map<string, { readonly prefixes: Prefixes; count: number }>()
  const named = routes.filter(({ path }) => !path.includes(anyPath))
  const distinct = [...new Set(named.map(({ path }) => shapeOf(path)))]
  for (const shape of new Set(operations.map(({ path }) => shapeOf(path)))) {
    for (const route of distinct) {
      const prefixes = prefixBetween(shape, route)
      if (prefixes === undefined) continue
      const key = JSON.stringify(prefixes)
      const vote = votes.get(key) ?? { prefixes, count: 0 }
      vote.count += 1
      votes.set(key, vote)
    }
  }
  const ranked = [...votes.values()].toSorted(
    (a, b) => b.count - a.count || lengthOf(a.prefixes) - lengthOf(b.prefixes),
  )
  return ranked[0]?.prefixes ?? { documentPrefix: '', codePrefix: '' }
}

function lengthOf({ documentPrefix, codePrefix }: Prefixes): number {
  return documentPrefix.length + codePrefix.length
}

function prefixBetween(inDocument: string, inCode: string): Prefixes | undefined {
  if (inDocument === inCode) return { documentPrefix: '', codePrefix: '' }
  if (inCode !== '/' && inDocument.endsWith(inCode))
    return { documentPrefix: inDocument.slice(0, -inCode.length), codePrefix: '' }
  if (inDocument !== '/' && inCode.endsWith(inDocument))
    return { documentPrefix: '', codePrefix: inCode.slice(0, -inDocument.length) }
  return undefined
}
