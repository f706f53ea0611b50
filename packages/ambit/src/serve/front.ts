import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import type { CertificateField } from '../edge/client-certificate.ts'
import { type Handle, nodeHandler } from '../edge/node.ts'
import type { Metrics } from '../observe/metrics.ts'
import { answerMetrics, answerProbe, type ProbeSubject } from './probes.ts'

/** What stands between the socket and the server. */
export type FrontOptions = {
  readonly handle: Handle
  readonly basePath: string
  /** The endpoints of features, whose paths may end in a name of anything. */
  readonly endpoints: readonly { readonly path: string }[]
  readonly probes: ProbeSubject
  /** Whether connections are to end with their next answer. */
  readonly isClosing: () => boolean
  readonly metrics: Metrics
  readonly trustedProxies: readonly string[]
  /** Where a trusted proxy says which certificate the client holds. */
  readonly certificateField?: CertificateField | undefined
  readonly millis: () => number
  readonly onError: (error: unknown, request: HttpRequest) => void
}

const probePaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** Listens for requests: probes are answered here, everything else is measured and passed to the server. */
export function createFront(options: FrontOptions): RequestListener {
  const { trustedProxies, certificateField, onError, probes, isClosing } = options
  const edge = nodeHandler(measure(options), { trustedProxies, ...(certificateField && { certificateField }), onError })
  return (incoming, outgoing) => {
    if (isClosing()) outgoing.setHeader('connection', 'close')
    const path = pathOf(incoming)
    if (!probePaths.has(path)) return edge(incoming, outgoing)
    const peer = incoming.socket.remoteAddress ?? ''
    return void answerProbe(probes, { path, peer }).then(
      response => (response ? send(outgoing, response) : edge(incoming, outgoing)),
      () => fail(outgoing),
    )
  }
}

/** Answers `/metrics` alone, for a port of its own. */
export function createMetricsFront(metrics: Pick<Metrics, 'print'>): RequestListener {
  return (incoming, outgoing) => {
    if (pathOf(incoming) !== '/metrics') return void outgoing.writeHead(404).end()
    return void answerMetrics(metrics).then(
      response => send(outgoing, response),
      () => fail(outgoing),
    )
  }
}

function measure({ handle, metrics, basePath, endpoints, millis }: FrontOptions): Handle {
  const open = new Set([...ownOpenPaths, ...endpoints.map(({ path }) => path)].filter(path => path.endsWith('/*')))
  return async request => {
    const begun = millis()
    const response = await handle(request)
    const place = response.status === 404 ? 'unknown' : placeOf(request.path, basePath, open)
    metrics.countRequest({ place, method: request.method, status: response.status, seconds: (millis() - begun) / 1000 })
    return response
  }
}

/** The server's own endpoints whose paths end in a name. */
const ownOpenPaths = ['/assets/*', '/status-lists/*']

/**
 * The endpoint's path, without the name in which it may end. What no endpoint answered is one place, too, so that strangers
 * cannot make up places, and nobody reads there whose clients and grants were asked for.
 */
function placeOf(path: string, basePath: string, open: ReadonlySet<string>): string {
  const below = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path
  const parent = below.slice(0, below.lastIndexOf('/'))
  return open.has(`${parent}/*`) ? parent : below
}

function pathOf(incoming: IncomingMessage): string {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark)
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  outgoing.end(body)
}

function fail(outgoing: ServerResponse): void {
  outgoing.writeHead(500).end()
}
