import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Access } from '@ambit/resource'
import { atEndOf, runtimeTimer } from './expiry.ts'

function begin(expiresAt: number | undefined, now: number) {
  const begun: number[] = []
  const ended: string[] = []
  const timer = (milliseconds: number, expire: () => void) => {
    begun.push(milliseconds)
    expire()
    return () => void ended.push('called off')
  }
  const access = { ...(expiresAt !== undefined && { expiresAt }) } as Access
  const callOff = atEndOf(
    { now: () => now, timer },
    { kind: 'pass', access, headers: {} },
    () => void ended.push('ended'),
  )
  callOff()
  return { begun, ended }
}

describe('what a token opened ends with the token', () => {
  test('in so many milliseconds', () =>
    assert.deepEqual(begin(160, 100), { begun: [60_000], ended: ['ended', 'called off'] }))
  test('at once, where it has ended', () => assert.deepEqual(begin(90, 100).begun, [0]))
  test('never, where it does not say when it ends', () =>
    assert.deepEqual(begin(undefined, 100), { begun: [], ended: [] }))
  test('never, where that is further away than timers reach', () => {
    assert.deepEqual(begin(2_147_484, 0).begun, [])
    assert.deepEqual(begin(2_147_483, 0).begun, [2_147_483_000])
  })
  test('never, where nobody had to show one', () => {
    const timer = () => assert.fail('no timer is wanted')
    atEndOf({ now: () => 0, timer }, { kind: 'pass', headers: {} }, () => assert.fail())()
  })
})

test('the runtime\u2019s own timer can be called off', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const keepAlive = setTimeout(() => {}, 1000)
  runtimeTimer(0, () => resolve('late'))
  runtimeTimer(0, () => resolve('called off'))()
  assert.equal(await promise, 'late')
  clearTimeout(keepAlive)
})
