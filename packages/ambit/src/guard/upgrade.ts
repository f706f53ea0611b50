// RFC 9110 §7.8, RFC 6455 §4
import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { answer, readNodeRequest } from '@ambit/resource/node'
import { atEndOf } from './expiry.ts'
import { responseFields } from './forwarded-fields.ts'
import type { Passage } from './gate.ts'
import { logDecision } from './gate-log.ts'
import { failureResponse, type ProxyContext } from './reverse-proxy.ts'
import { askUpstream, TimeoutError } from './upstream.ts'

/** Whether a client asks for a WebSocket. An offer of any other protocol is not taken up. @spec RFC 9110 §7.8 */
export function asksForWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** Tunnels that are open. */
export type Tunnels = {
  readonly listener: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly closeAll: () => void
}

/**
 * Guards WebSockets: the handshake is judged as the GET that it is, then bytes go both ways until one side ends or the token
 * does.
 */
export function openTunnels(context: ProxyContext): Tunnels {
  const open = new Set<Duplex>()
  const listener = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    shake(context, { incoming, socket, head }).catch((error: unknown) => {
      context.log.say('error', 'upgrade failed', { error: error instanceof Error ? error.message : 'unknown error' })
      socket.destroy()
    })
  }
  return {
    listener,
    closeAll: () => {
      for (const socket of open) socket.destroy()
    },
  }
}

type Handshake = { readonly incoming: IncomingMessage; readonly socket: Duplex; readonly head: Buffer }

async function shake(context: ProxyContext, handshake: Handshake): Promise<void> {
  const { incoming } = handshake
  const outgoing = responseOn(handshake)
  const request = await readNodeRequest(incoming)
  const decision = await context.gate(request)
  logDecision(context.log, request, decision)
  if (decision.kind === 'stop') return answer(outgoing, decision.response)
  const asked = askUpstream(context, { incoming, request, passage: decision }, [
    'connection',
    'Upgrade',
    'upgrade',
    'websocket',
  ])
  asked.once('upgrade', (response, upstream, rest) => {
    detach(outgoing, handshake.socket)
    join(context, handshake, { response, upstream, rest, passage: decision })
  })
  asked.once('response', response => {
    outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, [...responseFields(response.rawHeaders, {})])
    response.pipe(outgoing)
  })
  asked.once('timeout', () => asked.destroy(new TimeoutError()))
  asked.once('error', error => answer(outgoing, failureResponse(error)))
  handshake.socket.once('close', () => asked.destroy())
  asked.end()
}

/** An ordinary answer on a connection that was handed over for another protocol; it ends with the answer. */
function responseOn({ incoming, socket }: Handshake): ServerResponse {
  const outgoing = new ServerResponse(incoming)
  outgoing.shouldKeepAlive = false
  outgoing.assignSocket(socketOf(socket))
  outgoing.once('finish', () => socket.end())
  return outgoing
}

function detach(outgoing: ServerResponse, socket: Duplex): void {
  outgoing.detachSocket(socketOf(socket))
}

function socketOf(stream: Duplex): Socket {
  if (stream instanceof Socket) return stream
  throw new TypeError('the connection is no socket')
}

type Joined = {
  readonly response: IncomingMessage
  readonly upstream: Duplex
  readonly rest: Buffer
  readonly passage: Passage
}

function join(context: ProxyContext, { socket, head }: Handshake, { response, upstream, rest, passage }: Joined): void {
  const fields = responseFields(response.rawHeaders, { connection: 'Upgrade', upgrade: 'websocket' })
  const lines = fields.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${fields[index + 1]}`] : []))
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
  if (rest.length > 0) socket.write(rest)
  if (head.length > 0) upstream.write(head)
  for (const each of [socket, upstream]) socketOf(each).setTimeout(0)
  const end = () => {
    socket.destroy()
    upstream.destroy()
  }
  const callOff = atEndOf(context, passage, end)
  for (const each of [socket, upstream]) each.once('close', end).once('error', end)
  socket.once('close', callOff)
  socket.pipe(upstream).pipe(socket)
}
