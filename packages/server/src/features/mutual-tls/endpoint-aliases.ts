// RFC 8705 §5
import type { ServerContext } from '../../context.ts'
import { mountedEndpoints } from '../../mounted-endpoints.ts'

/** Where browsers go, which bring no certificate. */
const frontChannel: ReadonlySet<string> = new Set(['authorization_endpoint', 'end_session_endpoint'])

const known = new WeakMap<ServerContext, Readonly<Record<string, string>>>()

/**
 * The endpoints that clients call, at another origin where certificates are asked for: the same paths, by the same names.
 * @spec RFC 8705 §5
 */
export function endpointAliases(context: ServerContext, alias: string): Readonly<Record<string, string>> {
  const found = known.get(context) ?? collectAliases(context, alias)
  known.set(context, found)
  return found
}

function collectAliases(context: ServerContext, alias: string): Readonly<Record<string, string>> {
  const parts = mountedEndpoints(context).flatMap(({ metadata }) => Object.entries(metadata?.(context) ?? {}))
  const aliases = parts.flatMap(([name, value]) => {
    const isOfClients = name.endsWith('_endpoint') && !frontChannel.has(name) && typeof value === 'string'
    return isOfClients ? [[name, alias + new URL(value).pathname] as const] : []
  })
  return Object.fromEntries(aliases)
}
