import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** Serves a function from request to response by `node:http`, as the adapters of frameworks do. */
export function nodeListener(answer: (request: Request) => Response | Promise<Response>): RequestListener {
  return (incoming, outgoing) => {
    serve(answer, incoming, outgoing).catch(() => outgoing.writeHead(400).end())
  }
}

async function serve(
  answer: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headersDistinct } = incoming
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value)
  const body = await buffer(incoming)
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0
  const request = new Request(`http://127.0.0.1${url}`, {
    method,
    headers,
    ...(hasBody && { body: Uint8Array.from(body) }),
  })
  const response = await answer(request)
  outgoing.writeHead(response.status, [...response.headers].flat())
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
