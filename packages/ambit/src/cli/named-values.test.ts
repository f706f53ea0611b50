import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNamedValues } from './named-values.ts'

test('a named value is JSON, or else a text, and may hold further equals signs', () => {
  const values = readNamedValues(['on=true', 'list=["a"]', 'url=https://a.example/?b=c', 'empty='])
  assert.deepEqual(values, { on: true, list: ['a'], url: 'https://a.example/?b=c', empty: '' })
})

test('what has no name is refused', () => {
  assert.equal(readNamedValues(['on=true', '=true']), '`=true`: `name=value` is wanted')
  assert.equal(readNamedValues(['on']), '`on`: `name=value` is wanted')
})
