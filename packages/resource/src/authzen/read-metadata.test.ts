import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fetch } from '../platform.ts'
import { readAuthzenMetadata } from './read-metadata.ts'
import { ask, testPoint } from './testing/point.ts'

const identifier = 'https://pdp.example/tenant1'
const answering =
  (value: unknown, status = 200): Fetch =>
  () =>
    Promise.resolve(Response.json(value, { status }))
const least = { policy_decision_point: identifier, access_evaluation_endpoint: 'https://pdp.example/decide' }

test('AuthZEN §9.2: what a decision point publishes is what an enforcement point reads', async () => {
  const point = testPoint({ identifier, resources: () => [] })
  const fetch: Fetch = async url => {
    assert.equal(url, 'https://pdp.example/.well-known/authzen-configuration/tenant1')
    const response = await point.handle(ask(new URL(url).pathname, '', { method: 'GET' }))
    return new Response(response?.body, { status: response?.status ?? 404 })
  }
  assert.deepEqual(await readAuthzenMetadata(identifier, { fetch }), point.metadata)
})

test('AuthZEN §9.2.2: members that nobody knows are ignored', async () => {
  assert.deepEqual(
    await readAuthzenMetadata(identifier, { fetch: answering({ ...least, capabilities: ['urn:x'], more: 1 }) }),
    least,
  )
})

for (const [what, value, status] of [
  ['metadata of another decision point', { ...least, policy_decision_point: 'https://pdp.example' }, 200],
  ['metadata of none', { access_evaluation_endpoint: least.access_evaluation_endpoint }, 200],
  ['metadata that are no object', [least], 200],
  ['metadata without an evaluation endpoint', { policy_decision_point: identifier }, 200],
  ['an endpoint that is not https', { ...least, access_evaluation_endpoint: 'http://pdp.example/decide' }, 200],
  ['an endpoint that is no text', { ...least, search_subject_endpoint: 7 }, 200],
  ['another status than 200', least, 404],
] as const)
  test(`AuthZEN §9.2.3: ${what} must not be used`, async () => {
    await assert.rejects(readAuthzenMetadata(identifier, { fetch: answering(value, status) }), Error)
  })
