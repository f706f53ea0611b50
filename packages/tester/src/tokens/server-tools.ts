// RFC 6749 §3, RFC 7636 §4.3
import type { ServerTools } from '../run/probe-context.ts'
import { obtainCode } from './authorization-code.ts'
import { clientRequest } from './client-authentication.ts'
import { withQuery } from './endpoint-request.ts'
import type { FrontChannel } from './front-channel.ts'
import { createProvers, type Recipe } from './proved-request.ts'
import { endpointOf, type ServerAccess } from './server-access.ts'
import { sealRequest } from './signed-request.ts'
import { openResponse } from './signed-response.ts'
import { scopeTokens } from './token-response.ts'

/** What the tools of one probe work with; `send` records what is sent as its evidence. */
export type ServerToolsParts = ServerAccess & {
  /** Made for this probe, so that nobody else's cookies are in its browsers. */
  readonly front: FrontChannel
  /** Nonces that servers gave for the next proof, by origin; absent: known to these tools alone. @spec RFC 9449 §8 */
  readonly nonces?: Map<string, string>
}

/** Makes the tools with which cases try the authorization server. */
export function createServerTools(parts: ServerToolsParts): ServerTools {
  const { server, front, nonces = new Map<string, string>() } = parts
  const form = ({ pairs, client }: Recipe) => clientRequest('token_endpoint', pairs, client, parts)
  const { prove, show, again } = createProvers({ ...parts, nonces, remake: form })
  return {
    endpoint: name => endpointOf(server, name),
    client: fits => server.clients.find(fits),
    users: server.users,
    authorize: async (parameters, conduct = {}) => {
      const endpoint = endpointOf(server, 'authorization_endpoint')
      if (endpoint === undefined) return { kind: 'stuck', reason: 'the server has no `authorization_endpoint`' }
      const valuesOf = (wanted: string) => parameters.flatMap(([name, value]) => (name === wanted ? [value] : []))
      const clients = server.clients.filter(({ clientId }) => valuesOf('client_id').includes(clientId))
      const redirectUris = [...valuesOf('redirect_uri'), ...clients.flatMap(client => client.redirectUris)]
      const scope = scopeTokens(valuesOf('scope').join(' '))
      const outcome = await front.visit(withQuery(endpoint, parameters), { ...conduct, scope, redirectUris })
      return openResponse(outcome, clients[0]?.clientId, parts)
    },
    visit: (url, conduct = {}) => front.visit(url, { scope: [], redirectUris: [], ...conduct }),
    formRequest: (endpoint, parameters, client) =>
      endpoint === 'token_endpoint'
        ? prove(form({ pairs: parameters, client }), { pairs: parameters, client })
        : clientRequest(endpoint, parameters, client, parts),
    seal: (parameters, client) => sealRequest(parameters, client, parts),
    show,
    again,
    obtainCode: wish => obtainCode(wish, parts, front),
  }
}
