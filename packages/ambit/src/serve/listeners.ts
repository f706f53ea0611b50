import { createServer, type RequestListener, type Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Config } from '../config/config.ts'
import type { TlsConfig } from '../config/declaration.ts'
import { nodeServerOptions } from '../edge/node-server-options.ts'
import type { Metrics } from '../observe/metrics.ts'
import { createMetricsFront } from './front.ts'
import type { Lifetime } from './lifetime.ts'
import { type ListenAddress, listen } from './listen.ts'
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
  /** Reads the files of its TLS again where they have changed. */
  readonly reload?: () => Promise<void>
}

/** Opens the server's port: it speaks TLS where that has no port of its own. */
export async function openListener(config: Config, lifetime: Lifetime): Promise<Listener> {
  const { port, host, tls } = config
  const address = { port, host, setting: '--port or AMBIT_PORT' }
  return open(tls?.port === undefined ? tls : undefined, address, lifetime)
}

/** Opens the port of its own that TLS has, beside the plain one, where one is configured. */
export async function openTlsListener({ host, tls }: Config, lifetime: Lifetime): Promise<Listener | undefined> {
  if (tls?.port === undefined) return undefined
  return open(tls, { port: tls.port, host, setting: '`tls.port`' }, lifetime)
}

async function open(tls: TlsConfig | undefined, address: ListenAddress, lifetime: Lifetime): Promise<Listener> {
  let answer: RequestListener = (_incoming, outgoing) => outgoing.writeHead(503, { 'retry-after': '1' }).end()
  const front: RequestListener = (incoming, outgoing) => answer(incoming, outgoing)
  const made = tls ? await createTlsServer(tls, front) : { server: createServer(nodeServerOptions, front) }
  const taken = await listen(made.server, address)
  lifetime.onClose(() => closeListener(made.server))
  return {
    port: taken,
    origin: originOf(address.host, taken, tls ? 'https' : 'http'),
    asksForCertificates: tls?.requestCert ?? false,
    serve: given => {
      answer = given
    },
    ...('reload' in made && { reload: made.reload }),
  }
}

/** Opens the port of the metrics where one is configured, and answers its origin. */
export async function openMetricsListener(
  { metricsPort, metricsHost }: Config,
  metrics: Metrics,
  lifetime: Lifetime,
): Promise<string | undefined> {
  if (metricsPort === undefined) return undefined
  const server = createServer(nodeServerOptions, createMetricsFront(metrics))
  const taken = await listen(server, { port: metricsPort, host: metricsHost, setting: 'AMBIT_METRICS_PORT' })
  lifetime.onClose(() => closeListener(server))
  return originOf(metricsHost, taken)
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
