// RFC 9110, RFC 9112, RFC 8705 §2
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpRequest, nodeHeaders, splitTarget } from '@ambit/protocol'
import { longestForm, type Peer } from '../adapter.ts'
import { peekForm } from './peek-form.ts'

/** A request of `node:http`, or of a framework that adds to it. */
export type NodeRequest = IncomingMessage & {
  /** The target before a router shortened it. */
  readonly originalUrl?: string
  /** The body, where something parsed it already. */
  readonly body?: unknown
}

/** A response of `node:http`, or of a framework that adds to it. */
export type NodeResponse = ServerResponse

/** What a framework knows of a request beside what `node:http` has. */
export type AroundRequest = Pick<NodeRequest, 'originalUrl' | 'body'>

/** A request of `node:http` as a value; its body stays where it is. */
export async function readNodeRequest(incoming: NodeRequest, around: AroundRequest = incoming): Promise<HttpRequest> {
  const body = mayHoldToken(incoming) ? await readForm(incoming, around.body) : undefined
  return { ...targetOf(incoming, around), headers: nodeHeaders(incoming), body, ...nodePeer(incoming) }
}

/** What a request of `node:http` wants to do, and with what. @spec RFC 9112 §3 */
export function targetOf(
  { method = 'GET', url = '/' }: Pick<NodeRequest, 'method' | 'url'>,
  { originalUrl = url }: AroundRequest,
): Pick<HttpRequest, 'method' | 'path' | 'query'> {
  return { method, ...splitTarget(originalUrl) }
}

/** Who is at the other end of a connection of Node, and the certificate that the TLS handshake proved. @spec RFC 8705 §2 */
export function nodePeer({ socket }: Pick<IncomingMessage, 'socket'>): Peer {
  const { remoteAddress = '' } = socket
  const raw = 'getPeerX509Certificate' in socket ? certificateOf(socket) : undefined
  return raw === undefined ? { remoteAddress } : { remoteAddress, peerCertificate: raw }
}

// also of a certificate that no authority signed: what the token is bound to decides, RFC 8705 §2.2
function certificateOf(socket: { readonly getPeerX509Certificate?: unknown }): Uint8Array | undefined {
  const { getPeerX509Certificate: read } = socket
  const certificate: unknown = typeof read === 'function' ? Reflect.apply(read, socket, []) : undefined
  const isCertificate = typeof certificate === 'object' && certificate !== null && 'raw' in certificate
  return isCertificate && certificate.raw instanceof Uint8Array ? certificate.raw : undefined
}

function mayHoldToken({ headers }: IncomingMessage): boolean {
  const isForm = /^application\/x-www-form-urlencoded *(?:;|$)/i.test(headers['content-type']?.trim() ?? '')
  return isForm && headers.authorization !== undefined
}

/** The names in a form that was parsed already are enough: nothing here reads the values. */
async function readForm(incoming: NodeRequest, body: unknown): Promise<string | undefined> {
  if (body === undefined || body === null) return peekForm(incoming)
  if (body instanceof Uint8Array) return body.length <= longestForm ? new TextDecoder().decode(body) : undefined
  if (typeof body === 'string') return body
  return new URLSearchParams(Object.keys(body).map(name => [name, ''])).toString()
}
