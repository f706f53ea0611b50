import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes, meets } from '@ambit/scope'
import fc from 'fast-check'
import { policy, readOperations } from '../index.ts'
import { findDisagreements } from './find-disagreements.ts'
import { compareRequirements, type RouteGuard } from './statement.ts'

const scopes = defineScopes({
  scopes: {
    order: {},
    'order:items': {},
    'inventory:write': {},
    'inventory:price:write': {},
    admin: { implies: ['order'] },
  },
})

const shop = policy(scopes)
  .objects<{ order: { store: string }; price: { amount: number } }>()
  .actions({
    order: order => ({ list: order.needs('order'), items: order.needs('order:items') }),
    price: price => ({
      change: price.needs({ anyOf: ['inventory:price:write', { allOf: ['admin', 'order:items'] }] }),
    }),
  })

type Security = readonly Readonly<Record<string, readonly string[]>>[]

/** A document with the given operations: method and path, and what they say of themselves. */
function documentOf(operations: Readonly<Record<string, object>>) {
  const paths: Record<string, Record<string, object>> = {}
  for (const [place, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = place.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: { responses: {}, ...operation } }
  }
  const flows = { clientCredentials: { tokenUrl: 'https://as.example/token', scopes: {} } }
  const securitySchemes = { oauth: { type: 'oauth2', flows }, key: { type: 'apiKey', name: 'k', in: 'header' } }
  return {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    servers: [{ url: 'https://api.example/v1' }],
    paths,
    components: { securitySchemes },
  }
}

const operationsOf = (operations: Readonly<Record<string, object>>) => readOperations(documentOf(operations)).operations
const oauth = (...alternatives: readonly (readonly string[])[]): { security: Security } => ({
  security: alternatives.map(each => ({ oauth: each })),
})

const agreeing = {
  'GET /orders': { operationId: 'order.list', ...oauth(['order']) },
  'GET /orders/{id}/items': { 'x-ambit-action': 'order.items', ...oauth(['order:items']) },
  'POST /prices': { operationId: 'changePrice', ...oauth(['inventory:price:write'], ['admin', 'order:items']) },
  'GET /about': { security: [] },
}
const actionOf = { changePrice: 'price.change' }
const routes: readonly RouteGuard[] = [
  { method: 'get', path: '/orders', needs: 'order', place: 'routes.ts:3' },
  { method: 'GET', path: '/v1/orders/:id/items', action: 'order.items' },
  { method: 'POST', path: '/prices', action: 'price.change' },
  { method: 'GET', path: '/about', isPublic: true },
]
const all = { catalogue: scopes, policy: shop.model, operations: operationsOf(agreeing), routes, actionOf }

test('agreement: sources that say the same have nothing between them', () => {
  assert.deepEqual(findDisagreements(all), [])
  const { catalogue, operations, policy: model } = all
  assert.deepEqual(findDisagreements({ catalogue, operations, policy: model, actionOf }), [])
  assert.deepEqual(findDisagreements({ catalogue, operations, routes }), [])
  assert.deepEqual(
    findDisagreements({ catalogue, policy: model, routes: routes.slice(1) }).map(({ kind, operation }) => [
      kind,
      operation,
    ]),
    [['missing', 'order.list']],
  )
})

const changed = (place: keyof typeof agreeing, change: object) =>
  findDisagreements({ ...all, operations: operationsOf({ ...agreeing, [place]: { ...agreeing[place], ...change } }) })

test('agreement: a document that asks for a narrower scope lets more tokens through, and both places are told', () => {
  const [withPolicy, withCode, ...others] = changed('GET /orders', oauth(['order:items']))
  assert.deepEqual(withPolicy, {
    kind: 'wider',
    operation: 'GET /orders',
    first: { source: 'openapi', at: '/paths/~1orders/get/security', says: 'wants `order:items`' },
    second: { source: 'policy', at: 'order.list', says: 'wants `order`' },
    message:
      'GET /orders: the document wants `order:items` (/paths/~1orders/get/security), the policy wants `order` (order.list)',
  })
  assert.deepEqual(withCode?.second, { source: 'code', at: 'routes.ts:3', says: 'wants `order`' })
  assert.deepEqual(others, [])
})

