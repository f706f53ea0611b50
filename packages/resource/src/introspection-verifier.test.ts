import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IntrospectionVerifierOptions, introspectionVerifier } from './introspection-verifier.ts'
import { accessTokenClaims, issuer, resource, start, testClock, testFetch } from './testing/issuer.ts'

const expected = { issuer, audience: resource }

function world(answer: () => Response | Promise<Response>, options: Partial<IntrospectionVerifierOptions> = {}) {
  const clock = testClock()
  const { fetch, calls } = testFetch(answer)
  const verify = introspectionVerifier({
    endpoint: 'https://as.example/introspect',
    clientId: 'the api',
    clientSecret: 's:+%',
    fetch,
    clock,
    ...options,
  })
  return { clock, calls, verify }
}

const active = (members: object = {}) => ({ active: true, ...accessTokenClaims(), token_type: 'Bearer', ...members })
const answering = (members: unknown) => () => Response.json(members)

test('RFC 7662 §2.1: the token is sent by an authenticated form', async () => {
  const { verify, calls } = world(answering(active()))
  assert.equal((await verify('tok+en/1', expected)).kind, 'verified')
  const init = calls[0]?.init
  assert.equal(init?.method, 'POST')
  assert.equal(init?.body, 'token=tok%2Ben%2F1&token_type_hint=access_token')
  assert.equal(init?.redirect, 'error', 'the secret and the token go nowhere else')
  assert.ok(init?.signal, 'it is not waited for without end')
  const headers = new Headers(init?.headers)
  assert.equal(headers.get('content-type'), 'application/x-www-form-urlencoded')
  assert.equal(atob((headers.get('authorization') ?? '').replace('Basic ', '')), 'the%20api:s%3A%2B%25')
})

for (const [name, members] of [
  ['no expiry and no issuer', { exp: undefined, iss: undefined, token_type: undefined }],
  ['one of several audiences', { aud: ['https://other.example', resource] }],
  ['another spelling of the type', { token_type: 'bearer' }],
] as const)
  test(`RFC 7662 §2.2: active: ${name}`, async () => {
    assert.equal((await world(answering(active(members))).verify('t', expected)).kind, 'verified')
  })

for (const [name, members, reason] of [
  ['not active', { active: false }, /not active/],
  ['another issuer', active({ iss: 'https://other.example' }), /another issuer/],
  ['another audience', active({ aud: 'https://other.example' }), /another audience/],
  ['other audiences', active({ aud: ['https://other.example'] }), /another audience/],
  ['no audience', active({ aud: undefined }), /another audience/],
  ['expired', active({ exp: start }), /expired/],
  ['an expiry that is no number', active({ exp: 'never' }), /expired/],
  ['not valid yet', active({ nbf: start + 1 }), /not valid yet/],
  ['bound to a key', active({ token_type: 'DPoP' }), /not of type Bearer/],
] as const)
  test(`RFC 7662 §2.2: refused: ${name}`, async () => {
    const verification = await world(answering(members)).verify('t', expected)
    assert.match(verification.kind === 'refusal' ? verification.reason : '', reason)
  })

for (const [name, answer] of [
  ['an error', () => new Response('', { status: 500 })],
  ['an unknown client', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
  ['an error that speaks of a good token', () => Response.json(active(), { status: 401 })],
  ['no JSON', () => new Response('<html>')],
  ['no object', answering('active')],
  ['nothing about the token', answering({})],
  ['an active that is no boolean', answering({ active: 'true' })],
  ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
] as const)
  test(`introspection: nothing is let through without an answer: ${name}`, async () => {
    assert.equal((await world(answer).verify('t', expected)).kind, 'unavailable')
  })

test('RFC 7662 §4: without a cache each request asks', async () => {
  const { verify, calls } = world(answering(active()))
  await verify('t', expected)
  await verify('t', expected)
  assert.equal(calls.length, 2)
})

test('RFC 7662 §4: a good answer is believed for the span of the cache, counted from the answer', async () => {
  const { verify, calls, clock } = world(answering(active()), { cacheTtl: 10 })
  await verify('t', expected)
  clock.advance(9)
  await verify('t', expected)
  assert.equal(calls.length, 1)
  clock.advance(1)
  await verify('t', expected)
  assert.equal(calls.length, 2)
})

test('RFC 7662 §4: a cached answer does not outlive the token', async () => {
  const { verify, calls, clock } = world(answering(active({ exp: start + 5 })), { cacheTtl: 10 })
  await verify('t', expected)
  clock.advance(5)
  assert.equal((await verify('t', expected)).kind, 'refusal')
  assert.equal(calls.length, 1)
})

test('RFC 7662 §4: a refusal is not kept', async () => {
  const { verify, calls } = world(answering({ active: false }), { cacheTtl: 10 })
  await verify('t', expected)
  await verify('t', expected)
  assert.equal(calls.length, 2)
})

test('RFC 7662 §4: the oldest answers go when there are many', async () => {
  const { verify, calls } = world(answering(active()), { cacheTtl: 10 })
  for (let each = 0; each <= 1_000; each++) await verify(`t${each}`, expected)
  await verify('t1000', expected)
  assert.equal(calls.length, 1_001)
  await verify('t0', expected)
  assert.equal(calls.length, 1_002)
})
