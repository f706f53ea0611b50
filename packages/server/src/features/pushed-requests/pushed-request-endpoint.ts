// RFC 9126 §2
import {
  defaultFormLimits,
  type HttpResponse,
  isRefusal,
  json,
  type Parameters,
  printForm,
  type Refusal,
  refuse,
  type Seconds,
} from '@ambit/protocol'
import { parseParameters, printParameters } from '../../authorize/parameters.ts'
import { parseAuthorizationRequest } from '../../authorize/request.ts'
import { findRequestClient } from '../../authorize/request-client.ts'
import { findBrokenRule, type ResolveRefusal, resolveRequest } from '../../authorize/resolve-request.ts'
import type { AuthenticatedClient } from '../../client/authenticated-client.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { answerClient, type ClientEndpoint, type ClientRequest } from '../../endpoints/answer.ts'
import { answerRefusal } from '../../endpoints/refusal.ts'
import type { ResolvedRequest } from '../../feature.ts'
import { provePossession } from '../../possession.ts'
import { refuseFlood } from './flood.ts'
import { savePushedRequest } from './pushed-request.ts'

/** What the endpoint is made of: the source that pushed requests count as coming through, and how long they wait. */
export type PushedRequestSettings = { readonly source: string; readonly ttl: Seconds }

/** The pushed authorization request endpoint. @spec RFC 9126 §2 */
export function pushedRequestEndpoint(settings: PushedRequestSettings): Endpoint {
  const rules: ClientEndpoint = {
    place: 'pushed_request',
    repeatable: ['resource'],
    respond: (context, request) => push(context, request, settings),
  }
  return {
    path: '/par',
    methods: ['POST'],
    isCrossOrigin: true,
    handle: async (context, exchange) =>
      isTooLarge(exchange) ? refuseSize(context, exchange) : answerClient(context, exchange, rules),
    metadata: context => ({ pushed_authorization_request_endpoint: context.url('/par') }),
  }
}

/**
 * Keeps a request that would be good at the authorization endpoint, and answers a reference to it.
 * @spec RFC 9126 §2.1, §2.2
 * @errors invalid_request: `request_uri` was sent, no client, a `dpop_jkt` that is not the proved key; all of the authorization endpoint
 */
async function push(
  context: ServerContext,
  { exchange, form, client }: ClientRequest,
  { source, ttl }: PushedRequestSettings,
): Promise<HttpResponse | Refusal> {
  if (form.get('request_uri') !== undefined)
    return refuse('invalid_request', '`request_uri` cannot be pushed: it is what pushing a request gives')
  const flood = await refuseFlood(context, exchange, client)
  if (flood !== undefined) return flood
  const proved = await provePossession(context, exchange, { place: 'pushed_request', client })
  if (isRefusal(proved)) return proved
  const pushed = await readRequest(context, exchange, { form, client, source })
  if (isRefusal(pushed)) return pushed
  const jkt = proved.confirmation?.jkt
  const sent = pushed.parameters.get('dpop_jkt')
  if (jkt !== undefined && sent !== undefined && sent !== jkt)
    return refuse('invalid_request', '`dpop_jkt` is not the key that the DPoP proof shows')
  const isAdded = jkt !== undefined && sent === undefined
  const parameters = printParameters(pushed.parameters) + (isAdded ? `&${printForm({ dpop_jkt: jkt })}` : '')
  const uri = await savePushedRequest(context, { parameters, by: pushed.by, clientId: client.clientId, ttl })
  return json(201, { request_uri: uri, expires_in: ttl }, { ...neverCached, ...proved.headers })
}

/** As the example of the specification has it. @spec RFC 9126 §2.2 */
const neverCached = { 'cache-control': 'no-cache, no-store', pragma: 'no-cache' } as const

/** The request as it is judged at the authorization endpoint, by all its rules but those about a user. @spec RFC 9126 §2.1 */
async function readRequest(
  context: ServerContext,
  exchange: Exchange,
  pushed: { readonly form: Parameters; readonly client: AuthenticatedClient; readonly source: string },
): Promise<ResolvedRequest | Refusal> {
  const { form, client, source } = pushed
  const resolved = await resolveRequest(context, exchange, parametersOf(form, client))
  if (isRefusal(resolved)) return resolved
  const from = await findRequestClient(context, resolved.parameters)
  if (isRefusal(from)) return from
  if (from.client.clientId !== client.clientId) return refuse('invalid_request', 'the request is of another client')
  const request: ResolvedRequest = { ...resolved, by: [...resolved.by, source] }
  const broken: ResolveRefusal | undefined = await findBrokenRule(context, { ...request, client })
  if (broken !== undefined) return broken
  const parsed = await parseAuthorizationRequest(context, from, request.parameters)
  return isRefusal(parsed) ? parsed : request
}

/** Beside a request object the client is named by its authentication alone. @spec RFC 9126 §3 */
function parametersOf(form: Parameters, client: AuthenticatedClient): Parameters {
  if (form.get('request') === undefined || form.get('client_id') !== undefined) return form
  const named = parseParameters(`${printParameters(form)}&${printForm({ client_id: client.clientId })}`)
  return isRefusal(named) ? form : named
}

function isTooLarge({ request }: Exchange): boolean {
  return request.body === undefined || request.body.length > defaultFormLimits.maxLength
}

/** @spec RFC 9126 §2.3 */
async function refuseSize(context: ServerContext, exchange: Exchange): Promise<HttpResponse> {
  const words = `the request is longer than ${defaultFormLimits.maxLength} characters, or not UTF-8`
  const refusal = { ...refuse('invalid_request', words), status: 413 }
  return answerRefusal(context, exchange, { place: 'pushed_request', refusal })
}
