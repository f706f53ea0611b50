import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PolicyModel } from '@ambit/policy'
import { type Catalogue, defineScopes, requirementOf } from '@ambit/scope'
import type { ApiOperation } from '../target/api-operation.ts'
import type { ApiTarget } from '../target/target.ts'
import { leastScopeOf, reaches } from './least-scope.ts'

const scopes = defineScopes({
  verbs: { read: {}, write: {} },
  scopes: { order: {}, 'order:items': {}, 'order:refund': {}, stock: {}, admin: { implies: ['order', 'stock'] } },
})

function operationOf(key: string, anyOf: readonly (readonly string[])[], action?: string): ApiOperation {
  const [method = '', path = ''] = key.split(' ')
  const [first = [], ...others] = anyOf
  const needs = { anyOf: [{ allOf: first }, ...others.map(allOf => ({ allOf }))] as const }
  return {
    key,
    method,
    path,
    tags: [],
    requirement: { kind: 'public' },
    enforcement: anyOf.length === 0 ? { kind: 'public' } : { kind: 'token', needs },
    schemes: ['oauth'],
    parameters: [],
    responses: {},
    isWrite: false,
    ...(action !== undefined && { action }),
  }
}

const list = operationOf('GET /orders', [['admin'], ['order'], ['order:items', 'stock']])
const items = operationOf('GET /items', [['order:items']])
const refund = operationOf('POST /refund', [['order:refund']])
const count = operationOf('GET /stock', [['stock']])
const open = operationOf('GET /name', [])
const any = operationOf('GET /me', [[]])

function apiOf(operations: readonly ApiOperation[], change: Partial<ApiTarget> = {}): ApiTarget {
  const catalogue: Catalogue = scopes
  return {
    title: 'shop',
    origin: 'https://api.example',
    operations,
    publicOperations: new Set(),
    declaredScopes: new Map(),
    catalogue,
    resources: [],
    headers: [],
    revocationWindow: 0,
    olderPaths: [],
    ...change,
  }
}

describe('leastScopeOf', () => {
  test('RFC 9700 §2.3: the alternative that opens as little else as possible', () => {
    const api = apiOf([list, items, refund, count, open, any])
    // `admin` opens all four, `order` all but the stock, and the pair all but the refund
    assert.deepEqual(leastScopeOf(api, list), ['order'])
    assert.deepEqual(leastScopeOf(apiOf([list, items, refund]), list), ['order:items', 'stock'])
    assert.deepEqual(leastScopeOf(api, items), ['order:items'])
  })

  test('where as little is opened, the fewest scopes; what others cover is left out', () => {
    const operation = operationOf('GET /x', [
      ['order:items', 'stock'],
      ['order', 'order:items'],
    ])
    assert.deepEqual(leastScopeOf(apiOf([operation]), operation), ['order'])
  })

  test('no scope where none is needed', () => {
    assert.deepEqual(leastScopeOf(apiOf([any]), any), [])
    assert.deepEqual(leastScopeOf(apiOf([open]), open), [])
  })

  test('a scope that the catalogue does not know covers itself alone', () => {
    const strange = operationOf('GET /x', [['strange', 'order']])
    assert.deepEqual(leastScopeOf(apiOf([strange]), strange), ['strange', 'order'])
    assert.equal(reaches(scopes, ['strange'], ['strange']), true)
    assert.equal(reaches(scopes, ['strange'], ['stranger']), false)
    assert.equal(reaches(scopes, ['admin'], ['order:items']), true)
  })

  test('the policy decides where it knows the action', () => {
    const model = { name: 'order.list', resource: 'order', rules: [], facts: [], isHidden: false }
    const action = { ...model, requirement: requirementOf(scopes, 'order:items') }
    const shop: PolicyModel = { catalogue: scopes, actions: new Map([['order.list', action]]), levels: [] }
    const named = operationOf('GET /orders', [['order']], 'order.list')
    assert.deepEqual(leastScopeOf(apiOf([named], { policy: shop }), named), ['order:items'])
    const unnamed = operationOf('GET /orders', [['order']], 'order.other')
    assert.deepEqual(leastScopeOf(apiOf([unnamed], { policy: shop }), unnamed), ['order'])
  })
})
