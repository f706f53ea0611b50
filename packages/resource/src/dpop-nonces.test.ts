import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statelessNonces } from './dpop-nonces.ts'
import { testClock } from './testing/issuer.ts'

const secret = 'a secret of more than 32 characters'

test('RFC 9449 §8: a nonce counts, then ages, then is unknown', async () => {
  const clock = testClock()
  const nonces = statelessNonces({ secret, ttl: 100, clock })
  const nonce = await nonces.current()
  assert.match(nonce, /^[A-Za-z0-9_-]{43}$/)
  assert.equal(await nonces.judge(nonce), 'current')
  clock.advance(100)
  assert.equal(await nonces.judge(nonce), 'ageing')
  assert.notEqual(await nonces.current(), nonce)
  clock.advance(100)
  assert.equal(await nonces.judge(nonce), 'unknown')
})

test('RFC 9449 §9: nodes that share a secret know each other’s nonces, also where their clocks differ', async () => {
  const [ours, theirs] = [testClock(), testClock()]
  theirs.advance(120)
  const nonce = await statelessNonces({ secret, clock: theirs }).current()
  assert.equal(await statelessNonces({ secret, clock: ours }).judge(nonce), 'current')
})

test('RFC 9449 §9: a nonce of somebody else is unknown', async () => {
  const clock = testClock()
  const foreign = await statelessNonces({ secret: secret.toUpperCase(), clock }).current()
  const nonces = statelessNonces({ secret, clock })
  for (const nonce of [foreign, '', 'undefined']) assert.equal(await nonces.judge(nonce), 'unknown')
})

test('RFC 9449 §8: a secret that could be guessed is refused', () => {
  assert.throws(() => statelessNonces({ secret: 'short' }), /at least 32/)
  assert.throws(() => statelessNonces({ secret, ttl: 0 }), /one second or more/)
})

test('RFC 9449 §8: nonces of many slots are not kept', async () => {
  const clock = testClock()
  const nonces = statelessNonces({ secret, ttl: 1, clock })
  for (let at = 0; at < 20; at++) {
    assert.equal(await nonces.judge(await nonces.current()), 'current')
    clock.advance(1)
  }
})
