// Grant Management for OAuth 2.0 §6
import {
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  type Parameters,
  parseForm,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { rememberedScope } from '../../authorize/consent.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { admitAccessToken, answerTokenRefusal } from '../../endpoints/access-token.ts'
import { answerRefusal } from '../../endpoints/refusal.ts'
import { endLostTokens } from '../../issue/end-lost-tokens.ts'
import { heldScope } from '../../scope/held-scope.ts'
import { findGrantOf, forgetGrantId, type IdentifiedGrant } from './grant-id.ts'
import { managementScopes } from './may-manage.ts'

/** The grant management endpoint: a client looks at a grant, and gives it back. @spec Grant Management for OAuth 2.0 §6.3 */
export const grantEndpoint: Endpoint = {
  path: '/grants/*',
  methods: ['GET', 'DELETE'],
  async handle(context, exchange) {
    const isQuery = exchange.request.method === 'GET'
    const scope = managementScopes[isQuery ? 'GET' : 'DELETE']
    const found = await findManaged(context, exchange, scope)
    if (!isRefusal(found)) return isQuery ? describe(context, found) : revoke(context, exchange, found)
    const place = 'grant_management'
    return found.status === 404
      ? answerRefusal(context, exchange, { place, refusal: found })
      : answerTokenRefusal(context, exchange, { place, refusal: found, scope })
  },
}

type Managed = IdentifiedGrant & { readonly form: Parameters; readonly headers: Readonly<Record<string, string>> }

/**
 * The grant that a request is about, where its access token is one of the grant's client, and of no other user.
 * @spec Grant Management for OAuth 2.0 §6.1, §6.6
 * @errors invalid_token; insufficient_scope; invalid_request: malformed, or (404) no grant of this client
 */
async function findManaged(context: ServerContext, exchange: Exchange, scope: string): Promise<Managed | Refusal> {
  const admitted = await admitAccessToken(context, exchange)
  if (isRefusal(admitted)) return admitted
  const { record, headers } = admitted
  if (!heldScope(context.catalogue, record.scope).has(scope))
    return refuse('insufficient_scope', `the access token lacks the scope \`${scope}\``)
  const { path, query } = exchange.request
  const form = parseForm(query)
  if (isRefusal(form)) return form
  const found = await findGrantOf(context, record.clientId, path.slice(path.lastIndexOf('/') + 1))
  const isTheirs = record.userId === undefined || record.userId === found?.grant.userId
  if (found === undefined || !isTheirs || record.actor !== undefined) return unknown
  return { ...found, form, headers }
}

const unknown: Refusal = { ...refuse('invalid_request', 'there is no such grant of this client'), status: 404 }

/** What the client may do, by resource. No token is told, and nothing of the user. @spec Grant Management for OAuth 2.0 §6.4 */
function describe(context: ServerContext, { grant, headers }: Managed): HttpResponse {
  const { catalogue, clock } = context
  const byResource = new Map<string | undefined, string[]>()
  for (const token of rememberedScope(catalogue, grant, clock.now()).tokens) {
    const resource = catalogue.definition(token)?.resource
    byResource.set(resource, [...(byResource.get(resource) ?? []), token])
  }
  const scopes = [...byResource].map(([resource, tokens]) => ({
    scope: tokens.join(' '),
    ...(resource !== undefined && { resource: [resource] }),
  }))
  return json(200, { scopes }, { ...noStore, ...headers })
}

/**
 * Takes back what `scope` names, or the whole grant; without its last scope a grant is gone as a whole. What was issued for it
 * is of no use from then on.
 * @spec Grant Management for OAuth 2.0 §6.5
 */
async function revoke(
  context: ServerContext,
  { requestId }: Exchange,
  { grant, ticket, form, headers }: Managed,
): Promise<HttpResponse> {
  const { store, clock, observe } = context
  const { userId, clientId } = grant
  const held = grant.scopes.map(({ token }) => token)
  const named = form.get('scope')?.split(' ')
  const removed = named === undefined ? held : held.filter(token => named.includes(token))
  const isWhole = named === undefined || (held.length > 0 && removed.length === held.length)
  if (isWhole) {
    await store.deleteGrant(userId, clientId, clock.now())
    await forgetGrantId(context, ticket)
  } else if (removed.length > 0) await store.removeFromGrant(userId, clientId, removed, clock.now())
  await endLostTokens(context, { userId, clientId })
  observe({ kind: 'grant.changed', requestId, userId, clientId, removed: removed.join(' ') })
  return { status: 204, headers: { ...noStore, ...headers }, body: '' }
}
