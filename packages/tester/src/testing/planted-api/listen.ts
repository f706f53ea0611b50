// RFC 9110 §5, RFC 9112 §3.2
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { HeaderField, SentRequest } from '../../wire/exchange.ts'
import { createPlantedApi, type PlantedApi, type PlantedOptions } from './planted-api.ts'

/** A planted API behind a port of loopback. */
export type ListeningApi = PlantedApi & { readonly origin: string; readonly close: () => Promise<void> }

/** Opens a free port and answers there; fields and targets reach the API as they were sent. */
export async function listenPlantedApi(options: Omit<PlantedOptions, 'origin'> = {}): Promise<ListeningApi> {
  let api: PlantedApi | undefined
  const server = createServer({ maxHeaderSize: 262_144 }, (incoming, outgoing) => {
    const answered = readRequest(incoming, origin).then(async request => {
      const { status, headers, body } = (await api?.answer(request)) ?? unready
      for (const name of new Set(headers.map(([each]) => each.toLowerCase())))
        outgoing.appendHeader(
          name,
          headers.flatMap(([each, value]) => (each.toLowerCase() === name ? [value] : [])),
        )
      outgoing.writeHead(status).end(body)
    })
    answered.catch(() => outgoing.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the port is not known')
  const origin = `http://127.0.0.1:${address.port}`
  const made = createPlantedApi({ ...options, origin })
  api = made
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { ...made, origin, close }
}

const unready = { status: 503, headers: [['retry-after', '1']], body: '' } as const

async function readRequest(incoming: IncomingMessage, origin: string): Promise<SentRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  const headers: HeaderField[] = []
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2)
    headers.push([incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? ''])
  const body = Buffer.concat(chunks).toString()
  return { method: incoming.method ?? '', origin, target: incoming.url ?? '', headers, body }
}
