import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { checkConfig } from '../config/check-config.ts'
import { createLifetime } from './lifetime.ts'
import { openListeners } from './listeners.ts'

const declared = { port: 0, catalogue: { scopes: { read_pets: {} } } }
const config = checkConfig(declared, { environment: {}, directory: '/' })

/** A listener whose answers do not end, and a connection on which a request waits for one. */
async function openBusy(t: TestContext) {
  const lifetime = createLifetime()
  const [listener] = await openListeners(config, lifetime)
  const asked = new Promise<void>(resolve => listener.serve(() => resolve()))
  await listener.accept()
  const client = connect(listener.port, '127.0.0.1')
  t.after(() => client.destroy())
  client.on('error', () => {})
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await asked
  return { lifetime, isCut: once(client, 'close') }
}

test('a request that is under way may take ten seconds to end, and is then cut off', async t => {
  const { lifetime, isCut } = await openBusy(t)
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  let isClosed = false
  const closed = lifetime.close().then(() => {
    isClosed = true
  })
  await new Promise(setImmediate)
  t.mock.timers.tick(9_999)
  await new Promise(setImmediate)
  assert.equal(isClosed, false)
  t.mock.timers.tick(1)
  await Promise.all([closed, isCut])
})

test('where another process has taken over, the ten seconds begin when connections have lingered', async t => {
  const { lifetime, isCut } = await openBusy(t)
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  let isClosed = false
  const closed = lifetime.close(10_000).then(() => {
    isClosed = true
  })
  for (const millis of [10_000, 9_999]) {
    await new Promise(setImmediate)
    t.mock.timers.tick(millis)
  }
  await new Promise(setImmediate)
  assert.equal(isClosed, false)
  t.mock.timers.tick(1)
  await Promise.all([closed, isCut])
})
