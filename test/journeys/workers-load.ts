import { Agent, request } from 'node:http'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { secret } from './workers-program.ts'

/** An answer, or nothing where the connection was refused or reset. */
type LoadAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | undefined

/** A client with connections of its own. */
export type LoadClient = {
  readonly post: (path: string, form: Readonly<Record<string, string>>, client?: string) => Promise<LoadAnswer>
  /** What failed below HTTP. */
  readonly failures: readonly string[]
  readonly close: () => void
}

/** Opens a client; with `isBrief` each request has a connection of its own. */
export function openClient(origin: string, { isBrief = false } = {}): LoadClient {
  const agent = new Agent({ keepAlive: !isBrief, maxSockets: 1 })
  const failures: string[] = []
  const post: LoadClient['post'] = (path, form, client) =>
    new Promise(resolve => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        ...(client !== undefined && { authorization: basicHeader(client, secret) }),
      }
      const outgoing = request(new URL(path, origin), { method: 'POST', agent, headers }, incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', fail)
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: parseBody(Buffer.concat(chunks).toString()) }),
        )
      })
      function fail(error: NodeJS.ErrnoException): void {
        failures.push(error.code ?? error.message)
        resolve(undefined)
      }
      outgoing.on('error', fail)
      outgoing.end(new URLSearchParams(form).toString())
    })
  return { post, failures, close: () => agent.destroy() }
}

function parseBody(text: string): Readonly<Record<string, unknown>> {
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>)
}

/** Asks for tokens on several connections until it is stopped. */
export type Load = {
  readonly tokens: readonly string[]
  readonly failures: () => readonly string[]
  readonly statuses: ReadonlyMap<number, number>
  readonly stop: () => Promise<void>
}

/** Begins a load: so many connections that are kept, and half as many that are opened for each request. */
export function beginLoad(origin: string, connections = 8): Load {
  const clients = Array.from({ length: connections + connections / 2 }, (_, index) =>
    openClient(origin, { isBrief: index >= connections }),
  )
  const tokens: string[] = []
  const statuses = new Map<number, number>()
  let isOver = false
  async function ask(client: LoadClient): Promise<void> {
    while (!isOver) {
      const answer = await client.post('/token', { grant_type: 'client_credentials' }, 'machine')
      if (!answer) continue
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status === 200) tokens.push(String(answer.body['access_token']))
    }
  }
  const asking = clients.map(ask)
  return {
    tokens,
    statuses,
    failures: () => clients.flatMap(({ failures }) => failures),
    stop: async () => {
      isOver = true
      await Promise.all(asking)
      for (const client of clients) client.close()
    },
  }
}
