// RFC 6749 §2.3, RFC 8259
import {
  epochSeconds,
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  type Parameters,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { authenticateClient } from '../client/authenticate.ts'
import type { AuthenticatedClient } from '../client/authenticated-client.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { readCredentials, readJsonBody } from '../json-body.ts'
import type { ScopeUse } from '../ports/store.ts'
import { answerRefusal } from './refusal.ts'

/** Where resource servers tell by which scope clients were let in: JSON of `reports`, each `client_id`, `scope`, `count`, `last_used_at`. */
export const scopeUsageEndpoint: Endpoint = {
  path: '/scope-usage',
  methods: ['POST'],
  async handle(context, exchange) {
    const sent = readBody(exchange)
    if (isRefusal(sent)) return answerRefusal(context, exchange, { place: 'scope_usage', refusal: sent })
    const client = await authenticateClient(context, exchange, sent.credentials)
    const answer = isRefusal(client) ? client : await record(context, client, sent.reports)
    if (!isRefusal(answer)) return answer
    const clientId = isRefusal(client) ? sent.credentials.get('client_id') : client.clientId
    return answerRefusal(context, exchange, { place: 'scope_usage', refusal: answer, clientId })
  },
}

type UsageError = 'invalid_request' | 'invalid_client' | 'unauthorized_client'
type Sent = { readonly credentials: Parameters; readonly reports: readonly unknown[] }

const mostReports = 1000
const mostUsesAtOnce = 1_000_000_000

function readBody({ request }: Exchange): Sent | Refusal<'invalid_request'> {
  const body = readJsonBody(request)
  if (isRefusal(body)) return body
  const { reports, ...members } = body.members
  if (!Array.isArray(reports) || reports.length > mostReports)
    return refuse('invalid_request', `\`reports\` must be a list of at most ${mostReports}`)
  const credentials = readCredentials(members)
  return isRefusal(credentials) ? credentials : { credentials, reports }
}

/**
 * Adds up what was reported. Reports of clients and scopes that are not known here, or of scope that belongs to another
 * resource, are left out and counted; a time in the future is taken for now.
 * @errors unauthorized_client: not the resource server of anything; invalid_client: a public client; invalid_request: a report of another shape
 */
async function record(
  context: ServerContext,
  client: AuthenticatedClient,
  reports: readonly unknown[],
): Promise<HttpResponse | Refusal<UsageError>> {
  if (client.authenticationMethod === 'none')
    return refuse('invalid_client', 'a public client cannot report: it cannot prove who it is')
  if (client.introspects.length === 0)
    return refuse('unauthorized_client', 'this client is the resource server of no resource')
  const parsed = reports.map(parseReport)
  const wrong = parsed.indexOf(undefined)
  if (wrong >= 0)
    return refuse('invalid_request', `\`reports[${wrong}]\` must have client_id, scope, count and last_used_at`)
  const uses = await findUses(
    context,
    client,
    parsed.flatMap(each => each ?? []),
  )
  await context.store.recordScopeUsage(uses)
  return json(200, { accepted: uses.length, ignored: reports.length - uses.length }, noStore)
}

type Report = { readonly clientId: string; readonly scope: string; readonly count: number; readonly lastUsedAt: number }

function parseReport(value: unknown): Report | undefined {
  if (!isObject(value)) return undefined
  const { client_id: clientId, scope, count, last_used_at: lastUsedAt } = value
  if (typeof clientId !== 'string' || typeof scope !== 'string') return undefined
  if (!isWhole(count, mostUsesAtOnce) || count === 0 || !isWhole(lastUsedAt, Number.MAX_SAFE_INTEGER)) return undefined
  return { clientId, scope, count, lastUsedAt }
}

/** All instances of a parameterised scope count as one, so that reports cannot fill the store. */
async function findUses(
  { catalogue, store, clock }: ServerContext,
  { introspects }: AuthenticatedClient,
  reports: readonly Report[],
): Promise<readonly ScopeUse[]> {
  const ids = [...new Set(reports.map(each => each.clientId))]
  const clients = new Map(await Promise.all(ids.map(async id => [id, await store.findClient(id)] as const)))
  const now = clock.now()
  return reports.flatMap(({ clientId, scope, count, lastUsedAt }) => {
    const client = clients.get(clientId)
    const known = catalogue.definition(scope)
    const isOwn = known?.resource === undefined || introspects.includes(known.resource)
    if (!client || !known || !isOwn) return []
    const at = epochSeconds(Math.min(lastUsedAt, now))
    return [{ clientId: client.clientId, scope: known.name, count, lastUsedAt: at }]
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWhole(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0 && value <= most
}
