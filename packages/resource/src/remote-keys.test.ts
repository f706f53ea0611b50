import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JwtVerifierOptions, jwtVerifier } from './jwt-verifier.ts'
import { steadyClock } from './platform.ts'
import { type Answering, issuer, resource, start, testClock, testFetch, testKey } from './testing/issuer.ts'
import { settled, testTimers } from './testing/timers.ts'
import { verifierOf } from './trusted-issuers.ts'

const jwksUri = 'https://as.example/jwks'
const expected = { issuer, audience: resource }
const first = await testKey('first')
const second = await testKey('second')
const unknown = await testKey('unknown')

const fine = (keys: unknown) => () => Response.json(keys)
const broken = () => new Response('', { status: 500 })
const hanging = () => new Promise<never>(() => undefined)
const both = { keys: [...first.jwks.keys, ...second.jwks.keys] }
const long = { exp: start + 30 * 86_400 }

function world(...answers: readonly Answering[]) {
  const clock = testClock()
  const timers = testTimers()
  const { fetch, calls } = testFetch(...answers)
  const { startTimer } = timers
  return { clock, calls, timers, verify: jwtVerifier({ jwksUri, fetch, clock, startTimer }) }
}

async function reasonOf(verifying: ReturnType<ReturnType<typeof jwtVerifier>>): Promise<string> {
  const found = await verifying
  assert.equal(found.kind, 'unavailable')
  return found.kind === 'unavailable' ? found.reason : ''
}

test('RFC 7517 §5: the key set is fetched once for all who wait, and kept', async () => {
  const { verify, calls } = world(fine(first.jwks))
  const token = await first.sign()
  const found = await Promise.all([verify(token, expected), verify(token, expected), verify(token, expected)])
  assert.deepEqual(new Set(found.map(each => each.kind)), new Set(['verified']))
  await verify(token, expected)
  assert.deepEqual(
    calls.map(({ url }) => url),
    [jwksUri],
  )
  assert.equal(calls[0]?.init.redirect, 'manual', 'keys come from nowhere else')
})

test('RFC 7517 §4.5: an unknown kid fetches again, so that a rotated key is found', async () => {
  const { verify, calls, clock } = world(fine(first.jwks), fine(both))
  await verify(await first.sign(), expected)
  clock.advance(30)
  assert.equal((await verify(await second.sign(), expected)).kind, 'verified')
  assert.equal(calls.length, 2)
})

test('RFC 7517 §5: a token is not remembered for longer than its key', async () => {
  const { verify, calls, clock } = world(fine(both), fine(first.jwks))
  const remembering = verifierOf([{ issuer, jwt: verify }], resource)
  const token = await second.sign(long)
  assert.equal((await remembering(token)).kind, 'verified')
  clock.advance(599)
  assert.equal((await remembering(token)).kind, 'verified')
  assert.equal(calls.length, 1)
  clock.advance(1)
  assert.equal((await remembering(token)).kind, 'refusal')
})

test('RFC 7517 §4.5: unknown kids lead to one fetch within the cooldown, whatever their number', async () => {
  const { verify, calls, clock } = world(fine(first.jwks))
  const strange = await unknown.sign()
  for (let each = 0; each < 10; each++) assert.equal((await verify(strange, expected)).kind, 'refusal')
  assert.equal(calls.length, 1)
  clock.advance(29)
  await verify(strange, expected)
  assert.equal(calls.length, 1)
  clock.advance(1)
  await Promise.all([verify(strange, expected), verify(strange, expected)])
  assert.equal(calls.length, 2)
})

test('RFC 8725 §3.10: what is refused for its header or issuer leads to no fetch', async () => {
  const { verify, calls } = world(fine(first.jwks))
  for (const token of [
    await first.sign({}, { typ: 'JWT' }),
    await first.sign({ iss: 'https://other.example' }),
    'a.b.c',
  ])
    assert.equal((await verify(token, expected)).kind, 'refusal')
  assert.equal(calls.length, 0)
})

for (const [name, answer, reason] of [
  ['an error', broken, /answered with status 500/],
  ['no answer', () => Promise.reject(new TypeError('fetch failed')), /fetch failed/],
  ['something that is no key set', fine({ keys: 'none' }), /is no key set/],
  ['a list', fine([]), /is no key set/],
  ['more keys than an issuer has', fine({ keys: Array.from({ length: 101 }, () => ({})) }), /is no key set/],
  ['no JSON', () => new Response('<html>'), /is no key set/],
  ['too much', () => new Response('x'.repeat(262_145)), /larger than 262144 bytes/],
  ['a redirect', () => new Response('', { status: 302, headers: { location: 'https://x.example' } }), /status 302/],
  ['a redirect that was followed', () => redirected(fine(first.jwks)()), /redirects elsewhere/],
] as const)
  test(`RFC 9068 §4: without keys nobody can tell: ${name}`, async () => {
    const { verify, calls, clock } = world(answer, fine(first.jwks))
    const token = await first.sign()
    assert.match(await reasonOf(verify(token, expected)), reason)
    assert.match(await reasonOf(verify(token, expected)), /`https:\/\/as.example\/jwks` cannot be used/)
    assert.equal(calls.length, 1)
    clock.advance(2)
    assert.equal((await verify(token, expected)).kind, 'verified')
  })

function redirected(response: Response): Response {
  return Object.defineProperty(response, 'redirected', { value: true })
}

