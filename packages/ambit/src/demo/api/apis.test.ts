import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findDisagreements, readOperations } from '@ambit/policy'
import { demoClients } from '../config.ts'
import { type Demo, startDemo } from '../start-demo.ts'
import { callApi, requestToken, tourWorld } from '../tour/world.ts'
import { inventoryPolicy } from './inventory-policy.ts'

let demo: Demo
let token: string

before(async () => {
  demo = await startDemo({ port: 0, store: 'memory' })
  const world = tourWorld(demo, () => {}, fetch)
  const form = { grant_type: 'client_credentials', scope: 'inventory:write', resource: world.inventory }
  token = String((await requestToken(world, 'machine', form)).value['access_token'])
})
after(() => demo.close())

const call = (path: string, body?: object) =>
  callApi(
    tourWorld(demo, () => {}, fetch),
    { path, token, ...(body && { body }) },
  )

test('APIs: the index lists what there is and what it needs', async () => {
  const response = await fetch(demo.places.api)
  const listed: unknown = await response.json()
  assert.partialDeepStrictEqual(listed, [{ method: 'GET', path: '/petstore/pets', scope: ['read_pets'] }])
})

test('RFC 6750 §3: without a token there is a challenge', async () => {
  const response = await fetch(`${demo.places.api}/inventory/orders`)
  assert.equal(response.status, 401)
  const metadata = `${demo.places.api}/.well-known/oauth-protected-resource/inventory`
  assert.equal(
    response.headers.get('www-authenticate'),
    `Bearer realm="inventory", scope="order", resource_metadata="${metadata}"`,
  )
})

test('APIs: `inventory:write` covers `inventory:price:write`', async () => {
  assert.equal((await call('/inventory/prices', { item: 'hay', price: 8 })).status, 200)
})

test('APIs: a body that does not fit is 400, whoever sends it', async () => {
  assert.equal((await call('/inventory/prices', { item: 'hay' })).status, 400)
})

test('RFC 9110 §15.5.6: another method is 405 with those that are allowed', async () => {
  const response = await fetch(`${demo.places.api}/petstore/pets`, { method: 'DELETE' })
  assert.equal(response.status, 405)
  assert.equal(response.headers.get('allow'), 'GET, POST')
})

test('APIs: elsewhere there is nothing', async () => {
  assert.equal((await fetch(`${demo.places.api}/petstore/cats`)).status, 404)
})

test('APIs: prices change within the policy alone: by at most a fifth, in a store of one’s own', async () => {
  await call('/inventory/prices', { item: 'hay', price: 8 })
  for (const [item, wanted, status] of [
    ['hay', 9.7, 403],
    ['hay', 6.3, 403],
    ['hay', 9.6, 200],
    ['straw', 4.5, 200],
  ] as const) {
    const response = await call('/inventory/prices', { item, price: wanted })
    assert.deepEqual([item, wanted, response.status], [item, wanted, status])
    assert.equal(response.headers.get('www-authenticate'), null)
  }
})

test('APIs: whose store it is says the user, or the client that acts for itself', async () => {
  const model = inventoryPolicy(demo.catalogue)
  const straw = { name: 'straw', store: 'harbour', number: 12, price: 4, locked: false }
  const decide = (claims: Readonly<Record<string, unknown>>) => {
    const token = { scope: demo.catalogue.set('inventory:write'), claims }
    return model.decide('item.changeStock', token, { item: straw, input: { number: 1 }, now: 0 })
  }
  const { app, machine } = demoClients
  assert.equal((await decide({ sub: machine, client_id: machine })).kind, 'allow')
  assert.equal((await decide({ client_id: machine })).kind, 'allow')
  assert.equal((await decide({ sub: 'grace', client_id: app })).kind, 'allow')
  for (const [sub, client_id] of [
    ['ada', app],
    [machine, app],
    ['grace', 'grace'],
    ['toString', app],
    [undefined, undefined],
  ])
    assert.partialDeepStrictEqual(await decide({ sub, client_id }), { kind: 'forbidden', rule: 'own store' })
})

test('APIs: an item is found in its own store alone, and a locked one keeps its price', async () => {
  const scope = demo.catalogue.set('inventory:read', 'inventory:price:write')
  const token = { scope, claims: { sub: 'ada', client_id: demoClients.app } }
  const bell = { name: 'bell', store: 'main', number: 3, price: 20, locked: true }
  const policy = inventoryPolicy(demo.catalogue)
  const decision = await policy.decide('item.changePrice', token, { item: bell, input: { price: 21 }, now: 0 })
  assert.partialDeepStrictEqual(decision, { kind: 'forbidden', rule: 'locked' })
  assert.equal((await policy.decide('item.read', token, { item: bell, now: 0 })).kind, 'allow')
})

test('RFC 9728 §3: the metadata of both resources are served', async () => {
  for (const name of ['petstore', 'inventory']) {
    const response = await fetch(`${demo.places.api}/.well-known/oauth-protected-resource/${name}`)
    const metadata: unknown = await response.json()
    assert.partialDeepStrictEqual(metadata, {
      resource: `${demo.places.api}/${name}`,
      authorization_servers: [demo.places.issuer],
    })
  }
})

test('APIs: the OpenAPI document says of each operation what its guard asks, and agrees with the policy', async () => {
  const response = await fetch(`${demo.places.api}/openapi.json`)
  const { operations, problems } = readOperations(await response.json())
  assert.deepEqual(problems, [])
  const { model: policy } = inventoryPolicy(demo.catalogue)
  const inventory = operations.filter(({ path }) => path.startsWith('/inventory/'))
  assert.equal(inventory.length, 6)
  assert.deepEqual(findDisagreements({ catalogue: demo.catalogue, policy, operations: inventory }), [])
  const index = (await (await fetch(demo.places.api)).json()) as readonly {
    method: string
    path: string
    scope: string[]
  }[]
  const routes = index.map(({ method, path, scope }) => ({ method, path, needs: { allOf: scope } }))
  const guarded = operations.filter(({ requirement }) => requirement.kind !== 'public')
  assert.equal(guarded.length, operations.length - 1)
  assert.deepEqual(findDisagreements({ catalogue: demo.catalogue, operations: guarded, routes }), [])
})
