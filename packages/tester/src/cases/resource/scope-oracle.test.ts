import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import type { ApiOperation } from '../../target/api-operation.ts'
import {
  allThatDoNotOpen,
  asksForScope,
  expectationOf,
  type OracleApi,
  reaches,
  tooLittle,
  triedScopes,
} from './scope-oracle.ts'

const catalogue = defineScopes({
  scopes: {
    order: {},
    'order:items': {},
    'stock:write': {},
    'stock:price:write': {},
    'account:{id}:read': { parameters: { id: 'string' } },
    everything: { implies: ['order', 'stock:write'] },
    profile: {},
  },
})

function operation(key: string, ...anyOf: readonly (readonly string[])[]): ApiOperation {
  const [first, ...others] = anyOf.map(allOf => ({ allOf }))
  return {
    key,
    method: 'GET',
    path: key.slice(4),
    tags: [],
    requirement: { kind: 'public' },
    enforcement: first === undefined ? { kind: 'public' } : { kind: 'token', needs: { anyOf: [first, ...others] } },
    schemes: [],
    parameters: [],
    responses: {},
    isWrite: false,
  }
}

const items = operation('GET /items', ['order:items'])
const price = operation('GET /price', ['stock:price:write', 'order'])
const either = operation('GET /either', ['order'], ['stock:write'])
const anyToken = operation('GET /any', [])
const api: OracleApi = {
  catalogue,
  declaredScopes: new Map([['order:items', '']]),
  operations: [items, price, either, anyToken],
}

test('oracle: what covers opens, and the sentence says what covers what', () => {
  assert.deepEqual(expectationOf(api, items, ['order']), { expected: 'allowed', rule: 'order covers order:items' })
  assert.deepEqual(expectationOf(api, items, ['order:items']), { expected: 'allowed', rule: 'it needs order:items' })
  assert.deepEqual(expectationOf(api, price, ['everything']), {
    expected: 'allowed',
    rule: 'everything covers stock:price:write, and it needs order'.replace(
      'it needs order',
      'everything covers order',
    ),
  })
  assert.deepEqual(expectationOf(api, anyToken, []), { expected: 'allowed', rule: 'any good token opens it' })
})

test('oracle: what does not cover is refused, and the sentence says what is wanted', () => {
  assert.deepEqual(expectationOf(api, price, ['order']), {
    expected: 'refused',
    rule: 'order does not cover stock:price:write and order',
  })
  assert.deepEqual(expectationOf(api, either, []), { expected: 'refused', rule: 'it needs order, or stock:write' })
  assert.equal(expectationOf(api, operation('GET /none'), ['order']).rule, 'no token opens it')
})

test('oracle: an unknown scope reaches itself alone', () => {
  assert.equal(reaches(catalogue, ['ORDER'], ['order']), false)
  assert.equal(reaches(catalogue, ['tester'], ['tester']), true)
})

test('oracle: tried are the declared, the needed and whatever covers them; nothing with an open parameter', () => {
  assert.deepEqual(triedScopes(api), ['order:items', 'stock:price:write', 'order', 'stock:write', 'everything'])
})

test('oracle: all others together leave out whatever would open', () => {
  assert.deepEqual(allThatDoNotOpen(api, price), ['order:items', 'stock:price:write', 'stock:write'])
  assert.deepEqual(tooLittle(api, items), ['stock:price:write'])
  assert.deepEqual([items, anyToken].map(asksForScope), [true, false])
})

test('oracle: what is unknown is covered by nothing but itself', () => {
  assert.equal(reaches(catalogue, ['everything'], ['tester']), false)
  assert.equal(reaches(catalogue, ['order'], ['order', 'tester']), false)
})
