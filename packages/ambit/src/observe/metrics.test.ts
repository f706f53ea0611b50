import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerEvent } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { parseClientId, parseUserId } from '../config/ids.ts'
import { measuredStore } from './measured-store.ts'
import { createMetrics } from './metrics.ts'
import { requestId } from './testing/events.ts'

const clientId = parseClientId('app')
const userId = parseUserId('u1')

const rows: readonly (readonly [ServerEvent, RegExp])[] = [
  [
    { kind: 'token.issued', requestId, clientId, grantType: 'client_credentials', scope: 'a', refused: 2 },
    /ambit_tokens_issued_total\{grant_type="client_credentials"\} 1\n[\s\S]*ambit_scopes_dropped_total 2\n/,
  ],
  [
    { kind: 'request.refused', requestId, place: 'token', error: 'invalid_scope', reason: 'x' },
    /ambit_requests_refused_total\{place="token",error="invalid_scope"\} 1\n/,
  ],
  [{ kind: 'replay.detected', requestId, of: 'code', clientId }, /ambit_replays_total\{of="code"\} 1\n/],
  [{ kind: 'login.succeeded', requestId, userId }, /ambit_logins_total\{result="succeeded"\} 1\n/],
  [{ kind: 'login.failed', requestId, isThrottled: false }, /ambit_logins_total\{result="failed"\} 1\n/],
  [{ kind: 'login.failed', requestId, isThrottled: true }, /ambit_logins_total\{result="throttled"\} 1\n/],
  [{ kind: 'consent.denied', requestId, userId, clientId }, /ambit_consents_total\{decision="deny"\} 1\n/],
  [
    { kind: 'consent.given', requestId, userId, clientId, granted: 'a', refused: '' },
    /ambit_consents_total\{decision="allow"\} 1\n/,
  ],
  [
    { kind: 'token.revoked', requestId, clientId, of: 'access_token' },
    /ambit_tokens_revoked_total\{of="access_token"\} 1\n/,
  ],
  [
    { kind: 'client.changed', requestId, clientId, change: 'registered' },
    /ambit_clients_changed_total\{change="registered"\} 1\n/,
  ],
  [
    { kind: 'key.created', kid: 'k', algorithm: 'ES256', activeAt: 0 },
    /ambit_keys_created_total\{algorithm="ES256"\} 1\n/,
  ],
  [
    { kind: 'request.unavailable', requestId, place: '/token', because: 'x' },
    /ambit_requests_unavailable_total\{place="\/token"\} 1\n/,
  ],
  [
    { kind: 'request.failed', requestId, place: '/token', error: 'x' },
    /ambit_requests_failed_total\{place="\/token"\} 1\n/,
  ],
]

for (const [event, wanted] of rows)
  test(`the event ${event.kind} is counted`, async () => {
    const metrics = createMetrics()
    metrics.observe(event)
    const { body, contentType } = await metrics.print()
    assert.match(body, wanted)
    assert.match(contentType, /^text\/plain/)
  })

test('no event puts an identifier of a user, client or request into a label', async () => {
  const metrics = createMetrics()
  for (const [event] of rows) metrics.observe(event)
  metrics.observe({ kind: 'session.ended', requestId, userId })
  const { body } = await metrics.print()
  for (const identifier of [requestId, 'client_id', '"app"', '"u1"']) assert.ok(!body.includes(identifier))
})

test('requests, sweeps and the process itself are measured', async () => {
  const metrics = createMetrics()
  metrics.countRequest({ place: '/token', method: 'POST', status: 200, seconds: 0.004 })
  metrics.countSwept(12, 0.1)
  metrics.setReady(true)
  const { body } = await metrics.print()
  assert.match(
    body,
    /ambit_http_request_duration_seconds_bucket\{le="0.005",place="\/token",method="POST",status="200"\} 1\n/,
  )
  assert.match(body, /ambit_swept_rows_total 12\n/)
  assert.match(body, /ambit_ready 1\n/)
  assert.match(body, /process_cpu_user_seconds_total/)
})

test('each call of the store is measured until it settles, and answers what it answered', async () => {
  let millis = 0
  const calls: (readonly [string, number])[] = []
  const inner = memoryStore()
  const slow = {
    ...inner,
    listUsers: async () => {
      millis += 7
      return []
    },
    ping: async () => {
      millis += 3
      throw new Error('on purpose')
    },
  }
  const store = measuredStore(
    slow,
    (method, seconds) => void calls.push([method, seconds]),
    () => millis,
  )
  assert.deepEqual(await store.listUsers(), [])
  await assert.rejects(store.ping(), /on purpose/)
  assert.equal(await store.settle('a', 'b'), 'b')
  assert.deepEqual(calls, [
    ['listUsers', 0.007],
    ['ping', 0.003],
    ['settle', 0],
  ])
})
