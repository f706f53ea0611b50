// RFC 6749 §4.1, §4.4
import type { ServerTarget, TestClient } from '../../target/target.ts'
import { readTokenResponse } from '../../tokens/token-response.ts'
import { obtainGoodCode, redemptionOf, usualScope } from './server-flow.ts'
import type { ServerContext } from './server-trial.ts'

/** What became of the good flow of each client; one flow for a run. */
const controls = new WeakMap<ServerTarget, Map<string, Promise<string | undefined>>>()

/**
 * Whether a client’s whole good flow succeeds: only then does a refusal of a bad request mean something. `undefined` where it
 * does; otherwise what happened instead, to follow `the request`.
 */
export async function controlOf(context: ServerContext, client: TestClient): Promise<string | undefined> {
  const { server } = context.target
  if (server === undefined) return undefined
  const known = controls.get(server) ?? new Map<string, Promise<string | undefined>>()
  controls.set(server, known)
  const before = known.get(client.clientId)
  if (before !== undefined) return before
  const trying = tryFlow(context, client)
  known.set(client.clientId, trying)
  // what was cut off in one probe is tried again in the next
  trying.catch(() => known.delete(client.clientId))
  return trying
}

async function tryFlow(context: ServerContext, client: TestClient): Promise<string | undefined> {
  const request = await requestOf(context, client)
  if (typeof request === 'string') return request
  if (request === undefined) return undefined
  const answer = readTokenResponse(await context.send(request), context.secrets)
  return answer.kind === 'tokens' ? undefined : `was refused: ${answer.reason}`
}

async function requestOf(context: ServerContext, client: TestClient) {
  if (client.grantTypes.includes('authorization_code')) {
    const good = await obtainGoodCode(context, client)
    return good.kind === 'code' ? redemptionOf(context, good) : `failed: ${good.reason}`
  }
  if (!client.grantTypes.includes('client_credentials')) return undefined
  const scope = usualScope(context, client)
  return context.server.formRequest(
    'token_endpoint',
    [['grant_type', 'client_credentials'], ...(scope.length > 0 ? ([['scope', scope.join(' ')]] as const) : [])],
    client,
  )
}
