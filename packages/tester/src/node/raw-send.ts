// RFC 9112 §2, §3, §9
import type { Socket } from 'node:net'
import type { Exchange, Send, SendOptions, SentRequest } from '../wire/exchange.ts'
import { type ReadLimits, ResponseReader } from '../wire/response-reader.ts'
import { encodeRequest, isOrderly, maySendAgain } from '../wire/write-request.ts'
import { Deadline, openConnection, type Peer, readPeer, type Trouble, type Trust } from './connect.ts'
import { createIdleConnections, type IdleConnections } from './idle-connections.ts'
import { type Talk, talk } from './talk.ts'

/** What a client is made with. */
export type SendSettings = Trust & {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
  readonly limits?: ReadLimits
  /** Milliseconds in which a connection must stand, the TLS handshake included (default: 5,000). */
  readonly connectTimeout?: number
}

/** A `Send` with connections of its own. */
export type RawSend = Send & { readonly close: () => void }

/**
 * Makes the HTTP/1.1 client of the tester. It sends what it is given byte for byte, follows no redirect, decodes no content coding
 * and asks for none. An answer that has begun when time is up counts as far as it came, and `isCut`. Certificates are checked,
 * except those of loopback hosts. @spec RFC 9112 §9.3
 */
export function createSend(settings: SendSettings): RawSend {
  const idle = createIdleConnections()
  const send: Send = (request, options = {}) => sendOne({ settings, idle, request, options })
  return Object.assign(send, { close: idle.close })
}

type Sending = {
  readonly settings: SendSettings
  readonly idle: IdleConnections
  readonly request: SentRequest
  readonly options: SendOptions
}

async function sendOne(sending: Sending): Promise<Exchange> {
  const { settings, request, options } = sending
  const watch = { sentAt: settings.now(), began: settings.clock() }
  const peer = readPeer(request.origin)
  if (peer === undefined) {
    const detail = `\`${request.origin}\` is no origin of http or https`
    return { request, ...spent(settings, watch), kind: 'failed', failure: 'refused', detail }
  }
  const deadline = startDeadline(options)
  try {
    const { result, ...times } = await exchange(sending, { ...peer, ...shownBy(request, options) }, deadline.signal)
    if (result.kind === 'response') return { request, ...times, kind: 'answered', response: result.response }
    return { request, ...times, ...(result.kind === 'unheard' ? result.trouble : result) }
  } finally {
    deadline.stop()
  }
}

type Watch = { readonly sentAt: number; readonly began: number }
type Result = Pick<Exchange, 'sentAt' | 'duration'> & { readonly result: Talk }

/** On a connection that waited, where the request may be sent again if that one broke meanwhile; else on a new one. */
async function exchange(sending: Sending, peer: Peer, signal: AbortSignal): Promise<Result> {
  const { settings, idle, request } = sending
  const watch = { sentAt: settings.now(), began: settings.clock() }
  const waiting = maySendAgain(request) && peer.handshake === undefined ? idle.take(placeOf(peer)) : undefined
  if (waiting !== undefined) {
    const result = await converse(sending, { socket: waiting, peer, signal })
    if (result.kind !== 'unheard') return { result, ...spent(settings, watch) }
  }
  const socket = await connectInTime(settings, peer, signal)
  if ('failure' in socket) return { result: socket, ...spent(settings, watch) }
  const fresh = { sentAt: settings.now(), began: settings.clock() }
  return { result: await converse(sending, { socket, peer, signal }), ...spent(settings, fresh) }
}

type Conversation = { readonly socket: Socket; readonly peer: Peer; readonly signal: AbortSignal }

async function converse({ settings, idle, request }: Sending, { socket, peer, signal }: Conversation): Promise<Talk> {
  const reader = new ResponseReader(request.method, settings.limits)
  const result = await talk(socket, encodeRequest(request), reader, signal)
  const isFree = result.kind === 'response' && result.mayContinue && socket.writableLength === 0
  if (isFree && isOrderly(request) && peer.handshake === undefined) idle.keep(placeOf(peer), socket)
  else socket.destroy()
  return result
}

async function connectInTime(settings: SendSettings, peer: Peer, signal: AbortSignal): Promise<Socket | Trouble> {
  const { connectTimeout = 5_000 } = settings
  const own = startDeadline({ timeout: connectTimeout, signal, what: 'a connection' })
  const socket = await openConnection(peer, settings, own.signal)
  own.stop()
  return socket
}

function spent({ clock }: SendSettings, { sentAt, began }: Watch): Pick<Exchange, 'sentAt' | 'duration'> {
  return { sentAt, duration: clock() - began }
}

function shownBy(
  { certificate }: SentRequest,
  { tls: handshake }: SendOptions,
): Pick<Peer, 'certificate' | 'handshake'> {
  return { ...(certificate !== undefined && { certificate }), ...(handshake !== undefined && { handshake }) }
}

function placeOf({ isSecure, host, port, certificate }: Peer): string {
  return JSON.stringify([isSecure, host, port, certificate?.certificate])
}

type DeadlineWish = { readonly timeout?: number; readonly signal?: AbortSignal; readonly what?: string }

function startDeadline({ timeout = 10_000, signal, what = 'an answer' }: DeadlineWish): {
  readonly signal: AbortSignal
  readonly stop: () => void
} {
  const controller = new AbortController()
  const pass = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => controller.abort(new Deadline(`${what} did not come in ${timeout} ms`)), timeout)
  if (signal?.aborted === true) pass()
  else signal?.addEventListener('abort', pass)
  const stop = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', pass)
  }
  return { signal: controller.signal, stop }
}
