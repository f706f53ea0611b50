// RFC 6749 §3.1.2.4, §4.1.2.1
import { isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { ClientRecord } from '../ports/records.ts'
import type { RedirectChannel, ResponseChannel } from './respond.ts'
import { parseResponseMode, parseResponseType, responseTypes } from './response-type.ts'
import { verifyRedirectUri } from './verified-redirect-uri.ts'

/** Who asks, and where the answer goes, whatever it is. */
export type RequestClient = { readonly client: ClientRecord; readonly channel: ResponseChannel }

/** A request that a browser brought, and takes the answer of. */
export type BrowserRequest = RequestClient & { readonly channel: RedirectChannel }

/**
 * Finds out who asks and where answers may go. A refusal here must stay on a page: there is no place that it could be sent to.
 * @spec RFC 6749 §3.1.2.4, §4.1.2.1
 * @errors invalid_request: no or two `client_id` or `redirect_uri`, or one that is not registered; invalid_client: unknown
 */
export async function findRequestClient(
  context: ServerContext,
  parameters: Parameters,
): Promise<BrowserRequest | Refusal<'invalid_request' | 'invalid_client'>> {
  const clientId = readClientId(parameters)
  if (isRefusal(clientId)) return clientId
  if (parameters.all('redirect_uri').length > 1)
    return refuse('invalid_request', '`redirect_uri` was sent more than once')
  const client = await findNamedClient(context, clientId)
  if (isRefusal(client)) return client
  const isOpenId = parameters.get('scope')?.split(' ').includes('openid') ?? false
  const redirectUri = verifyRedirectUri(client, { redirectUri: parameters.get('redirect_uri'), isOpenId })
  if (isRefusal(redirectUri)) return redirectUri
  const { isStranger } = client
  const to = { kind: 'redirect', redirectUri, ...(isStranger === true && { isStranger }) } as const
  return { client, channel: { ...to, ...travelOf(context, client, parameters) } }
}

/** The one client that a request names. @spec RFC 6749 §3.1, §4.1.1 */
export function readClientId(parameters: Parameters): string | Refusal<'invalid_request'> {
  const [clientId, second] = parameters.all('client_id')
  if (clientId === undefined) return refuse('invalid_request', '`client_id` is missing')
  if (second !== undefined) return refuse('invalid_request', '`client_id` was sent more than once')
  return clientId
}

/** The client of that name; nobody is authenticated here, so that the answer is no 401. @spec RFC 6749 §4.1.2.1 */
export async function findNamedClient(
  { store }: Pick<ServerContext, 'store'>,
  clientId: string,
): Promise<ClientRecord | Refusal<'invalid_client'>> {
  const client = await store.findClient(clientId)
  return client ?? { ...refuse('invalid_client', 'the client is not known here'), status: 400 }
}

/** How errors travel before the rest is understood: as asked where that can be, else as is usual for the response type. */
function travelOf(
  context: ServerContext,
  client: ClientRecord,
  parameters: Parameters,
): Pick<RedirectChannel, 'mode' | 'state' | 'wrap'> {
  const type = parseResponseType(parameters.get('response_type'))
  const usual = type === undefined ? 'query' : responseTypes[type].defaultMode
  const { mode: asked, wrapped } = parseResponseMode(context, parameters.get('response_mode')) ?? {}
  const isPossible = asked === 'form_post' || asked === usual || (wrapped !== undefined && asked === 'fragment')
  const [state, second] = parameters.all('state')
  return {
    mode: isPossible ? asked : usual,
    ...(wrapped && { wrap: answer => wrapped.wrap(context, client, answer) }),
    ...(state !== undefined && second === undefined && { state }),
  }
}
