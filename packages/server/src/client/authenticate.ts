// RFC 6749 §2.3, §3.2.1
import { isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import type { ClientRecord } from '../ports/records.ts'
import type { AuthenticatedClient } from './authenticated-client.ts'
import { clientAuthentications } from './methods/list.ts'
import { type ClientAuthentication, type ClientCredentials, failedAuthentication } from './methods/method.ts'
import { countFailure } from './throttle.ts'

type Presented = { readonly by: ClientAuthentication; readonly credentials: ClientCredentials }

/**
 * Finds out which client a request comes from, by exactly the method that this client is registered for.
 * A wrong proof is counted after it was found wrong, so the right one is never kept out.
 * @spec RFC 6749 §2.3, §3.2.1
 * @errors invalid_client: none, unknown, wrong, or too many wrong ones; invalid_request: two methods or two clients at once
 */
export async function authenticateClient(
  context: ServerContext,
  exchange: Exchange,
  form: Parameters,
): Promise<AuthenticatedClient | Refusal<'invalid_client' | 'invalid_request'>> {
  const presented = findPresented(exchange, form)
  if (isRefusal(presented)) return presented
  const { clientId } = presented.credentials
  const named = form.get('client_id')
  if (named !== undefined && named !== clientId)
    return refuse('invalid_request', '`client_id` is not the client that authenticates')
  const client = await context.store.findClient(clientId)
  const { by, credentials } = presented
  const refusal = await by.verify(context, { client, proof: credentials.proof, requestId: exchange.requestId })
  const judged = judgeClient(client, presented, refusal)
  return isRefusal(judged) && credentials.proof !== ''
    ? countFailure(context, exchange, { clientId, isKnown: client !== undefined, refusal: judged })
    : judged
}

function findPresented(
  exchange: Exchange,
  form: Parameters,
): Presented | Refusal<'invalid_client' | 'invalid_request'> {
  let found: Presented | undefined
  for (const by of clientAuthentications) {
    const credentials = by.present(exchange.request, form)
    if (credentials === undefined) continue
    if (isRefusal(credentials)) return credentials
    if (found) return refuse('invalid_request', 'the request authenticates its client in more than one way')
    found = { by, credentials }
  }
  return found ?? refuse('invalid_client', 'the request does not authenticate its client')
}

function judgeClient(
  client: ClientRecord | undefined,
  { by }: Presented,
  refusal: Refusal<'invalid_client'> | undefined,
): AuthenticatedClient | Refusal<'invalid_client'> {
  if (client === undefined) return refuse('invalid_client', failedAuthentication, 'the client is not registered')
  if (client.authenticationMethod !== by.method)
    return refuse('invalid_client', failedAuthentication, `the client authenticates by ${client.authenticationMethod}`)
  return refusal ?? authenticated(client)
}

function authenticated(client: ClientRecord): AuthenticatedClient {
  return client as AuthenticatedClient
}
