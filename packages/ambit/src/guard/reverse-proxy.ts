// RFC 9110 §7.6, §15.6; RFC 9112 §6; RFC 6750 §5.3
import { Agent, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { pipeline } from 'node:stream'
import type { HttpRequest } from '@ambit/protocol'
import { answer, readNodeRequest } from '@ambit/resource/node'
import type { Log } from '../observe/log.ts'
import { atEndOf, type StartTimer } from './expiry.ts'
import { responseFields } from './forwarded-fields.ts'
import type { Gate, Passage } from './gate.ts'
import { logDecision } from './gate-log.ts'
import { limitedBody, TooLongError } from './limited-body.ts'
import { problem } from './problem.ts'
import { askUpstream, type Onwards, TimeoutError } from './upstream.ts'

/** Where requests go, and how. */
export type ReverseProxyOptions = {
  readonly gate: Gate
  readonly log: Log
  /** The API: scheme, host and port. */
  readonly upstream: URL
  /** Whether tokens go on to the API. */
  readonly keepsAuthorization: boolean
  /** The longest body of a request, in bytes. */
  readonly maxBodyLength: number
  /** Milliseconds in which the API must do something. */
  readonly timeout: number
  /** Whether an address is that of a proxy in front, whose `X-Forwarded-For` counts. */
  readonly isTrusted: (address: string) => boolean
  readonly now: () => number
  readonly timer: StartTimer
}

/** One request on its way to the API. */
type Exchange = {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly request: HttpRequest
  readonly passage: Passage
}

/** What a proxy keeps: connections to the API. */
export type ProxyContext = ReverseProxyOptions & Onwards

/** Opens what a proxy keeps. */
export function openProxy(options: ReverseProxyOptions): ProxyContext {
  const SomeAgent = options.upstream.protocol === 'https:' ? SecureAgent : Agent
  return { ...options, agent: new SomeAgent({ keepAlive: true, maxSockets: 256 }) }
}

/** Lets through to the API what the gate lets through; bodies are streamed both ways. */
export function proxyListener(context: ProxyContext): RequestListener {
  return (incoming, outgoing) => {
    serve(context, incoming, outgoing).catch((error: unknown) => {
      context.log.say('error', 'request failed', { error: error instanceof Error ? error.message : 'unknown error' })
      answer(outgoing, problem(500, 'the guard failed'))
    })
  }
}

async function serve(context: ProxyContext, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = await readNodeRequest(incoming)
  const decision = await context.gate(request)
  logDecision(context.log, request, decision)
  if (decision.kind === 'stop') return answer(outgoing, decision.response)
  if (Number(incoming.headers['content-length'] ?? 0) > context.maxBodyLength)
    return answer(outgoing, problem(413, 'the body is too long'))
  if (!outgoing.destroyed) forward(context, { incoming, outgoing, request, passage: decision })
}

function forward(context: ProxyContext, exchange: Exchange, isSecondTry = false): void {
  const { incoming, outgoing } = exchange
  const hasBody = 'content-length' in incoming.headers || 'transfer-encoding' in incoming.headers
  const asked = askUpstream(context, exchange)
  asked.once('response', response => carryBack(context, exchange, response))
  asked.once('timeout', () => asked.destroy(new TimeoutError()))
  asked.once('error', (error: NodeJS.ErrnoException) => {
    // an idle connection that the API closed at that very moment
    const isStale = asked.reusedSocket && error.code === 'ECONNRESET' && !hasBody && !isSecondTry
    if (isStale && !outgoing.headersSent && !outgoing.destroyed) forward(context, exchange, true)
    else tellFailure(context, exchange, error)
  })
  outgoing.once('close', () => asked.destroy())
  if (!hasBody) return void asked.end()
  pipeline(incoming, limitedBody(context.maxBodyLength), asked, error => {
    if (error instanceof TooLongError) tellFailure(context, exchange, error)
  })
}

function carryBack(context: ProxyContext, { outgoing, passage }: Exchange, response: IncomingMessage): void {
  if (outgoing.headersSent) return void response.destroy()
  const isGuarded = passage.access !== undefined
  const isSilent = response.headers['cache-control'] === undefined
  const own = { ...passage.headers, ...(isGuarded && isSilent && { 'cache-control': 'private, no-store' }) }
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, [...responseFields(response.rawHeaders, own)])
  if (isEventStream(response)) {
    response.socket.setTimeout(0)
    // what a token opened ends with the token
    outgoing.once(
      'close',
      atEndOf(context, passage, () => outgoing.destroy()),
    )
    outgoing.flushHeaders()
  }
  pipeline(response, outgoing, () => {})
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '')
}

function tellFailure({ log }: ProxyContext, { outgoing }: Exchange, error: Error): void {
  if (outgoing.destroyed) return
  if (!(error instanceof TooLongError)) log.say('error', 'the API did not answer', { error: error.message })
  if (outgoing.headersSent) return void outgoing.destroy()
  answer(outgoing, failureResponse(error))
}

/** What a client is told of an API that failed. */
export function failureResponse(error: Error) {
  if (error instanceof TooLongError) return problem(413, 'the body is too long', { connection: 'close' })
  if (error instanceof TimeoutError) return problem(504, 'the API did not answer in time')
  return problem(502, 'the API cannot be reached')
}
