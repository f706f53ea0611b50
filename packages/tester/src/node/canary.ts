// RFC 8725 §2.9, §3.10
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Canary } from '../run/probe-context.ts'
import { isLoopback } from '../tokens/secure-url.ts'

/** Where the canary sits. */
export type CanarySettings = {
  /** The host by which the target reaches this machine, such as `host.docker.internal` (default: `127.0.0.1`). */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port?: number
}

/** A listener that stands until it is closed. */
export type OpenCanary = Canary & { readonly close: () => Promise<void> }

type Document = Parameters<Canary['answer']>[1]

/**
 * Opens a listener for requests that nobody should make. Its addresses cannot be guessed, and what is asked for below one counts
 * for it. It listens on loopback, and on all interfaces where the target comes from elsewhere.
 */
export async function openCanary({ host = '127.0.0.1', port = 0 }: CanarySettings = {}): Promise<OpenCanary> {
  const hits = new Map<string, number>()
  const documents = new Map<string, Document>()
  const server = createServer(({ url = '', method }, response) => {
    const path = url.replace(/[?#].*$/s, '')
    const place = path.split('/', 2).join('/')
    const count = hits.get(place)
    if (count !== undefined) hits.set(place, count + 1)
    answer(response, documents.get(path), method === 'HEAD')
  })
  server.listen(port, isLoopback(host) ? '127.0.0.1' : undefined)
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://${host}:${typeof address === 'object' && address !== null ? address.port : port}`
  return {
    url: name => {
      const place = `/${encodeURIComponent(name)}-${randomBytes(16).toString('base64url')}`
      hits.set(place, 0)
      return `${origin}${place}`
    },
    hits: url => hits.get(url.slice(origin.length)) ?? 0,
    answer: (url, document) => void documents.set(url.slice(origin.length), document),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function answer(response: ServerResponse, document: Document | undefined, isHead: boolean): void {
  if (document === undefined) return void response.writeHead(404).end()
  const fields = { 'content-type': document.contentType, 'content-length': Buffer.byteLength(document.body) }
  response.writeHead(200, fields).end(isHead ? undefined : document.body)
}
