// RFC 9110 §15
import { type HttpResponse, json, type Seconds } from '@ambit/protocol'
import type { Endpoint, Exchange, ServerContext } from './context.ts'
import { pageResponse } from './page-response.ts'
import { StoreUnavailable } from './ports/store-unavailable.ts'

/** What a request is told that no endpoint answered. */
export type PlainError = {
  readonly status: number
  readonly error: string
  readonly description: string
  readonly headers?: HttpResponse['headers']
  readonly retryAfter?: Seconds
}

/** An error, as a page for people or in JSON for programs. */
export function plainError(
  context: ServerContext,
  to: { readonly exchange: Exchange; readonly isPage: boolean },
  { status, error, description, retryAfter, ...given }: PlainError,
): HttpResponse {
  const headers = { ...given.headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) }
  if (to.isPage) {
    const page = { page: 'error', status, error, description, ...(retryAfter !== undefined && { retryAfter }) } as const
    return pageResponse(context, to.exchange, { page, status, headers })
  }
  return json(status, { error, error_description: description }, { 'cache-control': 'no-store', ...headers })
}

/**
 * The answer where an endpoint threw. While the store cannot be reached, what was asked for may or may not have been done, and is
 * worth asking for again; everything else is a bug, of which it tells no word. A page that cannot be drawn is answered in JSON.
 * @spec RFC 9110 §15.6.1, §15.6.4, §10.2.3
 */
export function thrownError(
  context: ServerContext,
  exchange: Exchange,
  { endpoint, error }: { readonly endpoint: Endpoint; readonly error: unknown },
): HttpResponse {
  const about = { requestId: exchange.requestId, place: endpoint.path }
  const outage = error instanceof StoreUnavailable ? error : undefined
  if (outage) context.observe({ kind: 'request.unavailable', ...about, because: outage.message })
  else context.observe({ kind: 'request.failed', ...about, error })
  const problem = outage ? { ...unavailable, retryAfter: outage.retryAfter } : broken
  try {
    return plainError(context, { exchange, isPage: endpoint.isPage === true }, problem)
  } catch (drawing) {
    context.observe({ kind: 'request.failed', requestId: exchange.requestId, place: 'page', error: drawing })
    return plainError(context, { exchange, isPage: false }, problem)
  }
}

const broken: PlainError = {
  status: 500,
  error: 'server_error',
  description: 'the server met an unexpected condition',
}

const unavailable: PlainError = {
  status: 503,
  error: 'temporarily_unavailable',
  description: 'the server cannot reach its store; whether the request was carried out is not known, try again',
}
