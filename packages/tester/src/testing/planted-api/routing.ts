// RFC 9110 §9, RFC 3986 §3.3
import { fieldValue, type SentRequest } from '../../wire/exchange.ts'
import type { Has } from './defects.ts'
import { type PlantedOperation, plantedOperations } from './operations.ts'

/** Where a request goes. */
export type Route =
  | {
      readonly kind: 'operation'
      readonly operation: PlantedOperation
      readonly parameters: ReadonlyMap<string, string>
      /** Reached past the guard, by a defect. */
      readonly isUnguarded: boolean
      readonly isHead: boolean
    }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'elsewhere'; readonly path: string }

type Reached = { readonly method: string; readonly path: string; readonly isUnguarded: boolean }

/** Finds the operation of a request. */
export function routeOf(has: Has, request: SentRequest): Route {
  const { method, path, isUnguarded } = reach(has, request)
  const here = plantedOperations.flatMap(operation => {
    const parameters = match(operation.path, path)
    return parameters === undefined ? [] : [{ operation, parameters }]
  })
  if (here.length === 0) return { kind: 'elsewhere', path }
  const isHead = method === 'HEAD'
  const found = here.find(({ operation }) => operation.method === (isHead ? 'GET' : method))
  if (found === undefined) return { kind: 'method', allowed: here.map(({ operation }) => operation.method) }
  return { kind: 'operation', ...found, isHead, isUnguarded: isUnguarded || (isHead && has('head-unguarded')) }
}

/** Method and path as the router sees them; where they are not those that the guard saw, it was passed by. */
function reach(has: Has, request: SentRequest): Reached {
  const [path = '', query = ''] = request.target.split('?')
  const plain = { method: request.method, path, isUnguarded: false }
  const original = fieldValue(request.headers, 'x-original-url') ?? fieldValue(request.headers, 'x-rewrite-url')
  if (has('original-url') && original !== undefined) return { ...plain, path: original, isUnguarded: original !== path }
  const wanted = fieldValue(request.headers, 'x-http-method-override') ?? new URLSearchParams(query).get('_method')
  if (has('method-override') && wanted !== null && wanted !== request.method)
    return { ...plain, method: wanted.toUpperCase(), isUnguarded: true }
  if (has('old-version') && path.startsWith('/v0/')) return { ...plain, path: path.slice(3), isUnguarded: true }
  const made = remake(has, path)
  return made === path ? plain : { ...plain, path: made, isUnguarded: true }
}

function remake(has: Has, path: string): string {
  if (has('path-normalized')) {
    const segments: string[] = []
    for (const segment of path.replaceAll('..;', '..').split('/')) {
      if (segment === '..') segments.pop()
      else if (segment !== '' && segment !== '.') segments.push(segment)
    }
    return `/${segments.join('/')}`
  }
  if (!has('path-decoded')) return path
  return (decode(path) ?? path).toLowerCase().replaceAll(/;[^/]*|\.json$/g, '')
}

/** The values of a template's parameters; `undefined` where the path does not fit. */
function match(template: string, path: string): ReadonlyMap<string, string> | undefined {
  if (!template.includes('{')) return template === path ? new Map() : undefined
  const [wanted, given] = [template.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const values = new Map<string, string>()
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    const name = /^\{(.+)\}$/.exec(segment)?.[1]
    const decoded = name === undefined ? undefined : decode(value)
    if (name !== undefined && decoded !== undefined && decoded !== '') values.set(name, decoded)
    else if (name !== undefined || segment !== value) return undefined
  }
  return values
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
