import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awaitWithin, waitOn } from './clock.ts'
import { systemClock } from './node/system-clock.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'

test('work that is done in time gives its value, and no timer is left', async () => {
  const clock = createVirtualClock()
  assert.deepEqual(await awaitWithin(Promise.resolve(7), clock, { milliseconds: 1000 }), { kind: 'done', value: 7 })
  assert.equal(clock.elapsed(), 0)
})

test('work that takes too long, is stopped or was stopped before is left behind', async () => {
  const clock = createVirtualClock()
  const never = new Promise<never>(() => {})
  assert.deepEqual(await awaitWithin(never, clock, { milliseconds: 1000 }), { kind: 'timeout' })
  assert.equal(clock.elapsed(), 1000)
  const stop = new AbortController()
  const work = awaitWithin(never, clock, { signal: stop.signal })
  stop.abort()
  assert.deepEqual(await work, { kind: 'aborted' })
  assert.deepEqual(await awaitWithin(never, clock, { signal: stop.signal }), { kind: 'aborted' })
})

test('what is left behind may fail unseen, and what fails in time is seen', async () => {
  const clock = createVirtualClock()
  const { promise, reject } = Promise.withResolvers<never>()
  assert.deepEqual(await awaitWithin(promise, clock, { milliseconds: 1 }), { kind: 'timeout' })
  reject(new Error('too late'))
  await assert.rejects(awaitWithin(Promise.reject(new Error('in time')), clock, {}), /in time/)
})

test('waiting ends early where it is stopped', async () => {
  const clock = createVirtualClock()
  const stop = new AbortController()
  const waiting = waitOn(clock, 5000, stop.signal)
  stop.abort()
  await waiting
  await waitOn(clock, 5000, stop.signal)
  assert.equal(clock.elapsed(), 0)
})

test('the clock of the machine rings, and does not where it was cancelled', async () => {
  let rung = 0
  systemClock.after(0, () => rung++)()
  await waitOn(systemClock, 1)
  assert.equal(rung, 0)
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000)
})
