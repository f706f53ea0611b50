import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** A server on a free port of loopback. */
export type Listening = { readonly port: number; readonly close: () => void }

/** Listens on loopback. */
export async function listenOn(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Serves a fetch handler on loopback, as the runtimes do that have no `node:http`. */
export function listenOnFetch(handle: (request: Request) => Promise<Response>): Promise<Listening> {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const response = await handle(toRequest(incoming))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(await response.text())
    incoming.resume()
  }
  return listenOn((incoming, outgoing) => void serve(incoming, outgoing))
}

/** The body of a request. */
export const readText = (incoming: IncomingMessage): Promise<string> => text(incoming)

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers()
  const { rawHeaders, method = 'GET', url = '/' } = incoming
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? (Readable.toWeb(incoming) as ReadableStream<Uint8Array>) : null
  return new Request(`http://api.example${url}`, { method, headers, body, duplex: 'half' } as RequestInit)
}
