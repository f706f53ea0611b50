import type { OpenApiOperation } from '../openapi/operation.ts'
import { shapeOf } from '../openapi/path-template.ts'
import type { RouteGuard } from './statement.ts'

/** A route of the API: its operation in the document, and what code has at the same place. */
export type Route = { readonly operation?: OpenApiOperation; readonly guards: readonly RouteGuard[] }

/** Puts operations and the guards of code at the same method and path together, in the order of the document. */
export function matchRoutes(operations: readonly OpenApiOperation[], guards: readonly RouteGuard[]): readonly Route[] {
  const places = guards.map(guard => ({ guard, place: `${guard.method.toUpperCase()} ${plainShape(guard.path)}` }))
  const taken = new Set<RouteGuard>()
  const routes = operations.map((operation): Route => {
    const shapes = new Set(
      ['', ...operation.basePaths].map(base => `${operation.method} ${shapeOf(`${base}${operation.path}`)}`),
    )
    const here = places.filter(({ place }) => shapes.has(place)).map(({ guard }) => guard)
    for (const guard of here) taken.add(guard)
    return { operation, guards: here }
  })
  const others = Map.groupBy(
    places.filter(({ guard }) => !taken.has(guard)),
    ({ place }) => place,
  )
  return [...routes, ...[...others.values()].map(here => ({ guards: here.map(({ guard }) => guard) }))]
}

/** A path as frameworks write it, `/pets/:petId` or `/pets/:petId(\\d+)`, in the shape of a document's template. */
function plainShape(path: string): string {
  return shapeOf(path.replaceAll(/:[A-Za-z_]\w*(?:\([^()]*\))?/g, '{}').replaceAll('{}', '{value}'))
}
