// RFC 9112 §3.2
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { HeaderField, SentRequest } from '../../wire/exchange.ts'
import { createWeakServer, type WeakOptions, type WeakServer } from './weak-server.ts'

/** A weak server behind a port of loopback. */
export type ListeningServer = WeakServer & { readonly origin: string; readonly close: () => Promise<void> }

/** Opens a free port and answers there. */
export async function listenWeakServer(options: Omit<WeakOptions, 'issuer'> = {}): Promise<ListeningServer> {
  const { promise, resolve } = Promise.withResolvers<WeakServer>()
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const weak = await promise
    const { status, headers, body } = await weak.answer(await readRequest(incoming, weak.target.server.issuer))
    // fields are bytes: RFC 9110 §5.5
    for (const [name, value] of headers) outgoing.appendHeader(name, Buffer.from(value).toString('latin1'))
    outgoing.writeHead(status).end(body)
  }
  const http = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new TypeError('the port is not known')
  const origin = `http://127.0.0.1:${address.port}`
  const weak = createWeakServer({ ...options, issuer: origin })
  resolve(weak)
  const close = async () => {
    http.closeAllConnections()
    http.close()
    await once(http, 'close')
  }
  return { ...weak, origin, close }
}

async function readRequest(incoming: IncomingMessage, origin: string): Promise<SentRequest> {
  const body = await text(incoming)
  const { rawHeaders } = incoming
  const headers = rawHeaders.flatMap((name, index): HeaderField[] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  )
  return { method: incoming.method ?? '', origin, target: incoming.url ?? '', headers, body }
}
