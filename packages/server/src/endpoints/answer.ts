// RFC 6749 §3.2, §5.2
import {
  type ErrorCodeAt,
  type ErrorPlace,
  type HttpResponse,
  isRefusal,
  type Parameters,
  parseBody,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import { authenticateClient } from '../client/authenticate.ts'
import type { AuthenticatedClient } from '../client/authenticated-client.ts'
import type { Exchange, ServerContext } from '../context.ts'
import { answerRefusal } from './refusal.ts'

/** Where only clients are answered. */
type ClientPlace = { [P in ErrorPlace]: 'invalid_client' extends ErrorCodeAt<P> ? P : never }[ErrorPlace]

/** What an endpoint that only clients call does, once the form is read and the client is authenticated. */
export type ClientEndpoint = {
  readonly place: ClientPlace
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
