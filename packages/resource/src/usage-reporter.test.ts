import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GuardEvent } from './guard-event.ts'
import { believingGuard } from './testing/guarded.ts'
import { type Answering, issuer, requestWith, start, testClock, testFetch } from './testing/issuer.ts'
import { settled, testTimers } from './testing/timers.ts'
import { UsageReporter, type UsageReporterOptions } from './usage-reporter.ts'

const fine = () => Response.json({ accepted: 1, ignored: 0 })
const broken = () => new Response('', { status: 503 })

test('RFC 6749 §2.3.1: a secret goes to no address that does not keep it', () => {
  const repeat = () => () => {}
  const own = { clientId: 'pets-api', clientSecret: 'secret', repeat }
  for (const place of [{ issuer: 'http://as.example' }, { issuer, endpoint: 'http://as.example/scope-usage' }])
    assert.throws(() => new UsageReporter({ ...own, ...place }), RangeError)
})

function world(answers: readonly Answering[], options: Partial<UsageReporterOptions> = {}) {
  const { fetch, calls } = testFetch(...answers)
  const failures: string[] = []
  let tick = () => {}
  let milliseconds = 0
  let isStopped = false
  const usage = new UsageReporter({
    issuer,
    clientId: 'pets-api',
    clientSecret: 's:+',
    fetch,
    startTimer: testTimers().startTimer,
    onFailure: reason => void failures.push(reason),
    repeat: (length, task) => {
      milliseconds = length
      tick = task
      return () => {
        isStopped = true
      }
    },
    ...options,
  })
  const bodies = () => calls.map(({ init }) => (typeof init.body === 'string' ? init.body : ''))
  const reports = () => bodies().map(body => (JSON.parse(body) as { reports: readonly unknown[] }).reports)
  const beat = async () => {
    tick()
    await settled()
  }
  return {
    usage,
    calls,
    failures,
    bodies,
    reports,
    tick: beat,
    milliseconds: () => milliseconds,
    isStopped: () => isStopped,
  }
}

const event: GuardEvent = {
  kind: 'allowed',
  operation: 'read_pets',
  usedScope: ['read_pets'],
  at: start,
  issuer,
  clientId: 'shop',
}
const used = (changes: Partial<GuardEvent> = {}): GuardEvent => ({ ...event, ...changes })

test('scope usage: what a guard allowed is counted by client and scope, and posted as JSON', async () => {
  const clock = testClock()
  const { usage, calls, reports, tick, milliseconds } = world([fine])
  const guard = believingGuard({ scope: 'admin write_pets' }, { observe: usage.observe, clock })
  await guard(requestWith('a'), 'read_pets')
  clock.advance(5)
  await guard(requestWith('a'), { allOf: ['read_pets', 'write_pets'] })
  await guard(requestWith('a'), { scope: 'read_pets', maxAge: 1 })
  assert.deepEqual([calls.length, milliseconds()], [0, 60_000])
  await tick()
  assert.deepEqual(reports(), [
    [
      { client_id: 'shop', scope: 'admin', count: 2, last_used_at: start + 5 },
      { client_id: 'shop', scope: 'write_pets', count: 1, last_used_at: start + 5 },
    ],
  ])
  const [{ url, init } = { url: '', init: {} }] = calls
  assert.equal(url, 'https://as.example/scope-usage')
  assert.equal(init.method, 'POST')
  const headers = new Headers(init.headers)
  assert.equal(headers.get('content-type'), 'application/json')
  assert.equal(atob((headers.get('authorization') ?? '').slice(6)), 'pets-api:s%3A%2B')
})

test('scope usage: what another issuer’s tokens did is not told, nor what was refused', async () => {
  const { usage, calls, tick } = world([fine])
  usage.observe(used({ issuer: 'https://other.example' }))
  usage.observe(used({ kind: 'refused' }))
  const { clientId: _, ...anonymous } = event
  usage.observe(anonymous)
  usage.observe(used({ usedScope: [] }))
  await tick()
  assert.equal(calls.length, 0)
})

test('scope usage: a report that was not delivered is kept, added to, and sent after longer and longer pauses', async () => {
  const { usage, calls, reports, failures, tick } = world([
    broken,
    () => Promise.reject(new Error('gone')),
    broken,
    fine,
  ])
  usage.observe(used())
  const sentAt: number[] = []
  for (let at = 0; at < 9; at++) {
    const before = calls.length
    await tick()
    if (calls.length > before) sentAt.push(at)
    if (at === 0) usage.observe(used({ at: start + 9 }))
  }
  assert.deepEqual(sentAt, [0, 2, 5])
  assert.match(failures.join(), /status 503.*gone/)
  await usage.flush()
  assert.deepEqual(reports().at(-1), [{ client_id: 'shop', scope: 'read_pets', count: 2, last_used_at: start + 9 }])
  assert.equal(usage.waiting, 0)
})

test('scope usage: a report that is refused as malformed is not sent again', async () => {
  const { usage, calls, failures } = world([() => new Response('', { status: 400 })])
  usage.observe(used())
  await usage.flush()
  await usage.flush()
  assert.deepEqual([calls.length, failures.length, usage.waiting], [1, 1, 0])
})

test('scope usage: one report is under way at a time, and what comes meanwhile is in the next', async () => {
  const answer = Promise.withResolvers<Response>()
  const { usage, calls, reports, tick } = world([() => answer.promise, fine])
  usage.observe(used())
  await tick()
  usage.observe(used({ clientId: 'other' }))
  await tick()
  await tick()
  assert.equal(calls.length, 1)
  answer.resolve(fine())
  await usage.flush()
  assert.deepEqual(
    reports().map(report => report.length),
    [1, 1],
  )
})

test('scope usage: a report is no longer than servers take in, and no more than so many pairs wait', async () => {
  const { usage, bodies, reports } = world([fine], { max: 1_500 })
  for (let at = 0; at < 2_000; at++) usage.observe(used({ clientId: `client-${at}` }))
  assert.equal(usage.waiting, 1_500)
  usage.observe(used({ clientId: 'client-0' }))
  await usage.flush()
  assert.equal(reports().flat().length, 1_500)
  assert.ok(bodies().every(body => body.length <= 65_536))
  assert.ok(reports().every(report => report.length <= 1_000))
  assert.deepEqual(reports()[0]?.[0], { client_id: 'client-0', scope: 'read_pets', count: 2, last_used_at: start })
})

test('scope usage: at the end the rest is sent and nothing goes on', async () => {
  const { usage, calls, isStopped } = world([fine], { endpoint: 'https://as.example/other' })
  usage.observe(used())
  await usage.close()
  assert.deepEqual([calls.length, calls[0]?.url, isStopped()], [1, 'https://as.example/other', true])
})

test('scope usage: a dead endpoint does not keep the end from coming', async () => {
  const { usage, calls } = world([broken])
  usage.observe(used())
  await usage.close()
  assert.deepEqual([calls.length, usage.waiting], [1, 1])
})

test('scope usage: the secret is in no failure', async () => {
  const { usage, failures } = world([() => Promise.reject(new Error('fetch failed'))], { clientSecret: 'hush' })
  usage.observe(used())
  await usage.flush()
  assert.equal(failures.length, 1)
  assert.doesNotMatch(failures.join(), /hush/)
})
