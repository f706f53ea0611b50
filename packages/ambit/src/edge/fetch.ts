// RFC 9110
import { fetchHeaders, fetchResponse, type HttpRequest, type HttpResponse, splitTarget } from '@ambit/protocol'
import type { PeerCertificate } from './client-certificate.ts'
import { defaultMaxBodyLength, serverError } from './failure.ts'

/** How the fetch edge reads requests. `Platform` is what the runtime passes beside the request. */
export type FetchEdgeOptions<Platform extends readonly unknown[]> = {
  /** The longest body in bytes that is read; a longer one reaches the core as `undefined`. 64 KiB where it is left out. */
  readonly maxBodyLength?: number
  /**
   * The address of the peer, which each runtime tells in its own way. Without it the address is empty, and all clients share
   * one limit of wrong passwords, which any stranger can use up.
   */
  readonly remoteAddress?: (request: Request, ...platform: Platform) => string
  /** The certificate that the client proved to hold, which each runtime tells in its own way, if at all. @spec RFC 8705 §2 */
  readonly peerCertificate?: (request: Request, ...platform: Platform) => PeerCertificate | undefined
  /** Is told of an exception in the core; the client gets `server_error` without any detail. */
  readonly onError?: (error: unknown, request: HttpRequest) => void
}

/**
 * Serves the core behind `Request → Response`: Hono, Deno, Bun and Workers.
 * @example
 * Deno.serve(fetchHandler(handle, { remoteAddress: (_, info: Deno.ServeHandlerInfo) => info.remoteAddr.hostname }))
 */
export function fetchHandler<Platform extends readonly unknown[] = []>(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  options: FetchEdgeOptions<Platform> = {},
): (request: Request, ...platform: Platform) => Promise<Response> {
  return async (incoming, ...platform) => {
    const remoteAddress = options.remoteAddress?.(incoming, ...platform) ?? ''
    const body = await readBody(incoming, options.maxBodyLength ?? defaultMaxBodyLength)
    const peer = { remoteAddress, ...options.peerCertificate?.(incoming, ...platform) }
    const request = toHttpRequest(incoming, body, peer)
    try {
      return fetchResponse(await handle(request), incoming.method)
    } catch (error) {
      options.onError?.(error, request)
      return fetchResponse(serverError(), incoming.method)
    }
  }
}

type Peer = Pick<HttpRequest, 'remoteAddress' | 'peerCertificate' | 'isPeerCertificateTrusted'>

function toHttpRequest(incoming: Request, body: string | undefined, peer: Peer): HttpRequest {
  return {
    // RFC 9110 §9.3.2: HEAD is GET whose answer has no content
    method: incoming.method === 'HEAD' ? 'GET' : incoming.method,
    ...splitTarget(incoming.url),
    headers: fetchHeaders(incoming.headers),
    body,
    ...peer,
  }
}

async function readBody(incoming: Request, maxLength: number): Promise<string | undefined> {
  if (incoming.body === null) return ''
  if (Number(incoming.headers.get('content-length') ?? 0) > maxLength) return undefined
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let length = 0
  let text = ''
  try {
    for await (const chunk of incoming.body) {
      length += chunk.length
      if (length > maxLength) return undefined
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch {
    return undefined
  }
}
