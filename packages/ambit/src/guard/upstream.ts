// RFC 9110 §7.6, RFC 9112 §6
import { type Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { HttpRequest } from '@ambit/protocol'
import { requestFields } from './forwarded-fields.ts'
import { bringsToken, type Passage } from './gate.ts'
import { identityOf } from './identity-fields.ts'

/** The way to the API. */
export type Onwards = {
  readonly agent: Agent
  readonly upstream: URL
  readonly timeout: number
  readonly keepsAuthorization: boolean
  readonly isTrusted: (address: string) => boolean
}

/** A request that passed. */
export type Passing = { readonly incoming: IncomingMessage; readonly request: HttpRequest; readonly passage: Passage }

/** The API did nothing for too long. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'

  constructor() {
    super('the API did nothing for too long')
  }
}

/** Begins a request to the API, with the target as the client sent it; the body is the caller's to send. */
export function askUpstream(onwards: Onwards, passing: Passing, more: readonly string[] = []): ClientRequest {
  const { agent, upstream, timeout } = onwards
  const { incoming, request } = passing
  const ask = upstream.protocol === 'https:' ? secureRequest : plainRequest
  return ask({
    agent,
    hostname: upstream.hostname.replace(/^\[|\]$/g, ''),
    port: upstream.port || (upstream.protocol === 'https:' ? 443 : 80),
    method: request.method,
    path: request.query === '' ? request.path : `${request.path}?${request.query}`,
    headers: [...fieldsFor(onwards, passing), ...framing(incoming, request), ...more],
    setHost: false,
    timeout,
  })
}

function fieldsFor({ upstream, isTrusted, keepsAuthorization }: Onwards, { incoming, request, passage }: Passing) {
  const { headers, socket } = incoming
  const peer = socket.remoteAddress ?? ''
  const isBehindProxy = isTrusted(peer)
  const before = isBehindProxy ? textOf(headers['x-forwarded-for']) : undefined
  const proto = isBehindProxy ? textOf(headers['x-forwarded-proto']) : undefined
  return requestFields(incoming.rawHeaders, {
    host: upstream.host,
    forwardedFor: before === undefined ? peer : `${before}, ${peer}`,
    forwardedHost: (isBehindProxy ? textOf(headers['x-forwarded-host']) : undefined) ?? headers.host,
    forwardedProto: proto === 'https' ? 'https' : 'http',
    identity: passage.access === undefined ? {} : identityOf(passage.access),
    // a password is not judged here, and is the API's to check
    keepsAuthorization: keepsAuthorization || !bringsToken(request),
  })
}

// RFC 9112 §6.3: chunks are made anew, whatever the method, a length goes on as it is, and what has no body says so
function framing({ headers }: IncomingMessage, { method }: HttpRequest): readonly string[] {
  if (headers['transfer-encoding'] !== undefined) return ['transfer-encoding', 'chunked']
  return headers['content-length'] === undefined && withBody.has(method) ? ['content-length', '0'] : []
}

/** Methods whose requests usually have a body. @spec RFC 9110 §8.6 */
const withBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
