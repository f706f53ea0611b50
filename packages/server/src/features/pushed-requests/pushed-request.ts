// RFC 9126 §2.2, §4
import { after, type ErrorCodeAt, isRefusal, type Refusal, refuse, type Seconds } from '@ambit/protocol'
import { parseParameters } from '../../authorize/parameters.ts'
import { readClientId } from '../../authorize/request-client.ts'
import type { ServerContext } from '../../context.ts'
import type { ResolvedRequest } from '../../feature.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { locateSecret, makeSecret } from '../../secret.ts'

const kind = 'pushed_request'

/** What every reference to a pushed request begins with. @spec RFC 9126 §2.2 */
const requestUriPrefix = 'urn:ietf:params:oauth:request_uri:'

/** A request that was pushed and found good: its parameters, printed, and the sources that it came through. */
export type PushedRequest = { readonly parameters: string; readonly by: readonly string[] }

/** Keeps a pushed request for its client, and answers the reference to it. @spec RFC 9126 §2.2 */
export async function savePushedRequest(
  context: ServerContext,
  pushed: PushedRequest & { readonly clientId: ClientId; readonly ttl: Seconds },
): Promise<string> {
  const { clientId, ttl, parameters, by } = pushed
  const { text, ref } = makeSecret(context, 'pushed_request')
  const createdAt = context.clock.now()
  await context.store.saveTicket({
    ref,
    kind,
    clientId,
    createdAt,
    expiresAt: after(createdAt, ttl),
    revision: 0,
    isDroppable: true,
    data: JSON.stringify({ parameters, by }),
  })
  return requestUriPrefix + text
}

const gone = 'this request has been used, has expired, or was never made; go back to the app and begin again'

type ResolveRefusal = Refusal<ErrorCodeAt<'authorization'> & ErrorCodeAt<'pushed_request'>>

/**
 * Takes the pushed request that the parameters refer to, once and for all. Nothing counts beside the reference and its client.
 * @spec RFC 9126 §4, RFC 9101 §5
 * @errors invalid_request: no client, or an object beside the reference; invalid_request_uri: unknown, used, expired, another client's
 */
export async function resolvePushedRequest(
  context: ServerContext,
  sent: ResolvedRequest['parameters'],
): Promise<ResolvedRequest | ResolveRefusal | undefined> {
  const [uri, second] = sent.all('request_uri')
  if (uri === undefined || !uri.startsWith(requestUriPrefix)) return undefined
  if (second !== undefined) return refuse('invalid_request', '`request_uri` was sent more than once')
  if (sent.all('request').length > 0)
    return refuse('invalid_request', '`request` and `request_uri` cannot be sent together')
  const clientId = readClientId(sent)
  if (isRefusal(clientId)) return clientId
  const ticket = await takeTicket(context, { reference: uri.slice(requestUriPrefix.length), clientId })
  return isRefusal(ticket) ? ticket : openTicket(ticket)
}

/** It is looked at before it is taken, so that nobody but its client's users can use it up. */
async function takeTicket(
  { store, crypto, clock }: ServerContext,
  asked: { readonly reference: string; readonly clientId: string },
): Promise<TicketRecord | Refusal<'invalid_request_uri'>> {
  const ref = locateSecret(crypto, 'pushed_request', asked.reference)
  const found = ref && (await store.findTicket(ref, kind))
  if (found === undefined) return refuse('invalid_request_uri', gone, 'there is no such pushed request')
  if (found.clientId !== asked.clientId)
    return refuse('invalid_request_uri', gone, 'the request was pushed by another client')
  if (found.expiresAt <= clock.now()) return refuse('invalid_request_uri', gone, 'the pushed request has expired')
  const taken = await store.takeTicket(found.ref, kind)
  return taken ?? refuse('invalid_request_uri', gone, 'the pushed request was used at the same moment')
}

function openTicket({ data }: TicketRecord): ResolvedRequest {
  const { parameters: text, by } = parsePushed(JSON.parse(data))
  const parameters = parseParameters(text)
  if (isRefusal(parameters)) throw new Error('the store has a pushed request that cannot be read')
  return { kind: 'resolved', parameters, by }
}

function parsePushed(value: unknown): PushedRequest {
  const { parameters, by } = value as Partial<Record<keyof PushedRequest, unknown>>
  if (typeof parameters !== 'string' || !Array.isArray(by))
    throw new Error('the store has a pushed request without parts')
  return { parameters, by: by.map(String) }
}
