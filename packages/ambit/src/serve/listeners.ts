import type { SendHandle } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { createServer as createFeeder, Server as NetServer } from 'node:net'
import type { Config } from '../config/config.ts'
import type { TlsConfig } from '../config/declaration.ts'
import { nodeServerOptions } from '../edge/node-server-options.ts'
import type { Metrics } from '../observe/metrics.ts'
import { createMetricsFront } from './front.ts'
import type { Lifetime } from './lifetime.ts'
import { type ListenAddress, listen, listenOn } from './listen.ts'
import { createTlsServer } from './listen-tls.ts'

/** How long requests that are under way may take to end, in milliseconds. */
const patience = 10_000
const betweenLooks = 50

/** A listener that answers 503 until it is given its front. */
export type Listener = {
  readonly port: number
  /** Where it listens, as a URL without a path. */
  readonly origin: string
  /** Whether it asks clients for certificates; then no header field speaks for them. */
  readonly asksForCertificates: boolean
  readonly serve: (front: RequestListener) => void
  /** Begins to accept from sockets that it was given: others may be accepting there, so only who can serve does. */
  readonly accept: () => Promise<void>
  /** Accepts from one more socket, until the answer is called. */
  readonly acceptFrom: (socket: SendHandle) => Promise<() => void>
  /** Reads the files of its TLS again where they have changed. */
  readonly reload?: () => Promise<void>
}

/** Where a server is to listen: its port, and the one of its own that TLS may have. */
export type ListenAddresses = { readonly plain: ListenAddress; readonly tls?: ListenAddress }

/** Sockets that the program above this process has opened for one of the addresses. */
type GivenSockets = { readonly port: number; readonly sockets: readonly SendHandle[] }

/** The sockets for all addresses. */
export type GivenListeners = { readonly [K in keyof ListenAddresses]?: GivenSockets }

/** The addresses of a configuration; `plain` speaks TLS where that has no port of its own. */
export function addressesOf({ port, host, tls }: Config): ListenAddresses {
  return {
    plain: { port, host, setting: '--port or AMBIT_PORT' },
    ...(tls?.port !== undefined && { tls: { port: tls.port, host, setting: '`tls.port`' } }),
  }
}

/**
 * Opens the server's listeners: its port first, and behind it the one of TLS where that has its own. Where sockets are given it
 * opens none itself: a file that has changed since may name a port that is opened for all workers when they read it.
 */
export async function openListeners(
  config: Config,
  lifetime: Lifetime,
  given?: GivenListeners,
): Promise<readonly [Listener, ...Listener[]]> {
  const { plain, tls } = addressesOf(config)
  const first = await open(tls ? undefined : config.tls, { address: plain, given: given?.plain }, lifetime)
  if (!tls || (given && !given.tls)) return [first]
  return [first, await open(config.tls, { address: tls, given: given?.tls }, lifetime)]
}

type Place = { readonly address: ListenAddress; readonly given: GivenSockets | undefined }

async function open(tls: TlsConfig | undefined, { address, given }: Place, lifetime: Lifetime): Promise<Listener> {
  let answer: RequestListener = (_incoming, outgoing) => outgoing.writeHead(503, { 'retry-after': '1' }).end()
  const front: RequestListener = (incoming, outgoing) => answer(incoming, outgoing)
  const made = tls ? await createTlsServer(tls, front) : { server: createServer(nodeServerOptions, front) }
  const taken = given ? given.port : await listen(made.server, address)
  const feeders = new Set<NetServer>()
  lifetime.onClose(async linger => {
    for (const feeder of feeders) feeder.close()
    if (linger > 0) await leave(made.server, linger)
    await closeListener(made.server)
  })
  return {
    port: taken,
    origin: originOf(address.host, taken, tls ? 'https' : 'http'),
    asksForCertificates: tls?.requestCert ?? false,
    serve: front => {
      answer = front
    },
    accept: async () => {
      const [own, ...further] = given?.sockets ?? []
      if (own) await listenOn(made.server, own)
      for (const socket of further) feeders.add(await feed(made.server, socket))
    },
    acceptFrom: async socket => {
      const feeder = await feed(made.server, socket)
      if (lifetime.isClosing()) feeder.close()
      feeders.add(feeder)
      return () => void (feeders.delete(feeder) && feeder.close())
    },
    ...('reload' in made && { reload: made.reload }),
  }
}

/** Passes what a socket accepts to a server that listens on another. */
async function feed(server: Server | TlsServer, socket: SendHandle): Promise<NetServer> {
  const feeder = createFeeder({ allowHalfOpen: true, noDelay: true }, accepted => server.emit('connection', accepted))
  await listenOn(feeder, socket)
  return feeder
}

/** Opens the port of the metrics where one is configured, and answers its origin. */
export async function openMetricsListener(
  { metricsPort, metricsHost }: Pick<Config, 'metricsPort' | 'metricsHost'>,
  metrics: Pick<Metrics, 'print'>,
  lifetime: Lifetime,
): Promise<string | undefined> {
  if (metricsPort === undefined) return undefined
  const server = createServer(nodeServerOptions, createMetricsFront({ print: () => metrics.print() }))
  const taken = await listen(server, { port: metricsPort, host: metricsHost, setting: 'AMBIT_METRICS_PORT' })
  lifetime.onClose(() => closeListener(server))
  return originOf(metricsHost, taken)
}

/**
 * Stops accepting because another process goes on. Each connection ends with the answer to its next request, which says so; to
 * end it while it is silent could meet a request that is under way, so only what stays silent for `linger` is left to be ended.
 */
function leave(server: Server | TlsServer, linger: number): Promise<void> {
  return new Promise(resolve => {
    const enough = setTimeout(resolve, linger)
    // that of `node:http` would end silent connections at once
    NetServer.prototype.close.call(server, () => {
      clearTimeout(enough)
      resolve()
    })
  })
}

/** Stops accepting, lets the requests that are under way end, and cuts off those that do not. */
function closeListener(server: Server | TlsServer): Promise<void> {
  return new Promise(resolve => {
    const cutOff = setTimeout(() => server.closeAllConnections(), patience).unref()
    // a connection whose last request has ended would stay open for the next one
    const letGo = setInterval(() => server.closeIdleConnections(), betweenLooks).unref()
    server.close(() => {
      clearTimeout(cutOff)
      clearInterval(letGo)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function originOf(host: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  if (host === '127.0.0.1' || host === '0.0.0.0' || host === '::') return `${scheme}://localhost:${port}`
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
