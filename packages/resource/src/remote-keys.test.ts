import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtVerifier } from './jwt-verifier.ts'
import { type Answering, issuer, resource, testClock, testFetch, testKey } from './testing/issuer.ts'

const jwksUri = 'https://as.example/jwks'
const expected = { issuer, audience: resource }
const first = await testKey('first')
const second = await testKey('second')
const unknown = await testKey('unknown')

const fine = (keys: unknown) => () => Response.json(keys)
const broken = () => new Response('', { status: 500 })
const both = { keys: [...first.jwks.keys, ...second.jwks.keys] }

function world(...answers: readonly Answering[]) {
  const clock = testClock()
  const { fetch, calls } = testFetch(...answers)
  return { clock, calls, verify: jwtVerifier({ jwksUri, fetch, clock }) }
}

const long = { exp: 1_800_000_000 }

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
})

test('RFC 7517 §4.5: an unknown kid fetches again, so that a rotated key is found', async () => {
  const { verify, calls, clock } = world(fine(first.jwks), fine(both))
  await verify(await first.sign(), expected)
  clock.advance(30)
  assert.equal((await verify(await second.sign(), expected)).kind, 'verified')
  assert.equal(calls.length, 2)
})

test('RFC 7517 §4.5: unknown kids lead to one fetch within the cooldown, whatever their number', async () => {
  const { verify, calls, clock } = world(fine(first.jwks))
  const strange = await unknown.sign()
  for (let each = 0; each < 10; each++) assert.equal((await verify(strange, expected)).kind, 'refusal')
  assert.equal(calls.length, 1)
  clock.advance(30)
  await Promise.all([verify(strange, expected), verify(strange, expected)])
  assert.equal(calls.length, 2)
})

for (const [name, answer] of [
  ['an error', broken],
  ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
  ['something that is no key set', fine({ keys: 'none' })],
] as const)
  test(`RFC 9068 §4: without keys nobody can tell: ${name}`, async () => {
    const { verify, calls, clock } = world(answer, fine(first.jwks))
    const token = await first.sign()
    assert.equal((await verify(token, expected)).kind, 'unavailable')
    assert.equal((await verify(token, expected)).kind, 'unavailable')
    assert.equal(calls.length, 1)
    clock.advance(2)
    assert.equal((await verify(token, expected)).kind, 'verified')
  })

test('RFC 9068 §4: an unknown kid that cannot be looked up is not called invalid', async () => {
  const { verify, clock } = world(fine(first.jwks), broken)
  await verify(await first.sign(), expected)
  clock.advance(30)
  assert.equal((await verify(await second.sign(), expected)).kind, 'unavailable')
})

test('RFC 7517 §5: old keys serve while they cannot be fetched, but not for ever', async () => {
  const { verify, calls, clock } = world(fine(first.jwks), broken)
  const token = await first.sign(long)
  await verify(token, expected)
  clock.advance(600)
  assert.equal((await verify(token, expected)).kind, 'verified')
  assert.equal(calls.length, 2)
  clock.advance(3600)
  assert.equal((await verify(token, expected)).kind, 'unavailable')
})

test('RFC 7517 §5: a key that was taken out serves no longer than the cache', async () => {
  const { verify, clock } = world(fine(first.jwks), fine(second.jwks))
  const token = await first.sign(long)
  await verify(token, expected)
  clock.advance(600)
  assert.equal((await verify(token, expected)).kind, 'refusal')
})
