import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from './backoff.ts'

test('an accident is mended at once; who ends again and again is waited for, longer and longer, at most ten seconds', () => {
  const backoff = new Backoff()
  assert.equal(backoff.after(60_000), 0)
  assert.deepEqual(
    Array.from({ length: 10 }, () => backoff.after(50)),
    [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000],
  )
  assert.equal(backoff.after(10_000), 0, 'a long life in between forgives')
  assert.equal(backoff.after(50), 0)
  assert.equal(backoff.after(50), 100)
})
