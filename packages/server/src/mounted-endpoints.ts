import type { Endpoint, ServerContext } from './context.ts'
import { endpoints as ownEndpoints } from './endpoints/list.ts'

/** The endpoints that a server has: its own that are switched on, those of its features, and those that it was given. */
export function mountedEndpoints(context: ServerContext): readonly Endpoint[] {
  const all = [...ownEndpoints, ...context.mounted.endpoints, ...(context.endpoints ?? [])]
  return all.filter(each => each.isMounted?.(context) ?? true)
}
