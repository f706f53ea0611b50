// RFC 6750 §3, RFC 9110 §7.6; nginx auth_request, Traefik ForwardAuth, Caddy forward_auth, Envoy ext_authz
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import { answer, readNodeRequest } from '@ambit/resource/node'
import type { Log } from '../observe/log.ts'
import type { Gate, Passage, Stop } from './gate.ts'
import { logDecision } from './gate-log.ts'
import { identityOf } from './identity-fields.ts'
import { originalRequest, type ProxyKind } from './original-request.ts'
import { problem } from './problem.ts'

/** How a proxy's questions are answered. */
export type ForwardAuthOptions = {
  readonly gate: Gate
  readonly proxy: ProxyKind
  /** Whether an address is that of the proxy, whose word about the request counts. */
  readonly isTrusted: (address: string) => boolean
  readonly log: Log
}

/**
 * Answers a proxy that asks whether a request may pass: 200 with header fields that tell who calls, or what the client shall
 * be told. nginx passes on 401 and 403 only, and takes all else for an error of its own, on which nothing is let through.
 */
export function forwardAuth(options: ForwardAuthOptions): (request: HttpRequest) => Promise<HttpResponse> {
  return async request => {
    const { gate, proxy, isTrusted, log } = options
    if (!isTrusted(request.remoteAddress)) {
      log.say('warn', 'question of a stranger refused', { address: request.remoteAddress })
      return problem(403, 'only the proxy in front of the API may ask here')
    }
    const original = originalRequest(proxy, request)
    if (original === undefined) {
      log.say('warn', `the question does not say as ${proxy} does which request it is about`)
      return problem(proxy === 'nginx' ? 403 : 400, 'the question does not say which request it is about')
    }
    const decision = await gate(original)
    logDecision(log, original, decision)
    return decision.kind === 'pass' ? passed(decision) : refused(decision, proxy)
  }
}

function passed({ access, headers }: Passage): HttpResponse {
  const identity = access === undefined ? {} : identityOf(access)
  return { status: 200, headers: { 'cache-control': 'no-store', ...headers, ...identity }, body: '' }
}

const nginxStatus: Readonly<Record<number, number>> = { 400: 401, 404: 403, 405: 403 }

/** What the status would be stands in a field of its own, from which the configuration for nginx makes it again. */
function refused({ response }: Stop, proxy: ProxyKind): HttpResponse {
  if (proxy !== 'nginx') return response
  const headers = { ...response.headers, 'x-auth-status': String(response.status) }
  return { ...response, status: nginxStatus[response.status] ?? response.status, headers }
}

/** Serves a handler of request values; an exception in it is a refusal, and is told to the operator alone. */
export function listenerOf(handle: (request: HttpRequest) => Promise<HttpResponse>, log: Log): RequestListener {
  return (incoming, outgoing) => {
    serve(handle, incoming, outgoing).catch((error: unknown) => {
      log.say('error', 'request failed', { error: error instanceof Error ? error.message : 'unknown error' })
      answer(outgoing, problem(500, 'the guard failed'))
    })
  }
}

async function serve(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  answer(outgoing, await handle(await readNodeRequest(incoming)))
}
