// RFC 9110, RFC 9112
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type HttpRequest, type HttpResponse, isWithoutContent, nodeHeaders, splitTarget } from '@ambit/protocol'
import { type ClientAddress, clientAddressBehind } from './client-address.ts'
import { type CertificateField, type FindPeerCertificate, peerCertificateFinder } from './client-certificate.ts'
import { defaultMaxBodyLength, serverError } from './failure.ts'
import { readNodeBody } from './node-body.ts'

/** Answers a request; made by the core, carried by an edge. */
export type Handle = (request: HttpRequest) => Promise<HttpResponse>

/** How the Node edge reads requests. */
export type NodeEdgeOptions = {
  /** The longest body in bytes that is read; a longer one reaches the core as `undefined`. 64 KiB where it is left out. */
  readonly maxBodyLength?: number
  /** Addresses and CIDR ranges of proxies whose `X-Forwarded-For` is believed; nobody's where it is left out. */
  readonly trustedProxies?: readonly string[]
  /** Where trusted proxies say which certificate the client holds; without it, that of the TLS handshake counts. @spec RFC 8705 §2 */
  readonly certificateField?: CertificateField
  /** Is told of an exception in the core; the client gets `server_error` without any detail. */
  readonly onError?: (error: unknown, request: HttpRequest) => void
}

/**
 * Serves the core behind `node:http`: `createServer(nodeServerOptions, nodeHandler(handle))`. Also fits Express and Fastify's
 * raw requests, as long as nothing read the body before.
 */
export function nodeHandler(handle: Handle, options: NodeEdgeOptions = {}): RequestListener {
  const edge: NodeEdge = {
    handle,
    maxBodyLength: options.maxBodyLength ?? defaultMaxBodyLength,
    clientAddress: clientAddressBehind(options.trustedProxies ?? []),
    peerCertificate: peerCertificateFinder(options.certificateField, options.trustedProxies ?? []),
    onError: options.onError ?? (() => {}),
  }
  return (incoming, outgoing) => void serve(edge, incoming, outgoing)
}

type NodeEdge = {
  readonly handle: Handle
  readonly maxBodyLength: number
  readonly clientAddress: ClientAddress
  readonly peerCertificate: FindPeerCertificate
  readonly onError: (error: unknown, request: HttpRequest) => void
}

async function serve(edge: NodeEdge, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readNodeBody(incoming, edge.maxBodyLength)
  if (body.kind === 'aborted') return
  const request = toHttpRequest(edge, incoming, body.text)
  try {
    send(outgoing, await edge.handle(request), body.isComplete)
  } catch (error) {
    edge.onError(error, request)
    if (!outgoing.headersSent) send(outgoing, serverError(), body.isComplete)
  }
}

function toHttpRequest(edge: NodeEdge, incoming: IncomingMessage, body: string | undefined): HttpRequest {
  const { path, query } = splitTarget(incoming.url ?? '/')
  const headers = nodeHeaders(incoming)
  return {
    // RFC 9110 §9.3.2: HEAD is GET whose answer has no content, which `node:http` leaves out by itself
    method: incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET'),
    path,
    query,
    headers,
    body,
    remoteAddress: edge.clientAddress(incoming.socket.remoteAddress ?? '', headers['x-forwarded-for']),
    ...edge.peerCertificate(incoming, headers),
  }
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse, isBodyComplete: boolean): void {
  const length = Buffer.byteLength(body)
  const fields = fieldsOf(headers)
  // RFC 9110 §8.6: no Content-Length where there is no content by definition
  if (!isWithoutContent(status)) fields.push('content-length', String(length))
  // what the client still sends is not the next request
  if (!isBodyComplete) fields.push('connection', 'close')
  outgoing.writeHead(status, fields)
  // as many bytes as characters: all of it is ASCII, which is the same bytes in Latin-1, and quicker to write
  outgoing.end(body, length === body.length ? 'latin1' : 'utf8')
}

/** Names and values in turn, which `node:http` writes as they are. */
function fieldsOf(headers: HttpResponse['headers']): string[] {
  const fields: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? ''
    if (typeof value === 'string') fields.push(name, value)
    else for (const each of value) fields.push(name, each)
  }
  return fields
}
