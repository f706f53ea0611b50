import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCatalogue } from '../testing/catalogue.ts'
import { heldScope } from './held-scope.ts'

test('RFC 6749 §3.3: a scope that a record holds is read as it was printed, and the same text gives the same set', () => {
  const held = heldScope(testCatalogue, 'openid read_pets')
  assert.deepEqual(held.tokens, ['openid', 'read_pets'])
  assert.equal(heldScope(testCatalogue, 'openid read_pets'), held)
})

test('RFC 6749 §3.3: what the catalogue no longer knows is left out', () => {
  assert.deepEqual(heldScope(testCatalogue, 'read_pets fly').tokens, ['read_pets'])
  assert.equal(heldScope(testCatalogue, 'fly').size, 0)
})

test('RFC 6749 §3.3: no scope at all is the empty set', () => {
  assert.equal(heldScope(testCatalogue, ''), testCatalogue.empty)
})

test('RFC 6749 §3.3: a text that is longer than a request may have is still held', () => {
  const strangers = Array.from({ length: 300 }, (_, index) => `gone_${index}`)
  assert.deepEqual(heldScope(testCatalogue, [...strangers, 'read_pets'].join(' ')).tokens, ['read_pets'])
})
