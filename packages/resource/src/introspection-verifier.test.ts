import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IntrospectionVerifierOptions, introspectionVerifier } from './introspection-verifier.ts'
import { accessTokenClaims, issuer, resource, start, testClock, testFetch } from './testing/issuer.ts'
import { settled, testTimers } from './testing/timers.ts'

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
const json = (text: string) => () =>
  new Response(text, { headers: { 'content-type': 'application/json; charset=utf-8' } })
const answering = (members: unknown) => () => Response.json(members)

test('RFC 7662 §2.1: the token is sent by an authenticated form', async () => {
  const { verify, calls } = world(answering(active()))
  assert.equal((await verify('tok+en/1', expected)).kind, 'verified')
  const init = calls[0]?.init
  assert.equal(init?.method, 'POST')
  assert.equal(init?.body, 'token=tok%2Ben%2F1&token_type_hint=access_token')
  assert.equal(init?.redirect, 'manual', 'the secret and the token go nowhere else')
  assert.ok(init?.signal, 'it is not waited for without end')
  const headers = new Headers(init?.headers)
  assert.equal(headers.get('content-type'), 'application/x-www-form-urlencoded')
  assert.equal(atob((headers.get('authorization') ?? '').replace('Basic ', '')), 'the%20api:s%3A%2B%25')
})

for (const [name, members] of [
  ['no expiry and no issuer', { exp: undefined, iss: undefined, token_type: undefined }],
  ['one of several audiences', { aud: ['https://other.example', resource] }],
  ['valid from now on', { nbf: start }],
  ['another spelling of the type', { token_type: 'bearer' }],
  ['bound to a key', { token_type: 'DPoP', cnf: { jkt: 'abc' } }],
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
  ['not valid yet', active({ nbf: start + 1 }), /not valid before/],
  ['a start that is no number', active({ nbf: 'now' }), /not valid before/],
  ['an expiry beyond all numbers', active({ exp: '1e999' }), /expired/],
  ['a list with something else in it', active({ aud: [resource, 7] }), /another audience/],
  ['a key that is not named', active({ token_type: 'DPoP' }), /neither of type/],
  ['a binding that is none', active({ token_type: 'DPoP', cnf: 'x' }), /neither of type/],
  ['a refresh token', active({ token_type: 'refresh_token' }), /neither of type/],
  ['a type that is no text', active({ token_type: ['Bearer'] }), /neither of type/],
] as const)
  test(`RFC 7662 §2.2: refused: ${name}`, async () => {
    const verification = await world(answering(members)).verify('t', expected)
    assert.match(verification.kind === 'refusal' ? verification.reason : '', reason)
  })

