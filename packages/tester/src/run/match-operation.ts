// OpenAPI 3.2 §4.8.1
import type { ApiOperation } from '../target/api-operation.ts'
import type { ApiTarget } from '../target/target.ts'
import type { SentRequest } from '../wire/exchange.ts'

/** Finds the operation that a request is a call of; a literal segment goes before a variable one. */
export type MatchOperation = (request: Pick<SentRequest, 'method' | 'origin' | 'target'>) => ApiOperation | undefined

/** Makes the matcher of an API. */
export function createOperationMatch({ origin, operations }: Pick<ApiTarget, 'origin' | 'operations'>): MatchOperation {
  const templates = operations
    .map(operation => ({ operation, method: operation.method.toUpperCase(), pieces: piecesOf(operation.path) }))
    .toSorted((a, b) => a.pieces.length - b.pieces.length)
  const byMethod = Map.groupBy(templates, ({ method }) => method)
  return request => {
    if (request.origin !== origin) return undefined
    const path = request.target.replace(/[?#].*$/s, '')
    return byMethod.get(request.method.toUpperCase())?.find(({ pieces }) => fits(path, pieces))?.operation
  }
}

/** What stands between the variables of a template; variables side by side are one. */
function piecesOf(path: string): readonly string[] {
  return path.split(/(?:\{[^{}]*\})+/)
}

/**
 * Whether a path is made of these pieces with something of one segment between each two. No regular expression, since one made
 * of a stranger's template could be made to take years.
 */
function fits(path: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces
  const last = others.pop()
  if (last === undefined) return path === first
  if (!path.startsWith(first)) return false
  let at = first.length
  for (const piece of others) {
    const found = path.indexOf(piece, at + 1)
    if (found === -1 || path.slice(at, found).includes('/')) return false
    at = found + piece.length
  }
  const end = path.length - last.length
  return end > at && path.endsWith(last) && !path.slice(at, end).includes('/')
}
