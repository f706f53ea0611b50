import type { RequestListener } from 'node:http'
import { describeAdapter } from '../testing/adapter-suite.ts'
import { listenOn, readText } from '../testing/listening.ts'
import { nodeGuard } from './guard.ts'

describeAdapter('node:http', ({ guard, onError, onHandled }) => {
  const protect = nodeGuard(guard)
  const list = protect('read_pets', (_incoming, outgoing, { subject }) => {
    onHandled()
    outgoing.end(JSON.stringify({ subject }))
  })
  const routes: Readonly<Record<string, RequestListener>> = {
    'GET /v1/pets': list,
    'HEAD /v1/pets': list,
    'POST /v1/pets': protect('write_pets', async (incoming, outgoing) => {
      onHandled()
      outgoing.end(await readText(incoming))
    }),
    'GET /v1/broken': protect('read_pets', () => {
      throw new Error('the handler broke')
    }),
  }
  return listenOn(async (incoming, outgoing) => {
    const [path = ''] = (incoming.url ?? '').split('?')
    try {
      await routes[`${incoming.method} ${path}`]?.(incoming, outgoing)
    } catch (error) {
      onError(error)
      if (!outgoing.headersSent) outgoing.writeHead(500).end()
    }
  })
})
