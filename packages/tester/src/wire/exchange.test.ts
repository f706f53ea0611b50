import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldValue, fieldValues, type HeaderField, withField } from './exchange.ts'

const headers: readonly HeaderField[] = [
  ['Vary', 'a'],
  ['Authorization', 'Bearer x'],
  ['vary', 'b'],
]

test('RFC 9110 §5.1: the name of a field is the same in any case', () => {
  assert.deepEqual(fieldValues(headers, 'VARY'), ['a', 'b'])
  assert.deepEqual(fieldValues(headers, 'host'), [])
})

test('RFC 9110 §5.3: the values of a field that comes several times are one list', () => {
  assert.equal(fieldValue(headers, 'Vary'), 'a, b')
  assert.equal(fieldValue(headers, 'host'), undefined)
})

test('RFC 9110 §5.2: a field that is set takes the place of all of its name', () => {
  const request = { method: 'GET', origin: 'http://localhost', target: '/', headers }
  assert.deepEqual(withField(request, ['VARY', 'c'], ['vary', 'd']).headers, [
    ['Authorization', 'Bearer x'],
    ['VARY', 'c'],
    ['vary', 'd'],
  ])
})
