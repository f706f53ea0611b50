import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '../cli/testing/json.ts'
import { answerProbe, type ProbeSubject } from './probes.ts'

function subject(overrides: Partial<ProbeSubject> = {}): ProbeSubject {
  return {
    isClosing: () => false,
    ping: async () => {},
    keyCount: () => 1,
    notes: () => [],
    metrics: { print: async () => ({ contentType: 'text/plain', body: 'x 1\n' }), setReady: () => {} },
    hasMetrics: true,
    ...overrides,
  }
}

const ask = (path: string, overrides: Partial<ProbeSubject> = {}, peer = '127.0.0.1') =>
  answerProbe(subject(overrides), { path, peer })

test('/healthz answers as long as the process runs, /readyz when requests are wanted', async () => {
  assert.equal((await ask('/healthz'))?.status, 200)
  assert.equal((await ask('/readyz'))?.status, 200)
  assert.equal((await ask('/healthz', { isClosing: () => true }))?.status, 200)
})

for (const [because, overrides] of [
  ['shutting down', { isClosing: () => true }],
  ['no signing key is loaded', { keyCount: () => 0 }],
  ['the store cannot be read and written', { ping: () => Promise.reject(new Error('disk')) }],
] as const)
  test(`/readyz answers 503: ${because}`, async () => {
    const ready: boolean[] = []
    const metrics = { ...subject().metrics, setReady: (isReady: boolean) => void ready.push(isReady) }
    const response = await ask('/readyz', { ...overrides, metrics })
    assert.equal(response?.status, 503)
    assert.deepEqual(parseJson<unknown>(response?.body ?? ''), { status: 'not ready', because })
    assert.deepEqual(ready, [false])
  })

test('/readyz says what an operator should look at, and stays ready', async () => {
  const response = await ask('/readyz', { notes: () => ['the clock is off'] })
  assert.equal(response?.status, 200)
  assert.deepEqual(parseJson<unknown>(response?.body ?? ''), { status: 'ready', notes: ['the clock is off'] })
})

test('/metrics is answered to loopback alone', async () => {
  for (const peer of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
    assert.equal((await ask('/metrics', {}, peer))?.body, 'x 1\n', peer)
  for (const peer of ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', ''])
    assert.equal(await ask('/metrics', {}, peer), undefined, peer)
})

test('/metrics is not answered here where it has a port of its own', async () => {
  assert.equal(await ask('/metrics', { hasMetrics: false }), undefined)
})

test('every other path is the server’s', async () => assert.equal(await ask('/token'), undefined))
