import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from './define-scopes.ts'
import { meets, nearestAlternative, requirementOf } from './requirement.ts'

const catalogue = defineScopes({
  scopes: { read_pets: {}, read_orders: {}, write_pets: {}, admin: { implies: ['read_pets', 'read_orders'] } },
})
const either = requirementOf(catalogue, { anyOf: [{ allOf: ['read_pets', 'read_orders'] }, 'write_pets'] })

test('requirement: what an umbrella scope covers is not missing', () => {
  const { missing } = nearestAlternative(catalogue, catalogue.set('admin'), either)
  assert.deepEqual(missing.tokens, [])
})

test('requirement: the alternative that lacks the fewest scopes is named', () => {
  const nearest = nearestAlternative(catalogue, catalogue.set('read_orders'), either)
  assert.deepEqual(nearest.scope.tokens, ['read_pets', 'read_orders'])
  assert.deepEqual(nearest.missing.tokens, ['read_pets'])
})

test('requirement: the first declared alternative is named where several lack as few', () => {
  const nearest = nearestAlternative(
    catalogue,
    catalogue.empty,
    requirementOf(catalogue, { anyOf: ['write_pets', 'read_pets'] }),
  )
  assert.deepEqual(nearest.scope.tokens, ['write_pets'])
})

test('requirement: any covered alternative is enough, and a part of one is not', () => {
  assert.equal(meets(catalogue, catalogue.set('write_pets'), either), true)
  assert.equal(meets(catalogue, catalogue.set('admin'), either), true)
  assert.equal(meets(catalogue, catalogue.set('read_pets'), either), false)
})

test('requirement: all of none is met by a token without scope', () => {
  assert.equal(meets(catalogue, catalogue.empty, requirementOf(catalogue, { allOf: [] })), true)
})

test('requirement: one scope stands for itself', () =>
  assert.deepEqual(requirementOf(catalogue, 'read_pets').anyOf[0].tokens, ['read_pets']))

test('requirement: a misspelt scope neither compiles nor runs', () => {
  // @ts-expect-error: not in the catalogue
  assert.throws(() => requirementOf(catalogue, { anyOf: ['read_pet'] }), /unknown scope `read_pet`/)
})
