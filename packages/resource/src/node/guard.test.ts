import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import { describeAdapter } from '../testing/adapter-suite.ts'
import { listenOn, readText } from '../testing/listening.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { nodeGuard, serveMetadata } from './guard.ts'

describeAdapter('node:http', ({ guard, onError, onHandled }) => {
  const protect = nodeGuard(guard, { onError })
  const isServed = serveMetadata(guard)
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
  return listenOn((incoming, outgoing) => {
    const [path = ''] = (incoming.url ?? '').split('?')
    if (!isServed(incoming, outgoing)) routes[`${incoming.method} ${path}`]?.(incoming, outgoing)
  })
})

test('nodeGuard: without `onError` what is thrown is an unhandled rejection', async t => {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').once('unhandledRejection', resolve)
  t.after(() => others.map(listener => process.on('unhandledRejection', listener)))
  const protect = nodeGuard((_request, _needs: string) => Promise.reject(new Error('the verifier broke')))
  const { port, close } = await listenOn(protect('read_pets', () => {}))
  t.after(close)
  const [response] = await sendRaw(port, {})
  assert.equal(response?.status, 500)
  assert.match(String(await promise), /the verifier broke/)
})
