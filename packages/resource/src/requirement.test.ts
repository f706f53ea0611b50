import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestAlternative } from './requirement.ts'
import { catalogue } from './testing/issuer.ts'

const of: typeof catalogue.set = (...tokens) => catalogue.set(...tokens)

test('requirement: what an umbrella scope covers is not missing', () => {
  const { missing } = nearestAlternative(catalogue, of('admin'), of('read_pets', 'read_orders'))
  assert.deepEqual(missing.tokens, [])
})

test('requirement: the alternative that lacks the fewest scopes is named', () => {
  const anyOf = [of('read_pets', 'read_orders'), of('write_pets')] as const
  const nearest = nearestAlternative(catalogue, of('read_orders'), { anyOf })
  assert.deepEqual(nearest.scope.tokens, ['read_pets', 'read_orders'])
  assert.deepEqual(nearest.missing.tokens, ['read_pets'])
})

test('requirement: any covered alternative is enough', () => {
  const anyOf = [of('admin'), of('write_pets')] as const
  const nearest = nearestAlternative(catalogue, of('write_pets'), { anyOf })
  assert.deepEqual(nearest.missing.tokens, [])
})
