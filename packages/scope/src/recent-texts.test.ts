import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentTexts } from './recent-texts.ts'

test('the last texts are remembered, and what was asked for again outlives the others', () => {
  const recent = new RecentTexts<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('c', 3)
  assert.equal(recent.get('a'), 1)
  recent.set('d', 4)
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map(text => recent.get(text)),
    [1, undefined, 3, 4],
  )
})
