// RFC 6749 §2.3, §3.2.1
import { isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import type { ClientRecord } from '../ports/records.ts'
import type { AuthenticatedClient } from './authenticated-client.ts'
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
  const found = findPresented(context, exchange, form)
  if (isRefusal(found)) return found
  const { clientId } = found[0].credentials
  const named = form.get('client_id')
  if (named !== undefined && named !== clientId)
    return refuse('invalid_request', '`client_id` is not the client that authenticates')
  const client = await context.store.findClient(clientId)
  const presented = found.find(({ by }) => by.method === client?.authenticationMethod) ?? found[0]
  const { by, credentials } = presented
  const refusal = await by.verify(context, { client, proof: credentials.proof, exchange })
  const judged = judgeClient(context, client, { ...presented, refusal })
  return isRefusal(judged) && credentials.proof !== ''
    ? countFailure(context, exchange, { clientId, isKnown: client !== undefined, refusal: judged })
    : judged
}

/** The one method that the request uses; where it names its client alone, each of those that would do. */
function findPresented(
  { mounted }: ServerContext,
  exchange: Exchange,
  form: Parameters,
): readonly [Presented, ...Presented[]] | Refusal<'invalid_client' | 'invalid_request'> {
  const found: Presented[] = []
  for (const by of mounted.knownAuthentications) {
    const credentials = by.present(exchange.request, form)
    if (isRefusal(credentials)) return credentials
    if (credentials) found.push({ by, credentials })
  }
  const [first, second, ...others] = found.filter(({ by }) => !by.isImplied)
  if (second) return refuse('invalid_request', 'the request authenticates its client in more than one way')
  const [only, ...rest] = first ? [first, ...others] : found
  return only ? [only, ...rest] : refuse('invalid_client', 'the request does not authenticate its client')
}

function judgeClient(
  { mounted }: ServerContext,
  client: ClientRecord | undefined,
  { by, refusal }: Presented & { readonly refusal: Refusal<'invalid_client'> | undefined },
): AuthenticatedClient | Refusal<'invalid_client'> {
  if (!mounted.clientAuthentications.includes(by))
    return refuse('invalid_client', failedAuthentication, `this server does not take ${by.method}`)
  if (client === undefined) return refuse('invalid_client', failedAuthentication, 'the client is not registered')
  if (client.authenticationMethod !== by.method)
    return refuse('invalid_client', failedAuthentication, `the client authenticates by ${client.authenticationMethod}`)
  return refusal ?? authenticated(client)
}

function authenticated(client: ClientRecord): AuthenticatedClient {
  return client as AuthenticatedClient
}
