import { createServer, type RequestListener, type Server } from 'node:http'
import type { Config } from '../config/config.ts'
import { nodeServerOptions } from '../edge/node.ts'
import type { Metrics } from '../observe/metrics.ts'
import { createMetricsFront } from './front.ts'
import type { Lifetime } from './lifetime.ts'
import { listen } from './listen.ts'

/** How long requests that are under way may take to end, in milliseconds. */
const patience = 10_000
const betweenLooks = 50

/** A listener that answers 503 until it is given its front. */
export type Listener = {
  readonly port: number
  /** Where it listens, as a URL without a path. */
  readonly origin: string
  readonly serve: (front: RequestListener) => void
}

/** Opens the server's port. */
export async function openListener({ port, host }: Config, lifetime: Lifetime): Promise<Listener> {
  let answer: RequestListener = (_incoming, outgoing) => outgoing.writeHead(503, { 'retry-after': '1' }).end()
  const server = createServer(nodeServerOptions, (incoming, outgoing) => answer(incoming, outgoing))
  const taken = await listen(server, { port, host, setting: '--port or AMBIT_PORT' })
  lifetime.onClose(() => closeListener(server))
  return {
    port: taken,
    origin: originOf(host, taken),
    serve: front => {
      answer = front
    },
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
function closeListener(server: Server): Promise<void> {
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

function originOf(host: string, port: number): string {
  if (host === '127.0.0.1' || host === '0.0.0.0' || host === '::') return `http://localhost:${port}`
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`
}
