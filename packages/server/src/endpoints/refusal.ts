// RFC 6749 §5.2
import {
  type ErrorPlace,
  errorCodes,
  type HttpResponse,
  json,
  noStore,
  type Parameters,
  printChallenge,
  type Refusal,
} from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { tellRefusal } from '../refused.ts'

/** A refusal, and as much of its request as could be read. */
export type RefusedForm = {
  readonly place: ErrorPlace
  readonly refusal: Refusal
  readonly form?: Parameters
  readonly clientId?: string | undefined
}

/** Answers a client with a refusal as JSON, after telling it to whoever observes. @spec RFC 6749 §5.2 */
export async function answerRefusal(
  context: ServerContext,
  exchange: Exchange,
  { place, refusal, form, clientId }: RefusedForm,
): Promise<HttpResponse> {
  await tellRefusal(context, exchange, { place, refusal, clientId, requested: form?.get('scope') })
  const { error, description } = refusal
  const status = refusal.status ?? errorCodes[error].status
  return json(status, { error, error_description: description }, headersOf(context, status, refusal))
}

/** A 401 names the scheme that would do, whatever the client used. @spec RFC 6749 §5.2, RFC 9110 §11.6.1 */
function headersOf(context: ServerContext, status: number, { retryAfter, headers }: Refusal): HttpResponse['headers'] {
  return {
    ...noStore,
    ...(status === 401 && { 'www-authenticate': printChallenge('Basic', { realm: context.issuer }) }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...headers,
  }
}
