import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './near-miss.ts'

test('the nearest known word is found within two typing errors', () => {
  const known = ['issuer', 'port', 'store']
  assert.equal(nearest('isuer', known), 'issuer')
  assert.equal(nearest('PORT', known), 'port')
  assert.equal(nearest('stroe', known), 'store')
  assert.equal(nearest('resources', known), undefined)
})

test('a short word is not near to everything', () => assert.equal(nearest('xy', ['id', 'ttl']), undefined))
