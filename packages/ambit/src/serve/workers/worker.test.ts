import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../../observe/metrics.ts'
import { handTimer } from '../testing/hand-timer.ts'
import type { ToWorker } from './message.ts'
import { type FakeProcess, fakeFork, willing } from './testing/fake-fork.ts'
import { Worker } from './worker.ts'

const source = { folder: '/', overrides: [] }

function launch(behave: (told: ToWorker, process: FakeProcess) => void = willing(1)) {
  const world = fakeFork(behave)
  const { timer, fire, due } = handTimer()
  const sum = () => Promise.resolve({ contentType: 'text/plain', body: 'all' })
  const worker = new Worker({ number: 1, source, fork: world.fork, timer, sum })
  const [process] = world.processes
  assert.ok(process)
  return { worker, process, fire, due, world }
}

async function serve(launched: ReturnType<typeof launch>) {
  await launched.worker.loaded
  launched.worker.begin({}, 'first')
  await launched.worker.serving
}

test('a worker is told where its configuration is, then to begin, and serves', async () => {
  const launched = launch()
  await serve(launched)
  assert.deepEqual(
    launched.process.told.slice(0, 2).map(({ kind }) => kind),
    ['load', 'begin'],
  )
  assert.equal(launched.worker.isServing, true)
})

test('a worker that answers each beat is left alone; one that misses ten is ended', async () => {
  const launched = launch((told, process) => (told.kind === 'beat' ? process.say(told) : willing(1)(told, process)))
  await serve(launched)
  for (let beat = 0; beat < 30; beat++) await launched.fire()
  assert.equal(launched.process.isKilled, false)
  launched.world.behave = () => {}
  for (let beat = 0; beat < 10; beat++) await launched.fire()
  assert.equal(launched.process.isKilled, false, 'the tenth may still be answered')
  await launched.fire()
  assert.equal((await launched.worker.ended).message, 'worker 1 did not answer for 10 seconds')
  assert.equal(launched.process.isKilled, true)
})

test('one answer forgives the beats that were missed, as after a program that was stopped itself', async () => {
  const launched = launch()
  await serve(launched)
  for (let beat = 0; beat < 9; beat++) await launched.fire()
  launched.process.say({ kind: 'beat' })
  await Promise.resolve()
  for (let beat = 0; beat < 9; beat++) await launched.fire()
  assert.equal(launched.process.isKilled, false)
})

test('a worker that does not serve within a minute is ended', async () => {
  const { worker, due, fire } = launch(() => {})
  assert.deepEqual(due(), [60_000])
  await fire()
  await assert.rejects(worker.serving, { message: 'worker 1 did not serve within a minute of its start' })
})

test('what a worker says of why it cannot serve is its failure; one that says nothing is told by its end', async () => {
  const told = launch((message, process) => {
    if (message.kind !== 'load') return
    process.say({ kind: 'failed', sentence: 'the store is read-only', isConfig: false })
    process.exit('exit code 1')
  })
  await assert.rejects(told.worker.loaded, { message: 'the store is read-only' })
  const silent = launch((_message, process) => process.exit('signal SIGSEGV'))
  await assert.rejects(silent.worker.loaded, { message: 'worker 1 ended (signal SIGSEGV)' })
})

test('what it has counted is asked; where it does not answer in time, its last answer stands', async () => {
  const counts = await createMetrics().counts()
  const launched = launch()
  await serve(launched)
  const asked = launched.worker.count()
  launched.process.say({ kind: 'counted', counts })
  assert.equal(await asked, counts)
  const again = launched.worker.count()
  await launched.fire()
  assert.equal(await again, counts)
})

test('those who ask at the same time what it has counted all wait for the one answer', async () => {
  const counts = await createMetrics().counts()
  const launched = launch()
  await serve(launched)
  const asked = [launched.worker.count(), launched.worker.count()]
  assert.equal(launched.process.told.filter(({ kind }) => kind === 'count').length, 1)
  launched.process.say({ kind: 'counted', counts })
  assert.deepEqual(await Promise.all(asked), [counts, counts])
})

test('nobody waits for the counts of a worker that does not serve, or that ends while it is asked', async () => {
  const launched = launch()
  assert.equal(await launched.worker.count(), undefined)
  await serve(launched)
  const asked = launched.worker.count()
  launched.process.exit('signal SIGKILL')
  assert.equal(await asked, undefined)
  assert.deepEqual(launched.due(), [], 'no timer is left')
})

test('a worker that is to end serves no longer, whatever it still answers', async () => {
  const launched = launch((told, process) => (told.kind === 'end' ? undefined : willing(1)(told, process)))
  await serve(launched)
  void launched.worker.finish(0)
  assert.equal(launched.worker.isServing, false)
})

test('one that is told to end while it starts, and serves for a moment, is ended where it does not end in time', async () => {
  const { worker, process, fire, due } = launch(() => {})
  const finished = worker.finish(0)
  process.say({ kind: 'serving', serving: { origin: 'http://localhost:1', issuer: 'http://localhost:1', port: 1 } })
  await Promise.resolve()
  assert.equal(worker.isServing, false)
  assert.deepEqual(due(), [20_000])
  await fire()
  await finished
  assert.equal(process.isKilled, true)
})

test('whoever asks a worker for the metrics gets those of all', async () => {
  const launched = launch()
  await serve(launched)
  launched.process.say({ kind: 'ask-sum', id: 7 })
  await new Promise(setImmediate)
  assert.deepEqual(launched.process.told.at(-1), {
    kind: 'sum',
    id: 7,
    sum: { contentType: 'text/plain', body: 'all' },
  })
})

test('a worker that does not end in time is ended', async () => {
  const launched = launch((told, process) => (told.kind === 'end' ? undefined : willing(1)(told, process)))
  await serve(launched)
  const finished = launched.worker.finish(5_000)
  assert.deepEqual(launched.due(), [25_000])
  await launched.fire()
  await finished
  assert.equal(launched.process.isKilled, true)
})