test('agreement: code that lets everybody in beside a guard of the same route is told, without a document too', () => {
  const open: RouteGuard = { method: 'get', path: '/orders/:order/items', isPublic: true, place: 'old.ts:9' }
  const kinds = (guard: RouteGuard) =>
    findDisagreements({ catalogue: scopes, policy: shop.model, routes: [guard, open] })
      .filter(({ kind }) => kind === 'public')
      .map(({ first, second }) => [first.at, second.source, second.at])
  assert.deepEqual(kinds({ method: 'GET', path: '/orders/{id}/items', action: 'order.items' }), [
    ['old.ts:9', 'policy', 'order.items'],
  ])
  assert.deepEqual(kinds({ method: 'GET', path: '/orders/{id}/items', needs: 'order:items', place: 'new.ts:1' }), [
    ['old.ts:9', 'code', 'new.ts:1'],
  ])
  assert.deepEqual(kinds({ method: 'POST', path: '/orders/{id}/items', action: 'order.items' }), [])
})

test('agreement: a document that cannot be enforced as it is written hides no code that lets everybody in', () => {
  for (const security of [[{ key: [] }], [{ oauth: ['prices'] }]]) {
    const operations = operationsOf({ 'POST /prices': { security } })
    const open: RouteGuard = { method: 'POST', path: '/prices', isPublic: true }
    const found = findDisagreements({ catalogue: scopes, operations, routes: [open] })
    assert.ok(found.some(({ kind, first }) => kind === 'public' && first.source === 'code'))
    assert.equal(found.length, 2)
  }
})

const table = [
  ['narrower', 'GET /orders/{id}/items', oauth(['order'])],
  ['narrower', 'POST /prices', oauth(['inventory:price:write'])],
  ['narrower', 'POST /prices', oauth(['inventory:write'])],
  ['wider', 'POST /prices', oauth(['inventory:price:write'], ['order:items'])],
  ['other', 'GET /orders/{id}/items', oauth(['inventory:write'])],
  ['public', 'GET /orders/{id}/items', { security: [] }],
  ['public', 'GET /orders/{id}/items', { security: [{}, { oauth: ['order:items'] }] }],
  ['unknown_scope', 'POST /prices', oauth(['prices'])],
  ['more_than_token', 'POST /prices', { security: [{ key: [] }] }],
  ['more_than_token', 'POST /prices', { security: [{ key: [], oauth: ['inventory:price:write'] }] }],
] as const

for (const [index, [kind, place, change]] of table.entries())
  test(`agreement: a document is found ${kind} (${index})`, () => {
    const found = changed(place, change)
    assert.deepEqual(
      found.map(each => [each.kind, each.operation, each.first.source]),
      [[kind, place, 'openapi']],
    )
  })

test('agreement: an alternative that wants more than a token counts for nothing beside one that does not', () => {
  assert.deepEqual(changed('GET /orders', { security: [{ key: [], oauth: [] }, { oauth: ['order'] }] }), [])
})

test('agreement: code that lets everybody in is found', () => {
  const open = routes.map(route =>
    route.path === '/orders' ? { method: 'GET', path: '/orders', isPublic: true as const } : route,
  )
  const found = findDisagreements({ ...all, routes: open })
  assert.deepEqual(
    found.map(({ kind, first, second }) => [kind, first.source, second.source]),
    [
      ['public', 'code', 'openapi'],
      ['public', 'code', 'policy'],
    ],
  )
})

test('agreement: code with a scope that nobody declared is told once', () => {
  const wrong = routes.map(route => (route.path === '/orders' ? { ...route, needs: 'orders' } : route))
  const found = findDisagreements({ ...all, routes: wrong })
  assert.deepEqual(
    found.map(({ kind, first }) => [kind, first.at]),
    [['unknown_scope', 'routes.ts:3']],
  )
  const none = [{ method: 'GET', path: '/orders', needs: { allOf: ['order', 'nope'] } }]
  assert.equal(
    findDisagreements({
      catalogue: scopes,
      operations: operationsOf({ 'GET /orders': oauth(['order']) }),
      routes: none,
    })[0]?.kind,
    'unknown_scope',
  )
})

const missingIn = (sources: Partial<typeof all>) =>
  findDisagreements({ ...all, ...sources }).map(({ kind, operation, second }) => [kind, operation, second.source])

