import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { test } from 'node:test'
import type { Guarded } from '../guard.ts'
import { describeAdapter } from '../testing/adapter-suite.ts'
import { accessOf, believingGuard } from '../testing/guarded.ts'
import { requestWith } from '../testing/issuer.ts'
import { listenOn, readText } from '../testing/listening.ts'
import { exchangeBytes, sendRaw } from '../testing/raw-http.ts'
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

test('RFC 9112 §8: an answer that breaks off in the middle is not left open', { timeout: 5_000 }, async t => {
  const errors: unknown[] = []
  const guard = async (_request: unknown, _needs: string): Promise<Guarded> => ({
    kind: 'allowed',
    access,
    headers: {},
  })
  const access = accessOf(await believingGuard()(requestWith('a'), 'read_pets'))
  const protect = nodeGuard(guard, { onError: error => void errors.push(error) })
  const { port, close } = await listenOn(
    protect('read_pets', (_incoming, outgoing) => {
      outgoing.write('half')
      throw new Error('the handler broke')
    }),
  )
  t.after(close)
  assert.match(await exchangeBytes(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'), /^(?:HTTP\/1\.1 200 |$)/)
  assert.match(String(errors), /the handler broke/)
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
