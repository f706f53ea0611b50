// OAuth Client ID Metadata Document
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { documentField, printTimes } from './document-field.ts'

test('OAuth Client ID Metadata Document §5.2: the times of a document are read as they were written, and nothing else is', () => {
  const times = { fetchedAt: epochSeconds(1), freshUntil: epochSeconds(2) }
  assert.deepEqual(documentField.parse(printTimes(times)[documentField.name]), times)
  for (const value of [undefined, null, 7, 'x', {}, { fetched_at: 1 }, { fetched_at: '1', fresh_until: 2 }])
    assert.equal(documentField.parse(value), undefined)
})
