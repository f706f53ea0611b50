import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockPatience } from './node/lock-patience.ts'

test('an error that is no lock is not waited for', () => {
  const patience = new LockPatience(60_000)
  for (const error of [new Error('broken'), Object.assign(new Error('disk I/O error'), { errcode: 10 }), undefined])
    assert.equal(
      patience.retry(error, () => assert.fail('nothing is tried again')),
      false,
    )
})
