import type { ApiOperation } from '../target/api-operation.ts'
import type { ApiTarget } from '../target/target.ts'
import type { SentRequest } from '../wire/exchange.ts'

/** Finds the operation that a request is a call of; a literal segment goes before a variable one. */
export type MatchOperation = (request: Pick<SentRequest, 'method' | 'origin' | 'target'>) => ApiOperation | undefined

/** Makes the matcher of an API. */
export function createOperationMatch({ origin, operations }: Pick<ApiTarget, 'origin' | 'operations'>): MatchOperation {
  const patterns = operations
    .map(operation => ({ operation, method: operation.method.toUpperCase(), path: patternOf(operation.path) }))
    .toSorted((a, b) => variablesIn(a.operation) - variablesIn(b.operation))
  const byMethod = Map.groupBy(patterns, ({ method }) => method)
  return request => {
    if (request.origin !== origin) return undefined
    const path = request.target.replace(/[?#].*$/s, '')
    return byMethod.get(request.method.toUpperCase())?.find(each => each.path.test(path))?.operation
  }
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{[^}]*\}/)
  return new RegExp(`^${parts.map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('[^/]+')}$`)
}

function variablesIn({ path }: ApiOperation): number {
  return path.split('{').length - 1
}