test('RFC 9068 §4: tries are further and further apart while they fail, up to a minute', async () => {
  const { verify, calls, clock } = world(broken)
  const token = await first.sign(long)
  for (const wait of [2, 4, 8, 16, 32, 60, 60]) {
    const before = calls.length
    await verify(token, expected)
    assert.equal(calls.length, before + 1)
    clock.advance(wait - 1)
    await verify(token, expected)
    assert.equal(calls.length, before + 1, `not before ${wait} seconds`)
    clock.advance(1)
  }
})

test('RFC 9068 §4: an unknown kid that cannot be looked up is not called invalid', async () => {
  const { verify, clock } = world(fine(first.jwks), broken)
  await verify(await first.sign(), expected)
  clock.advance(30)
  assert.equal((await verify(await second.sign(), expected)).kind, 'unavailable')
})

test('RFC 7517 §5: keys are fetched again before they are stale, and nobody waits for that', async () => {
  const { verify, calls, clock } = world(fine(first.jwks), hanging)
  const token = await first.sign(long)
  await verify(token, expected)
  clock.advance(479)
  await verify(token, expected)
  assert.equal(calls.length, 1)
  clock.advance(1)
  assert.equal((await verify(token, expected)).kind, 'verified')
  assert.equal((await verify(token, expected)).kind, 'verified')
  assert.equal(calls.length, 2)
})

test('RFC 7517 §5: old keys serve while they cannot be fetched, but not for ever', async () => {
  const { verify, calls, clock } = world(fine(first.jwks), broken)
  const token = await first.sign(long)
  await verify(token, expected)
  clock.advance(600)
  assert.equal((await verify(token, expected)).kind, 'verified')
  assert.equal(calls.length, 2)
  clock.advance(3_599)
  assert.equal((await verify(token, expected)).kind, 'verified')
  clock.advance(1)
  assert.equal((await verify(token, expected)).kind, 'unavailable')
})

test('RFC 7517 §5: a key that was taken out serves no longer than the cache', async () => {
  const { verify, clock } = world(fine(first.jwks), fine(second.jwks))
  const token = await first.sign(long)
  await verify(token, expected)
  clock.advance(600)
  assert.equal((await verify(token, expected)).kind, 'refusal')
})

test('RFC 9068 §4: a key set that hangs stalls who has an old key for half a second, once, and who has none for five', async () => {
  const { verify, clock, timers } = world(fine(first.jwks), hanging)
  const token = await first.sign(long)
  await verify(token, expected)
  clock.advance(600)
  const waiting = verify(token, expected)
  await settled()
  assert.deepEqual(timers.running(), [5_000, 500])
  timers.expire(500)
  assert.equal((await waiting).kind, 'verified')
  assert.equal((await verify(token, expected)).kind, 'verified', 'at once')
  const strange = verify(await second.sign(), expected)
  await settled()
  timers.expire(5_000)
  assert.match(await reasonOf(strange), /no answer within 5 seconds/)
})

test('RFC 7517 §5: a key rotates under load, and no token is refused that a published key signed', async () => {
  const published = { keys: first.jwks.keys }
  const { verify, clock, calls } = world(() => Response.json(published))
  const [old, fresh, strange] = await Promise.all([first.sign(long), second.sign(long), unknown.sign(long)])
  const load = () => Promise.all(Array.from({ length: 50 }, (_, at) => verify(at % 2 ? old : fresh, expected)))
  const kinds = async () => [...new Set((await load()).map((found, at) => `${at % 2 ? 'old' : 'new'} ${found.kind}`))]
  assert.deepEqual(await kinds(), ['new refusal', 'old verified'])
  published.keys = both.keys
  clock.advance(30)
  assert.deepEqual(await kinds(), ['new verified', 'old verified'])
  published.keys = second.jwks.keys
  clock.advance(600)
  assert.deepEqual(await kinds(), ['new verified', 'old refusal'])
  assert.equal((await verify(strange, expected)).kind, 'refusal')
  assert.equal(calls.length, 3)
})

test('RFC 9068 §4: a clock that jumps neither revives an expired token nor keeps old keys, and keys are fetched again', async () => {
  const time = { now: start, elapsed: 0 }
  const clock = steadyClock({ now: () => time.now, elapsed: () => time.elapsed })
  const { fetch, calls } = testFetch(fine(first.jwks), fine(second.jwks), fine(both))
  const verify = jwtVerifier({ jwksUri, fetch, clock } satisfies JwtVerifierOptions)
  const token = await first.sign({ exp: start + 60 })
  assert.equal((await verify(token, expected)).kind, 'verified')
  Object.assign(time, { now: start - 86_400, elapsed: 65 })
  const found = await verify(token, expected)
  assert.equal(found.kind === 'refusal' && found.reason, `the token expired at ${start + 60}, and it is ${start + 65}`)
  Object.assign(time, { now: start - 86_400, elapsed: 600 })
  assert.equal((await verify(await first.sign(long), expected)).kind, 'refusal', 'its key is gone')
  assert.equal(calls.length, 2)
  Object.assign(time, { now: start + 40 * 86_400, elapsed: 601 })
  assert.equal((await verify(await first.sign(long), expected)).kind, 'refusal', 'set forward: all has expired')
  assert.equal(calls.length, 3)
  Object.assign(time, { now: start + 602, elapsed: 602 })
  assert.equal((await verify(await first.sign(long), expected)).kind, 'verified', 'set right again: nothing is lost')
})

test('RFC 9068 §4: keys that were fetched in the future, by a clock that is set back and has no other, are fetched again', async () => {
  const { verify, clock, calls } = world(fine(first.jwks))
  await verify(await first.sign(), expected)
  clock.advance(-5)
  assert.equal((await verify(await first.sign(), expected)).kind, 'verified')
  assert.equal(calls.length, 2)
})
