import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationInWords, timeInWords } from './durations.ts'

const spans = [
  [0, '0 seconds', '0 Sekunden'],
  [1, '1 second', '1 Sekunde'],
  [30, '30 seconds', '30 Sekunden'],
  [60, '1 minute', '1 Minute'],
  [90, '90 seconds', '90 Sekunden'],
  [600, '10 minutes', '10 Minuten'],
  [601, '11 minutes', '11 Minuten'],
  [3600, '1 hour', '1 Stunde'],
  [5400, '90 minutes', '90 Minuten'],
  [86_400, '1 day', '1 Tag'],
  [30 * 86_400, '30 days', '30 Tage'],
  [30 * 86_400 + 1, '31 days', '31 Tage'],
] as const

for (const [seconds, english, german] of spans) {
  test(`${seconds} s are ${english}`, () => {
    assert.equal(durationInWords(seconds, 'en'), english)
    assert.equal(durationInWords(seconds, 'de'), german)
  })
}

test('a point in time says that it is in UTC', () => {
  assert.match(timeInWords(0, 'en'), /^January 1, 1970 at 12:00\sAM UTC$/)
  assert.match(timeInWords(0, 'de'), /^1\. Januar 1970 um 00:00 UTC$/)
})
