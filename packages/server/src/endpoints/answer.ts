// RFC 6749 §3.2, §5.2
import {
  errorCodes,
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  type Parameters,
  parseBody,
  printChallenge,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { authenticateClient } from '../client/authenticate.ts'
import type { AuthenticatedClient } from '../client/authenticated-client.ts'
import type { Exchange, ServerContext } from '../context.ts'
import { tellRefusal } from '../refused.ts'

/** What an endpoint that only clients call does, once the form is read and the client is authenticated. */
export type ClientEndpoint = {
  readonly place: 'token' | 'introspection' | 'revocation'
  /** Parameters that may come more than once. */
  readonly repeatable?: readonly string[]
  readonly respond: (context: ServerContext, request: ClientRequest) => Promise<HttpResponse | Refusal>
}

/** A request of an authenticated client. */
export type ClientRequest = {
  readonly exchange: Exchange
  readonly form: Parameters
  readonly client: AuthenticatedClient
}

/**
 * Answers a request of a client: parameters in the body only, the client authenticated, then what the endpoint does.
 * @spec RFC 6749 §2.3.1, §3.2
 * @errors invalid_request: parameters in the URI, or a body that is no form; invalid_client
 */
export async function answerClient(
  context: ServerContext,
  exchange: Exchange,
  endpoint: ClientEndpoint,
): Promise<HttpResponse> {
  const form = readForm(exchange, endpoint)
  if (isRefusal(form)) return answerRefusal(context, exchange, { place: endpoint.place, refusal: form })
  const client = await authenticateClient(context, exchange, form)
  const answer = isRefusal(client) ? client : await endpoint.respond(context, { exchange, form, client })
  if (!isRefusal(answer)) return answer
  const clientId = isRefusal(client) ? form.get('client_id') : client.clientId
  return answerRefusal(context, exchange, { place: endpoint.place, refusal: answer, form, clientId })
}

function readForm({ request }: Exchange, { repeatable = [] }: ClientEndpoint): Parameters | Refusal<'invalid_request'> {
  if (request.query !== '') return refuse('invalid_request', 'parameters belong in the body, not in the request URI')
  return parseBody(request, { repeatable })
}

type RefusedForm = { readonly refusal: Refusal; readonly form?: Parameters; readonly clientId?: string | undefined }

/** @spec RFC 6749 §5.2 */
async function answerRefusal(
  context: ServerContext,
  exchange: Exchange,
  refused: RefusedForm & { readonly place: ClientEndpoint['place'] },
): Promise<HttpResponse> {
  const { place, refusal, form, clientId } = refused
  await tellRefusal(context, exchange, { place, refusal, clientId, requested: form?.get('scope') })
  const { error, description } = refusal
  const status = refusal.status ?? errorCodes[error].status
  return json(status, { error, error_description: description }, refusalHeaders(context, status, refusal))
}

/** A 401 names the scheme that would do, whatever the client used. @spec RFC 6749 §5.2, RFC 9110 §11.6.1 */
function refusalHeaders(context: ServerContext, status: number, { retryAfter }: Refusal): HttpResponse['headers'] {
  return {
    ...noStore,
    ...(status === 401 && { 'www-authenticate': printChallenge('Basic', { realm: context.issuer }) }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  }
}
