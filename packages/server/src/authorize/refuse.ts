// RFC 6749 §4.1.2.1
import { type ErrorPlace, errorCodes, type HttpResponse, type Refusal } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { pageResponse } from '../page-response.ts'
import { type Refused, tellRefusal } from '../refused.ts'
import { type ResponseChannel, respond } from './respond.ts'

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

/** Sends the error to the client, where its redirect URI is verified. @spec RFC 6749 §4.1.2.1, §4.2.2.1 */
export async function refuseToClient(
  context: ServerContext,
  exchange: Exchange,
  refused: Omit<Refused, 'place'> & { readonly refusal: Refusal; readonly channel: ResponseChannel },
): Promise<HttpResponse> {
  const { channel, ...told } = refused
  const { error, description } = refused.refusal
  await tellRefusal(context, exchange, { place: 'authorization', ...told })
  if (channel.kind === 'aside') return channel.refuse(context, exchange, refused.refusal)
  return respond(context, exchange, { channel, parameters: { error, error_description: description } })
}
