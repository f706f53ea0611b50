// OpenAPI 3.2 §4.8 to §4.10
import type { ApiOperation, Place } from '../../target/api-operation.ts'
import type { CodeRoute } from '../../target/target.ts'
import { operationsOfRoutes } from './operations-of-routes.ts'

/** A description of an API that was made from its code, and where in the code each part of it stands. */
export type RouteDocument = { readonly document: object; readonly locate: (pointer: string) => Place }

const scheme = 'token'
/** What a guard asks for that is not understood. */
const unknown = 'unknown'
const described = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE', 'QUERY'])

/**
 * Makes an OpenAPI document of routes, for an API that has none: what can be said of a documented API can then be said of it,
 * too. What guards a route, but is not understood, is asked for by a scheme that no token satisfies.
 */
export function documentOfRoutes(routes: readonly CodeRoute[], title: string): RouteDocument {
  const operations = operationsOfRoutes(routes)
  const places = new Map<string, Place>()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) {
    const names = described.has(operation.method)
      ? [operation.method.toLowerCase()]
      : ['additionalOperations', operation.method]
    const pointer = ['', 'paths', operation.path, ...names].map(escape).join('/')
    if (operation.place !== undefined) places.set(pointer, operation.place)
    if (operation.requirementPlace !== undefined) places.set(`${pointer}/security`, operation.requirementPlace)
    paths[operation.path] = withOperation(paths[operation.path] ?? {}, operation)
  }
  const scopes = Object.fromEntries(
    operations.flatMap(operation => alternatives(operation).flat()).map(each => [each, '']),
  )
  const flows = { clientCredentials: { tokenUrl: 'https://localhost/token', scopes } }
  const document = {
    openapi: '3.2.0',
    info: { title, version: '0' },
    paths,
    components: {
      securitySchemes: {
        [scheme]: { type: 'oauth2', flows },
        [unknown]: { type: 'apiKey', name: unknown, in: 'header' },
      },
    },
  }
  return { document, locate: pointer => nearest(places, pointer) }
}

function withOperation(item: Record<string, unknown>, operation: ApiOperation): Record<string, unknown> {
  const { method, parameters } = operation
  const { enforcement } = operation
  const value = {
    parameters: parameters.map(({ name, schema }) => ({ name, in: 'path', required: true, schema })),
    ...(enforcement.kind === 'refused' && { security: [{ [unknown]: [] }] }),
    ...(enforcement.kind === 'token' && { security: alternatives(operation).map(allOf => ({ [scheme]: allOf })) }),
    responses: {},
  }
  if (described.has(method)) return { ...item, [method.toLowerCase()]: value }
  const others = item['additionalOperations']
  return { ...item, additionalOperations: { ...(typeof others === 'object' ? others : {}), [method]: value } }
}

function alternatives({ enforcement }: ApiOperation): readonly (readonly string[])[] {
  return enforcement.kind === 'token' ? enforcement.needs.anyOf.map(({ allOf }) => allOf) : []
}

/** The place of a pointer, or of what it stands in. */
function nearest(places: ReadonlyMap<string, Place>, pointer: string): Place {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = places.get(at)
    if (place !== undefined) return place
  }
  return { file: 'the code' }
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
