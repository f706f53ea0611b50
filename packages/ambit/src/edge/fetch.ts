// RFC 9110
import type { HttpHeaders, HttpRequest, HttpResponse } from '@ambit/protocol'
import { defaultMaxBodyLength, isWithoutContent, serverError } from './failure.ts'
import { singleFields } from './header-fields.ts'
import { splitTarget } from './request-target.ts'

/** How the fetch edge reads requests. `Platform` is what the runtime passes beside the request. */
export type FetchEdgeOptions<Platform extends readonly unknown[]> = {
  /** The longest body in bytes that is read; a longer one reaches the core as `undefined`. 64 KiB where it is left out. */
  readonly maxBodyLength?: number
  /**
   * The address of the peer, which each runtime tells in its own way. Without it the address is empty, and all clients share
   * one limit of wrong passwords, which any stranger can use up.
   */
  readonly remoteAddress?: (request: Request, ...platform: Platform) => string
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
    const request = toHttpRequest(incoming, body, remoteAddress)
    const isHead = incoming.method === 'HEAD'
    try {
      return toResponse(await handle(request), isHead)
    } catch (error) {
      options.onError?.(error, request)
      return toResponse(serverError(), isHead)
    }
  }
}

function toHttpRequest(incoming: Request, body: string | undefined, remoteAddress: string): HttpRequest {
  return {
    // RFC 9110 §9.3.2: HEAD is GET whose answer has no content
    method: incoming.method === 'HEAD' ? 'GET' : incoming.method,
    ...splitTarget(incoming.url),
    headers: fetchHeaders(incoming.headers),
    body,
    remoteAddress,
  }
}

// `Headers` joins what came more than once by a comma and a space
function fetchHeaders(headers: Headers): HttpHeaders {
  const plain: Record<string, string | readonly string[]> = Object.fromEntries(headers)
  for (const name of singleFields) {
    const value = headers.get(name)
    if (value?.includes(',')) plain[name] = value.split(', ')
  }
  const types = headers.get('content-type')?.match(/(?:[^,"]|"[^"]*")+/g) ?? []
  if (types.length > 1) plain['content-type'] = types.map(type => type.trim())
  return plain
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

function toResponse(response: HttpResponse, isHead: boolean): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(response.headers)) {
    for (const line of typeof value === 'string' ? [value] : value) headers.append(name, line)
  }
  const { status } = response
  if (isWithoutContent(status)) return new Response(null, { status, headers })
  headers.set('content-length', String(new TextEncoder().encode(response.body).length))
  return new Response(isHead ? null : response.body, { status, headers })
}
