import type { CodeRoute } from '../../target/target.ts'
import type { Has } from './defects.ts'
import { needsOf, plantedOperations } from './operations.ts'

/** Where the code serves something that the document does not know. */
export const undocumentedPath = '/petstore/debug'

/** The routes that a reader of the copy's code would find, each with its guard and its line. */
export function plantedRoutes(has: Has): readonly CodeRoute[] {
  const guarded = plantedOperations.map((operation, index): CodeRoute => {
    const { method, path, operationId } = operation
    const place = { file: 'src/shop.ts', line: 20 + index, column: 3 }
    const differs = has('guard-differs') && operationId === 'addAPet'
    const anyOf = [differs ? ['read_pets'] : needsOf(operation, has)]
    return { method, path, place, framework: 'express', guard: { kind: 'token', anyOf, place } }
  })
  const open = (path: string, line: number): CodeRoute => {
    return { method: 'GET', path, place: { file: 'src/shop.ts', line }, framework: 'express', guard: { kind: 'none' } }
  }
  return [open('/', 10), ...guarded, ...(has('undocumented-operation') ? [open(undocumentedPath, 60)] : [])]
}
