import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import type { Timer } from './background.ts'
import { clockOverSleep, serveWhoWaits, storeWhileAwake, watchStandstill } from './standstill.ts'

function watched() {
  let now = 1_000
  const standstill = watchStandstill(() => now)
  const pass = (milliseconds: number) => void (now += milliseconds)
  standstill.begin()
  return { standstill, pass }
}

test('RFC 9700 §4.14.2: what is read just after a standstill may be old, and what is read later is not', () => {
  const { standstill, pass } = watched()
  assert.equal(standstill.isRecent(), false)
  pass(20_000)
  assert.equal(standstill.isRecent(), true)
  pass(999)
  assert.equal(standstill.isRecent(), true)
  pass(1)
  assert.equal(standstill.isRecent(), false)
})

test('a process that starts has not stood still', () => {
  let now = 0
  const standstill = watchStandstill(() => now)
  now = 20_000
  assert.equal(standstill.count(), 0)
  standstill.begin()
  assert.equal(standstill.isRecent(), false)
})

test('RFC 9700 §4.14.2: a machine that slept stood still, whether or not its steady clock went on', () => {
  for (const steadyGoesOn of [true, false]) {
    let [steady, wall] = [500, 1_800_000_000_000]
    const standstill = watchStandstill(
      clockOverSleep(
        () => steady,
        () => wall,
      ),
    )
    standstill.begin()
    for (let turn = 0; turn < 5_000; turn++) {
      steady += 0.7
      wall = 1_800_000_000_000 + Math.round(steady)
      assert.equal(standstill.isRecent(), false)
    }
    wall += 20_000
    if (steadyGoesOn) steady += 20_000
    assert.equal(standstill.count(), 1)
    steady += 999
    wall += 999
    assert.equal(standstill.isRecent(), true)
    steady += 1
    wall += 1
    assert.equal(standstill.isRecent(), false)
  }
})

test('a clock on the wall that is set back, or adjusted a little, is no standstill', () => {
  let [steady, wall] = [500, 1_800_000_000_000]
  const clock = clockOverSleep(
    () => steady,
    () => wall,
  )
  const standstill = watchStandstill(clock)
  standstill.begin()
  for (const step of [-86_400_000, 900, -1, 100]) {
    wall += step
    const before = clock()
    steady += 10
    wall += 10
    assert.equal(clock() - before, 10)
  }
  assert.equal(standstill.count(), 0)
})

test('RFC 9700 §4.14.2: after a standstill only who still waits is served', async t => {
  const { standstill, pass } = watched()
  const served: (string | undefined)[] = []
  const timers: (() => void)[] = []
  const timer: Timer = (_milliseconds, work) => {
    timers.push(work)
    return () => {}
  }
  const listener: RequestListener = (incoming, outgoing) => {
    served.push(incoming.url)
    outgoing.end()
  }
  const server = createServer(serveWhoWaits(listener, standstill, timer)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  pass(20_000)
  const impatient = connect(port, '127.0.0.1')
  const arrived = once(server, 'request')
  impatient.end('GET /gone HTTP/1.1\r\nHost: a\r\n\r\n')
  await arrived
  await once(impatient, 'close')
  const patient = fetch(`http://127.0.0.1:${port}/here`)
  await once(server, 'request')
  for (const work of timers) work()
  assert.equal((await patient).status, 200)
  assert.deepEqual(served, ['/here'])
})

test('a loop that is only slow has not stood still', async () => {
  const { standstill, pass } = watched()
  for (let look = 0; look < 10; look++) {
    pass(1_900)
    await standstill.task.run()
  }
  assert.equal(standstill.count(), 0)
})

test('RFC 9700 §4.14.2: what the store answers after a standstill is of no use to the request that asked before', async () => {
  const { standstill, pass } = watched()
  const store = storeWhileAwake(memoryStore(), standstill)
  assert.deepEqual(await store.listClients(), [])
  const asked = store.listClients()
  pass(20_000)
  await assert.rejects(asked, StoreUnavailable)
  assert.deepEqual(await store.listClients(), [])
})

test('background work goes on after a standstill', async () => {
  const { standstill, pass } = watched()
  const store = storeWhileAwake(memoryStore(), standstill)
  const asked = store.listKeys()
  pass(20_000)
  assert.deepEqual(await asked, [])
})
