import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange, HeaderField, Send } from '../wire/exchange.ts'
import { createPacedSend } from './paced-send.ts'
import { retryAfterOf } from './retry-after.ts'
import { answeredBy } from './testing/sample-target.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'

const request = { method: 'GET', origin: 'http://localhost:8081', target: '/pets', headers: [] }

/** Answers by a list, and by its last member from then on. */
function script(...answers: readonly (readonly [number, ...HeaderField[]])[]): Send & { readonly count: () => number } {
  let count = 0
  const send = async () => {
    const [status = 200, ...headers] = answers[Math.min(count, answers.length - 1)] ?? []
    count++
    return answeredBy(status, headers)
  }
  return Object.assign(send, { count: () => count })
}

const statusOf = (exchange: Exchange) => (exchange.kind === 'answered' ? exchange.response.status : 0)

test('RFC 9110 §10.2.3: seconds and dates are read, and nothing else', () => {
  const now = Date.UTC(2026, 5, 1, 12)
  const read = (value: string) => retryAfterOf({ headers: [['Retry-After', value]] }, now)
  assert.equal(read('7'), 7000)
  assert.equal(read(' 0 '), 0)
  assert.equal(read('Mon, 01 Jun 2026 12:00:30 GMT'), 30_000)
  assert.equal(read('Monday, 01-Jun-26 12:00:30 GMT'), 30_000)
  assert.equal(read('Mon, 01 Jun 2026 11:00:00 GMT'), 0)
  for (const value of ['-1', '1.5', 'soon', '2026-06-01', '', '99999999999']) assert.equal(read(value), undefined)
  assert.equal(retryAfterOf({ headers: [] }, now), undefined)
})

test('RFC 6585 §4: after 429 the request is repeated when `Retry-After` says, and each exchange is told', async () => {
  const clock = createVirtualClock()
  const send = script([429, ['Retry-After', '5']], [200])
  const seen: number[] = []
  const exchange = await createPacedSend(send, clock)(request, {}, each => seen.push(statusOf(each)))
  assert.equal(statusOf(exchange), 200)
  assert.deepEqual(seen, [429, 200])
  assert.ok(clock.elapsed() >= 5000 && clock.elapsed() < 6000, String(clock.elapsed()))
})

test('without `Retry-After` the waiting doubles, and in the end the answer stands', async () => {
  const clock = createVirtualClock()
  const send = script([503])
  const exchange = await createPacedSend(send, clock)(request)
  assert.equal(statusOf(exchange), 503)
  assert.equal(send.count(), 4)
  assert.ok(clock.elapsed() >= 7000 && clock.elapsed() < 10_000, String(clock.elapsed()))
})

test('a `Retry-After` beyond the limit is not waited for', async () => {
  const clock = createVirtualClock()
  const send = script([429, ['Retry-After', '3600']])
  assert.equal(statusOf(await createPacedSend(send, clock)(request)), 429)
  assert.equal(send.count(), 1)
  assert.equal(clock.elapsed(), 0)
})

test('where repeating was in vain several times, nothing is repeated until the server answers again', async () => {
  const clock = createVirtualClock()
  let status = 503
  let count = 0
  const send: Send = async () => {
    count++
    return answeredBy(status)
  }
  const paced = createPacedSend(send, clock, { repeats: 1 })
  for (let index = 0; index < 3; index++) await paced(request)
  assert.equal(count, 6)
  await paced(request)
  assert.equal(count, 7)
  status = 200
  await paced(request)
  status = 429
  await paced(request)
  assert.equal(count, 10)
})

test('a raw request goes out at once and once', async () => {
  const clock = createVirtualClock()
  const send = script([429])
  const paced = createPacedSend(send, clock, { most: 0.1 })
  for (let index = 0; index < 30; index++) assert.equal(statusOf(await paced(request, { isRaw: true })), 429)
  assert.equal(send.count(), 30)
  assert.equal(clock.elapsed(), 0)
})

test('each origin has its own pace', async () => {
  const clock = createVirtualClock()
  const paced = createPacedSend(script([200]), clock, { most: 1 })
  await Promise.all([paced(request), paced({ ...request, origin: 'http://localhost:9090' })])
  assert.equal(clock.elapsed(), 0)
})

test('a stopped run repeats nothing', async () => {
  const clock = createVirtualClock()
  const stop = new AbortController()
  const send = script([429, ['Retry-After', '30']])
  const sent = createPacedSend(send, clock)(request, { signal: stop.signal })
  setImmediate(() => stop.abort())
  assert.equal(statusOf(await sent), 429)
  assert.ok(send.count() <= 2)
})
