// RFC 9110 §9, §15.5.5, §15.5.6
import { type HttpRequest, type HttpResponse, singleHeader } from '@ambit/protocol'
import type { Endpoint, Exchange, ServerContext } from './context.ts'
import { crossOriginHeaders, preflight } from './cross-origin.ts'
import { plainError, thrownError } from './error-answer.ts'
import { makeRequestId } from './request-id.ts'

/** Answers a request; never throws. */
export type Handle = (request: HttpRequest) => Promise<HttpResponse>

/** Routes requests to endpoints by their exact path below the issuer. */
export function createRouter(context: ServerContext, endpoints: readonly Endpoint[]): Handle {
  const routes = new Map(endpoints.map(endpoint => [pathOf(context, endpoint), endpoint]))
  const transport = context.isHttps ? { 'strict-transport-security': 'max-age=31536000' } : {}
  const shared = { ...crossOriginHeaders, ...transport }
  return async request => {
    const requestId = makeRequestId(context)
    const endpoint = routes.get(request.path) ?? routes.get(`${request.path.slice(0, request.path.lastIndexOf('/'))}/*`)
    const exchange = { request: request.method === 'HEAD' ? { ...request, method: 'GET' } : request, requestId }
    const answer = endpoint ? await answerAt(context, endpoint, exchange) : notFound(context, exchange)
    return {
      status: answer.status,
      headers: { ...answer.headers, ...(endpoint?.isCrossOrigin ? shared : transport), 'x-request-id': requestId },
      body: request.method === 'HEAD' ? '' : answer.body,
    }
  }
}

async function answerAt(context: ServerContext, endpoint: Endpoint, exchange: Exchange): Promise<HttpResponse> {
  const { method } = exchange.request
  if (method === 'OPTIONS' && endpoint.isCrossOrigin) return preflight(endpoint)
  if (!endpoint.methods.includes(method)) return methodNotAllowed(context, endpoint, exchange)
  try {
    await context.signer.reread?.()
    return await endpoint.handle(context, exchange)
  } catch (error) {
    return thrownError(context, exchange, { endpoint, error })
  }
}

function methodNotAllowed(context: ServerContext, endpoint: Endpoint, exchange: Exchange): HttpResponse {
  const allow = endpoint.methods.includes('GET') ? [...endpoint.methods, 'HEAD'] : endpoint.methods
  return plainError(
    context,
    { exchange, isPage: endpoint.isPage === true },
    {
      status: 405,
      error: 'invalid_request',
      description: `the method must be one of ${endpoint.methods.join(', ')}`,
      headers: { allow: (endpoint.isCrossOrigin ? [...allow, 'OPTIONS'] : allow).join(', ') },
    },
  )
}

function notFound(context: ServerContext, exchange: Exchange): HttpResponse {
  const isPage = singleHeader(exchange.request.headers, 'accept')?.includes('text/html') ?? false
  return plainError(
    context,
    { exchange, isPage },
    {
      status: 404,
      error: 'not_found',
      description: 'there is nothing at this address',
    },
  )
}

function pathOf(context: ServerContext, endpoint: Endpoint): string {
  return endpoint.isRootPath ? endpoint.path + context.basePath : context.basePath + endpoint.path
}
