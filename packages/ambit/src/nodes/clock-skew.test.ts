import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aheadOf, skewLevelOf } from './clock-skew.ts'

test('the store was asked in the middle between question and answer', () => {
  assert.equal(aheadOf({ sentAt: 10_000, receivedAt: 10_200, storeMillis: 10_100 }), 0)
  assert.equal(aheadOf({ sentAt: 12_000, receivedAt: 12_200, storeMillis: 10_100 }), 2_000)
  assert.equal(aheadOf({ sentAt: 8_000, receivedAt: 8_200, storeMillis: 10_100 }), -2_000)
})

test('more than a second is noticeable, more than five are severe, on either side', () => {
  const levelAt = (ahead: number) => skewLevelOf({ sentAt: ahead, receivedAt: ahead, storeMillis: 0 })
  assert.deepEqual([0, 1_000, 1_001, 5_000, 5_001].map(levelAt), ['none', 'none', 'noticeable', 'noticeable', 'severe'])
  assert.deepEqual([-1_000, -1_001, -5_001].map(levelAt), ['none', 'noticeable', 'severe'])
})

test('a slow answer is no skew: half the round trip is not certain', () => {
  assert.equal(skewLevelOf({ sentAt: 0, receivedAt: 12_000, storeMillis: 0 }), 'none')
  assert.equal(skewLevelOf({ sentAt: 0, receivedAt: 2_000, storeMillis: 3_001 }), 'noticeable')
})
