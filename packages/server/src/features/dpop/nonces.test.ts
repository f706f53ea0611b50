// RFC 9449 §8
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../testing/ports.ts'
import { testWorld } from '../../testing/world.ts'
import { currentNonce, isGoodNonce } from './nonces.ts'

test('RFC 9449 §8.1: a nonce has the characters that one may have, and tells nothing of the time', async () => {
  const { context, clock } = await testWorld()
  const first = await currentNonce(context)
  clock.advance(120)
  const second = await currentNonce(context)
  for (const nonce of [first, second]) assert.match(nonce, /^[A-Za-z0-9_-]{43}$/)
  assert.notEqual(first, second)
})

test('RFC 9449 §8.2: a nonce counts for a span after the one in which it was handed out, and then no more', async () => {
  const { context, clock } = await testWorld()
  const nonce = await currentNonce(context)
  for (const [by, isGood] of [
    [0, true],
    [119, true],
    [1, true],
    [119, true],
    [1, false],
  ] as const) {
    clock.advance(by)
    assert.equal(await isGoodNonce(context, nonce), isGood, `at ${clock.now()}`)
  }
})

test('RFC 9449 §8: processes with one store know each other’s nonces, also where a clock is a little ahead', async () => {
  const { context } = await testWorld()
  const ahead = testClock()
  ahead.advance(120)
  const elsewhere = { ...context, store: { ...context.store }, clock: ahead }
  assert.equal(await isGoodNonce(context, await currentNonce(elsewhere)), true)
  assert.equal(await isGoodNonce(elsewhere, await currentNonce(context)), true)
  ahead.advance(120)
  assert.equal(await isGoodNonce(context, await currentNonce(elsewhere)), false)
})

test('RFC 9449 §8: the nonce of another server is none of ours', async () => {
  const [one, two] = [await testWorld(), await testWorld()]
  assert.equal(await isGoodNonce(one.context, await currentNonce(two.context)), false)
  assert.equal(await isGoodNonce(one.context, ''), false)
})
