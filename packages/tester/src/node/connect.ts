// RFC 9110 §4.3.3, §4.3.4; RFC 8446 §4.4
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectSecure, type SecureVersion } from 'node:tls'
import { isLoopback } from '../tokens/secure-url.ts'
import type { SendFailure, SendOptions, ShownCertificate } from '../wire/exchange.ts'

/** What is unusual about a TLS handshake. */
type Handshake = NonNullable<SendOptions['tls']>

/** Where a connection goes, and how. */
export type Peer = {
  readonly isSecure: boolean
  readonly host: string
  readonly port: number
  readonly isLocal: boolean
  readonly certificate?: ShownCertificate
  readonly handshake?: Handshake
}

/** Whose certificates are accepted. */
export type Trust = {
  /** Certificate authorities in PEM, beside those of the runtime. */
  readonly ca?: readonly string[]
  /** Whether loopback hosts must have a certificate that holds as well. */
  readonly checksLoopback?: boolean
}

/** Something that went wrong on the way. */
export type Trouble = { readonly kind: 'failed'; readonly failure: SendFailure; readonly detail: string }

/** Reads an origin; `undefined` where it is none of http or https. */
export function readPeer(origin: string): Peer | undefined {
  const url = URL.parse(origin)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined
  const isSecure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  return { isSecure, host, port, isLocal: isLoopback(url.hostname) }
}

/** Opens a connection, TLS handshake included; resolves with what went wrong instead of throwing. */
export async function openConnection(peer: Peer, trust: Trust, signal: AbortSignal): Promise<Socket | Trouble> {
  try {
    // an error that comes when nobody listens any more has nobody to tell
    const socket = startConnection(peer, trust).on('error', () => undefined)
    return await awaitConnection(socket, peer, signal)
  } catch (error) {
    // a certificate or key that OpenSSL cannot read
    return handshakeTrouble(error instanceof Error ? error : new Error('it could not begin'))
  }
}

function awaitConnection(socket: Socket, { isSecure }: Peer, signal: AbortSignal): Promise<Socket | Trouble> {
  const { promise, resolve } = Promise.withResolvers<Socket | Trouble>()
  let isReached = false
  const settle = (result: Socket | Trouble) => {
    signal.removeEventListener('abort', onAbort)
    socket.removeListener('error', onError)
    socket.removeListener('close', onClose)
    if (result !== socket) socket.destroy()
    resolve(result)
  }
  const onAbort = () => settle(troubleOf(signal.reason))
  const onError = (error: Error) => settle(isReached ? handshakeTrouble(error) : connectTrouble(error))
  const onClose = () => settle(handshakeTrouble(new Error('the connection was closed')))
  socket.on('error', onError).on('close', onClose)
  socket.once('connect', () => {
    isReached = true
    if (!isSecure) settle(socket)
  })
  socket.once('secureConnect', () => settle(socket))
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort)
  return promise
}

function startConnection({ isSecure, host, port, isLocal, certificate, handshake = {} }: Peer, trust: Trust): Socket {
  // without Nagle's algorithm a small request does not wait for an acknowledgement
  if (!isSecure) return connectPlain({ host, port, noDelay: true })
  const { version, serverName } = handshake
  const name = serverName ?? host
  const options: ConnectionOptions = {
    host,
    port,
    rejectUnauthorized: trust.checksLoopback === true || !isLocal,
    ...(isIP(name) === 0 && { servername: name }),
    ...(trust.ca !== undefined && { ca: [...trust.ca] }),
    ...(certificate !== undefined && { cert: certificate.certificate, key: certificate.privateKey }),
    ...(version !== undefined && onlyVersion(version)),
  }
  const socket = connectSecure(options)
  socket.setNoDelay(true)
  return socket
}

/** The old versions need signatures that OpenSSL offers at its lowest level only. */
function onlyVersion(version: SecureVersion): ConnectionOptions {
  return { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
}

function connectTrouble(error: Error): Trouble {
  return { kind: 'failed', failure: 'refused', detail: `nobody takes the connection (${codeOf(error)})` }
}

function handshakeTrouble(error: Error): Trouble {
  return { kind: 'failed', failure: 'tls', detail: `the TLS handshake failed (${codeOf(error)})` }
}

/** What a broken connection means once it stood. */
export function breakTrouble(error: Error): Trouble {
  const code = codeOf(error)
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) return handshakeTrouble(error)
  return { kind: 'failed', failure: 'reset', detail: `the connection broke (${code})` }
}

/** What an aborted signal means: its reason is a trouble where the deadline set it. */
export function troubleOf(reason: unknown): Trouble {
  if (reason instanceof Deadline) return { kind: 'failed', failure: 'timeout', detail: reason.message }
  return { kind: 'failed', failure: 'aborted', detail: 'the run was stopped' }
}

/** The reason of a signal when time is up. */
export class Deadline extends Error {}

/** The code of a system's error, and nothing that could hold a secret. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