test('agreement: what one source has and another has not is missing there', () => {
  const { 'GET /orders': _list, ...fewer } = agreeing
  assert.deepEqual(missingIn({ operations: operationsOf(fewer) }), [
    ['missing', 'GET /orders', 'openapi'],
    ['missing', 'order.list', 'openapi'],
  ])
  assert.deepEqual(missingIn({ routes: routes.slice(1) }), [['missing', 'GET /orders', 'code']])
  assert.deepEqual(
    missingIn({ actionOf: {} as typeof actionOf, routes: routes.filter(({ path }) => path !== '/prices') }),
    [
      ['missing', 'POST /prices', 'policy'],
      ['missing', 'POST /prices', 'code'],
      ['missing', 'price.change', 'openapi'],
    ],
  )
})

test('agreement: an action that the policy does not have is told where it is named', () => {
  const found = changed('GET /orders/{id}/items', { 'x-ambit-action': 'order.itms' })
  assert.deepEqual(
    found.map(({ kind, first }) => [kind, first.source, first.says]),
    [
      ['missing', 'openapi', 'takes it for the action `order.itms`'],
      ['action', 'openapi', 'takes it for the action `order.itms`'],
    ],
  )
})

test('agreement: code that asks for another action than the document names is found', () => {
  const swap = (each: RouteGuard): RouteGuard =>
    'action' in each && each.action === 'order.items' ? { ...each, action: 'order.list' } : each
  const found = findDisagreements({ ...all, routes: routes.map(swap) })
  assert.deepEqual(
    found.map(({ kind, second }) => [kind, second.says]),
    [
      ['action', 'takes it for the action `order.list`'],
      ['wider', 'wants `order`'],
    ],
  )
})

test('agreement: routes are matched as frameworks write them, with or without the base path, and each of several is compared', () => {
  const operations = operationsOf({ 'GET /a/{x}/b.json': oauth(['order']) })
  for (const path of ['/a/:id/b.json', '/v1/a/{y}/b.json', '/a/:id(\\d+)/b.json'])
    assert.deepEqual(
      findDisagreements({ catalogue: scopes, operations, routes: [{ method: 'GET', path, needs: 'order' }] }),
      [],
    )
  const twice = [
    { method: 'GET', path: '/a/:x/b.json', needs: 'order' },
    { method: 'GET', path: '/a/:x/b.json', needs: 'admin' },
  ] as const
  assert.deepEqual(
    findDisagreements({ catalogue: scopes, operations, routes: twice }).map(({ kind }) => kind),
    ['wider'],
  )
  const elsewhere = findDisagreements({
    catalogue: scopes,
    operations,
    routes: [{ method: 'POST', path: '/a/:x/b.json', needs: 'order' }],
  })
  assert.deepEqual(
    elsewhere.map(({ second }) => second.source),
    ['code', 'openapi'],
  )
})

test('agreement: names that every object has are no actions', () => {
  const operations = operationsOf({ 'GET /x': { operationId: 'constructor', security: [] } })
  assert.deepEqual(findDisagreements({ catalogue: scopes, operations, actionOf: {} }), [])
})

test('agreement: a requirement is wider exactly where it opens for a token for which the other does not', () => {
  const names = ['order', 'order:items', 'inventory:write', 'inventory:price:write', 'admin'] as const
  const setOf = fc.subarray([...names]).map(held => scopes.set(...held))
  const requirement = fc
    .tuple(setOf, fc.array(setOf, { maxLength: 2 }))
    .map(([first, others]) => ({ anyOf: [first, ...others] as const }))
  const tokens = Array.from({ length: 2 ** names.length }, (_, bits) =>
    scopes.set(...names.filter((_name, at) => bits & (1 << at))),
  )
  fc.assert(
    fc.property(requirement, requirement, (a, b) => {
      const onlyA = tokens.some(token => meets(scopes, token, a) && !meets(scopes, token, b))
      const onlyB = tokens.some(token => meets(scopes, token, b) && !meets(scopes, token, a))
      const wanted = onlyA ? (onlyB ? 'other' : 'wider') : onlyB ? 'narrower' : 'same'
      assert.equal(compareRequirements(scopes, a, b), wanted)
    }),
    { seed: 5, numRuns: 300 },
  )
})
