// RFC 6749 §4.1.2.1
import { type ErrorPlace, errorCodes, type HttpResponse, type Refusal, singleHeader } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { pageResponse } from '../page-response.ts'
import { type Refused, tellRefusal } from '../refused.ts'
import { type RedirectChannel, type ResponseChannel, respond } from './respond.ts'
import { hostOf } from './verified-redirect-uri.ts'

/** Answers on a page, where there is no verified place to send the error to. @spec RFC 6749 §4.1.2.1 */
export async function refuseOnPage(
  context: ServerContext,
  exchange: Exchange,
  refused: Omit<Refused, 'place'> & { readonly place?: ErrorPlace },
): Promise<HttpResponse> {
  const { error, description, ...refusal } = refused.refusal
  const status = refusal.status ?? errorCodes[error].status
  await tellRefusal(context, exchange, { place: 'authorization', ...refused })
  return pageResponse(context, exchange, { page: { page: 'error', status, error, description }, status })
}

/**
 * Sends the error to the client, where its redirect URI is verified. To a stranger nobody is sent without having done anything
 * here: a link to this server would be one to anywhere.
 * @spec RFC 6749 §4.1.2.1, §4.2.2.1, RFC 9700 §4.11.2
 */
export async function refuseToClient(
  context: ServerContext,
  exchange: Exchange,
  refused: Omit<Refused, 'place'> & {
    readonly refusal: Refusal
    readonly channel: ResponseChannel
    /** Whether the user has done something here for this request. */
    readonly hasActed: boolean
  },
): Promise<HttpResponse> {
  const { channel, hasActed, ...told } = refused
  const { error, description } = refused.refusal
  await tellRefusal(context, exchange, { place: 'authorization', ...told })
  if (channel.kind === 'aside') return channel.refuse(context, exchange, refused.refusal)
  const response = await respond(context, exchange, { channel, parameters: { error, error_description: description } })
  return channel.isStranger && !hasActed
    ? pause(context, exchange, { refusal: refused.refusal, response, channel })
    : response
}

/** Shows the error, and where the app waits for it. A form cannot be shown so: it sends itself. */
function pause(
  context: ServerContext,
  exchange: Exchange,
  {
    refusal,
    response,
    channel,
  }: { readonly refusal: Refusal; readonly response: HttpResponse; readonly channel: RedirectChannel },
): HttpResponse {
  const { error, description } = refusal
  const status = refusal.status ?? errorCodes[error].status
  const uri = singleHeader(response.headers, 'location')
  const onward = uri === undefined ? {} : { onward: { uri, host: hostOf(channel.redirectUri) } }
  return pageResponse(context, exchange, { page: { page: 'error', status, error, description, ...onward }, status })
}
