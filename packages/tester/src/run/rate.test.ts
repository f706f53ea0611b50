import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './rate.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'

test('nothing holds requests back until the server asks for less', async () => {
  const clock = createVirtualClock()
  const pace = createPace(clock, {})
  for (let index = 0; index < 1000; index++) {
    await pace.turn()
    pace.onAnswer(3)
  }
  assert.equal(clock.elapsed(), 0)
  assert.equal(pace.perSecond(), Number.POSITIVE_INFINITY)
})

test('a clock that is put back does not hold the run for that long', async () => {
  let shift = 0
  const hands = createVirtualClock()
  const clock = { now: () => hands.now() + shift, after: hands.after }
  const pace = createPace(clock, { most: 10 })
  await pace.turn()
  pace.onComplaint('429', clock.now() + 2000)
  shift = -3_600_000
  await pace.turn()
  await pace.turn()
  assert.ok(hands.elapsed() < 5000, String(hands.elapsed()))
})

test('a limit is never exceeded', async () => {
  const clock = createVirtualClock()
  const pace = createPace(clock, { most: 10 })
  await Promise.all(Array.from({ length: 31 }, () => pace.turn()))
  assert.equal(clock.elapsed(), 3000)
  for (let index = 0; index < 100; index++) pace.onAnswer(3)
  assert.equal(pace.perSecond(), 10)
})

test('RFC 6585 §4: after 429 it is half as fast, and nothing is sent before the server wants it', async () => {
  const clock = createVirtualClock()
  const told: string[] = []
  const pace = createPace(clock, { start: 100, onSlowed: (perSecond, why) => told.push(`${perSecond} ${why}`) })
  for (let index = 0; index < 50; index++) await pace.turn()
  pace.onComplaint('the answer was 429', clock.now() + 7000)
  assert.ok(pace.perSecond() <= 52 && pace.perSecond() >= 45, String(pace.perSecond()))
  const before = clock.elapsed()
  await pace.turn()
  assert.ok(clock.elapsed() - before >= 7000)
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /the answer was 429/)
})

test('what was on its way when the server complained is the same complaint', () => {
  const clock = createVirtualClock()
  let count = 0
  const pace = createPace(clock, { start: 100, onSlowed: () => count++ })
  for (let index = 0; index < 8; index++) pace.onComplaint('the answer was 503')
  assert.equal(count, 1)
})

test('good answers make it faster by a tenth in a second, and the slowest pace recovers too', async () => {
  const clock = createVirtualClock()
  const pace = createPace(clock, { start: 100 })
  for (let index = 0; index < 100; index++) pace.onAnswer(3)
  assert.ok(pace.perSecond() > 109 && pace.perSecond() < 112, String(pace.perSecond()))
  const slow = createPace(clock, { start: 0.5 })
  slow.onAnswer(3)
  assert.ok(slow.perSecond() > 1)
})

test('answers that take far longer than at the beginning are a complaint, a little longer is none', async () => {
  const clock = createVirtualClock()
  const told: string[] = []
  const pace = createPace(clock, { start: 100, onSlowed: (_, why) => told.push(why) })
  for (let index = 0; index < 40; index++) pace.onAnswer(20)
  for (let index = 0; index < 40; index++) pace.onAnswer(200)
  assert.deepEqual(told, [])
  for (let index = 0; index < 20; index++) pace.onAnswer(400)
  assert.deepEqual(told, ['answers take 400 ms instead of 20 ms'])
})

test('waiting for a turn ends where the run is stopped', async () => {
  const clock = createVirtualClock()
  const pace = createPace(clock, { most: 0.001 })
  await pace.turn()
  const stop = new AbortController()
  const turn = pace.turn(stop.signal)
  stop.abort()
  await turn
  assert.equal(clock.elapsed(), 0)
})
