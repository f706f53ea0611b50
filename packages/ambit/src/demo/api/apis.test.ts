import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Demo, startDemo } from '../start-demo.ts'
import { callApi, requestToken, tourWorld } from '../tour/world.ts'

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
  assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="inventory", scope="order"')
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
