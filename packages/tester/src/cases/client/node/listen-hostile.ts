// RFC 9110 §6
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { HeaderField, SentRequest } from '../../../wire/exchange.ts'
import { createHostileServer, type HostileServer, type HostileSettings } from '../hostile-server.ts'

/** A played server that listens on loopback. */
export type ListeningHostile = HostileServer & { readonly close: () => Promise<void> }

/** Longest body that is read. */
const mostBytes = 100_000

/** Opens a played server on loopback; the client under test must be told its issuer. */
export async function listenHostile(
  settings: Omit<HostileSettings, 'issuer'> & { readonly port?: number },
): Promise<ListeningHostile> {
  const server = createServer()
  server.listen(settings.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the port is not known')
  const hostile = createHostileServer({ ...settings, issuer: `http://127.0.0.1:${address.port}` })
  server.on('request', (request, response) => {
    readAll(request, hostile.issuer)
      .then(hostile.answer)
      .then(({ status, headers, body }) => response.writeHead(status, headers.flat()).end(body))
      .catch(() => response.writeHead(400).end())
  })
  return {
    ...hostile,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function readAll(request: IncomingMessage, origin: string): Promise<SentRequest> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes: unknown = chunk
    if (!Buffer.isBuffer(bytes)) continue
    length += bytes.length
    if (length > mostBytes) throw new RangeError('the body is too long')
    chunks.push(bytes)
  }
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): HeaderField => [name, value]),
  )
  const { method = 'GET', url: target = '/' } = request
  return { method, origin, target, headers, body: Buffer.concat(chunks).toString() }
}