for (const [name, answer] of [
  ['an error', () => new Response('', { status: 500 })],
  ['a redirect', () => new Response('', { status: 307, headers: { location: 'https://x.example' } })],
  ['a redirect that was followed', () => Object.defineProperty(Response.json(active()), 'redirected', { value: true })],
  ['an unknown client', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
  ['an error that speaks of a good token', () => Response.json(active(), { status: 401 })],
  ['no JSON', () => new Response('<html>')],
  [
    'what is not said to be JSON',
    () => new Response(JSON.stringify(active()), { headers: { 'content-type': 'text/html' } }),
  ],
  ['a member that comes twice', json('{"active":false,"active":true}')],
  ['too much', json(`{"active":true,"x":"${'x'.repeat(65_536)}"}`)],
  ['half an answer', json('{"active":true')],
  ['a list', json('[true]')],
  ['no object', answering('active')],
  ['nothing about the token', answering({})],
  ['an active that is no boolean', answering({ active: 'true' })],
  ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
] as const)
  test(`introspection: nothing is let through without an answer: ${name}`, async () => {
    assert.equal((await world(answer).verify('t', expected)).kind, 'unavailable')
  })

test('RFC 7662 §4: an answer is believed for as long as was told, counted from the question, and not beyond the expiry', async () => {
  const untilOf = async (members: object, cacheTtl?: number) => {
    const found = await world(answering(active(members)), { ...(cacheTtl !== undefined && { cacheTtl }) }).verify(
      't',
      expected,
    )
    return found.kind === 'verified' && found.until
  }
  assert.equal(await untilOf({}), start, 'not at all where nothing was told')
  assert.equal(await untilOf({}, 10), start + 10)
  assert.equal(await untilOf({ exp: start + 5 }, 10), start + 5)
  assert.equal(await untilOf({ exp: undefined }, 10), start + 10)
})

test('RFC 7662 §4: what was asked before the clock moved is believed from then', async () => {
  const { verify, clock, answer } = slowWorld(10)
  const waiting = verify('t', expected)
  clock.advance(4)
  await answer()
  const found = await waiting
  assert.equal(found.kind === 'verified' && found.until, start + 10)
})

test('RFC 7662 §4: who asks the same at once waits for one answer, as long as that would be believed', async () => {
  const { verify, calls, clock, answer } = slowWorld(10)
  const waiting = [verify('t', expected), verify('t', expected), verify('u', expected)]
  clock.advance(9)
  waiting.push(verify('t', expected))
  await settled()
  assert.equal(calls.length, 2)
  clock.advance(1)
  waiting.push(verify('t', expected))
  await settled()
  assert.equal(calls.length, 3, 'an older question would answer too late')
  await answer()
  for (const found of await Promise.all(waiting)) assert.equal(found.kind, 'verified')
  const later = verify('t', expected)
  await settled()
  assert.equal(calls.length, 4, 'nothing is kept here')
  await answer()
  await later
})

test('RFC 7662 §4: where nothing is believed again, each request asks', async () => {
  const { verify, calls, answer } = slowWorld(0)
  const waiting = [verify('t', expected), verify('t', expected)]
  await settled()
  assert.equal(calls.length, 2)
  await answer()
  await Promise.all(waiting)
})

test('introspection: what is under way is bounded, and what comes on top is let through by nobody', async () => {
  const { verify, calls, answer } = slowWorld(0)
  const waiting = Array.from({ length: 1_000 }, (_, each) => verify(`t${each}`, expected))
  const [found] = [await verify('one more', expected)]
  assert.deepEqual(found, { kind: 'unavailable', reason: '1000 questions about tokens are under way' })
  assert.equal(calls.length, 1_000)
  await answer()
  await Promise.all(waiting)
  const after = verify('one more', expected)
  await answer()
  assert.equal((await after).kind, 'verified')
})

test('introspection: an endpoint that hangs is waited for five seconds, even where fetch does not heed its signal', async () => {
  const timers = testTimers()
  const { verify } = world(() => new Promise<never>(() => undefined), { startTimer: timers.startTimer })
  const waiting = verify('t', expected)
  await settled()
  assert.deepEqual(timers.running(), [5_000])
  timers.expire()
  assert.deepEqual(await waiting, {
    kind: 'unavailable',
    reason: 'introspection failed: no answer within 5 seconds',
  })
})

test('RFC 7662 §4: a refusal comes from a new answer each time', async () => {
  const { verify, calls } = world(answering({ active: false }), { cacheTtl: 10 })
  await verify('t', expected)
  await verify('t', expected)
  assert.equal(calls.length, 2)
})

test('introspection: secrets and tokens go to private addresses only', () => {
  for (const endpoint of [
    'http://as.example/introspect',
    'http://notlocalhost/',
    'http://127.0.0.1.as.example/',
    'ftp://as.example',
    'introspect',
    'https://a:b@as.example/',
  ])
    assert.throws(() => world(answering(active()), { endpoint }), /an https address is wanted/)
  for (const endpoint of ['http://localhost:8000/introspect', 'http://127.0.0.1/', 'http://[::1]:1/'])
    assert.ok(world(answering(active()), { endpoint }))
})

test('introspection: a span that is none is an error at the start', () => {
  for (const cacheTtl of [-1, Number.NaN])
    assert.throws(() => world(answering(active()), { cacheTtl }), /a number of seconds is wanted/)
})

/** A world whose answers come when the test says so. */
function slowWorld(cacheTtl: number) {
  const waiting: (() => void)[] = []
  const answer = () =>
    new Promise<Response>(resolve => {
      waiting.push(() => resolve(Response.json(active())))
    })
  const answerAll = async () => {
    await settled()
    for (const each of waiting.splice(0)) each()
  }
  return { ...world(answer, { cacheTtl }), answer: answerAll }
}
