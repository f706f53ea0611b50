// RFC 9110 §5, RFC 9112 §3.2
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { HeaderField, ReceivedResponse, SentRequest } from '../../wire/exchange.ts'
import { createPlantedApi, type PlantedApi, type PlantedOptions } from './planted-api.ts'

/** A planted API behind a port of loopback. */
export type ListeningApi = PlantedApi & { readonly origin: string; readonly close: () => Promise<void> }

/** Opens a free port and answers there; fields and targets reach the API as they were sent. */
export async function listenPlantedApi(options: Omit<PlantedOptions, 'origin'> = {}): Promise<ListeningApi> {
  const server = createServer({ maxHeaderSize: 262_144 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the port is not known')
  const origin = `http://127.0.0.1:${address.port}`
  const api = createPlantedApi({ ...options, origin })
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const answered = readRequest(incoming, origin).then(api.answer)
    answered.then(response => send(outgoing, response)).catch(() => outgoing.destroy())
  })
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { ...api, origin, close }
}

function send(outgoing: ServerResponse, { status, headers, body }: ReceivedResponse): void {
  for (const [name, value] of headers) outgoing.appendHeader(name, value)
  outgoing.writeHead(status).end(body)
}

async function readRequest(incoming: IncomingMessage, origin: string): Promise<SentRequest> {
  incoming.setEncoding('utf8')
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  const headers: HeaderField[] = []
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2)
    headers.push([incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? ''])
  return { method: incoming.method ?? '', origin, target: incoming.url ?? '', headers, body }
}
