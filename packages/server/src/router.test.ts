import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HttpRequest, seconds } from '@ambit/protocol'
import type { Endpoint } from './context.ts'
import { StoreUnavailable } from './ports/store-unavailable.ts'
import { createRouter } from './router.ts'
import { bodyOf, request } from './testing/requests.ts'
import { testWorld, type WorldOverrides } from './testing/world.ts'

const ok: Endpoint['handle'] = async (_, exchange) => ({
  status: 200,
  headers: {},
  body: `${exchange.request.method} ${exchange.requestId}`,
})

const outage = () => Promise.reject(new StoreUnavailable('no route to db.internal', { retryAfter: seconds(2) }))

const endpoints: readonly Endpoint[] = [
  { path: '/plain', methods: ['GET', 'POST'], handle: ok },
  { path: '/open', methods: ['POST'], handle: ok, isCrossOrigin: true },
  { path: '/page', methods: ['GET'], handle: ok, isPage: true },
  { path: '/files/*', methods: ['GET'], handle: ok },
  { path: '/cut-off', methods: ['GET'], handle: outage },
  { path: '/cut-off-page', methods: ['GET'], handle: outage, isPage: true },
  { path: '/broken', methods: ['GET'], handle: () => Promise.reject(new Error('secret detail')) },
  { path: '/broken-page', methods: ['GET'], handle: () => Promise.reject(new Error('secret detail')), isPage: true },
]

async function routing(overrides: WorldOverrides = {}) {
  const world = await testWorld(overrides)
  const handle = createRouter(world.context, endpoints)
  return { ...world, send: (parts: Partial<HttpRequest>) => handle({ ...request(), ...parts }) }
}

test('each answer carries the id of its request', async () => {
  const { send } = await routing()
  const response = await send({ path: '/plain' })
  assert.equal(response.body, `GET ${String(response.headers['x-request-id'])}`)
  assert.ok((await send({ path: '/none' })).headers['x-request-id'])
})

test('RFC 9110 §15.5.5: a path that is nowhere is 404, as JSON or as a page', async () => {
  const { send } = await routing()
  for (const path of ['/none', '/plain/', '/PLAIN', '/files/a/b', '/files', '', '/constructor'])
    assert.equal((await send({ path })).status, 404, path)
  assert.equal(bodyOf(await send({ path: '/none' }))['error'], 'not_found')
  const page = await send({ path: '/none', headers: { accept: 'text/html,*/*' } })
  assert.match(String(page.headers['content-type']), /text\/html/)
})

test('a path that ends in a star serves what is directly below it', async () => {
  const { send } = await routing()
  assert.equal((await send({ path: '/files/a' })).status, 200)
})

test('RFC 9110 §15.5.6: a method that is not allowed is 405, and Allow names those that are', async () => {
  const { send } = await routing()
  const response = await send({ path: '/plain', method: 'DELETE' })
  assert.equal(response.status, 405)
  assert.equal(response.headers['allow'], 'GET, POST, HEAD')
  assert.equal((await send({ path: '/open', method: 'GET' })).headers['allow'], 'POST, OPTIONS')
  assert.match(String((await send({ path: '/page', method: 'PUT' })).headers['content-type']), /text\/html/)
})

test('RFC 9110 §9.3.2: HEAD is GET without the body', async () => {
  const { send } = await routing()
  const response = await send({ path: '/plain', method: 'HEAD' })
  assert.equal(response.status, 200)
  assert.equal(response.body, '')
  assert.equal((await send({ path: '/open', method: 'HEAD' })).status, 405)
})

test('RFC 9700 §2.6: only endpoints that are meant for it answer scripts of other origins', async () => {
  const { send } = await routing()
  const preflight = await send({ path: '/open', method: 'OPTIONS' })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers['access-control-allow-origin'], '*')
  assert.equal(preflight.headers['access-control-allow-methods'], 'POST')
  assert.equal((await send({ path: '/open', method: 'POST' })).headers['access-control-allow-origin'], '*')
  assert.equal((await send({ path: '/plain', method: 'OPTIONS' })).status, 405)
  assert.equal((await send({ path: '/plain' })).headers['access-control-allow-origin'], undefined)
})

test('an exception is told to the operator and answered without a word of it', async () => {
  const { send, events } = await routing()
  const response = await send({ path: '/broken' })
  assert.equal(response.status, 500)
  assert.equal(bodyOf(response)['error'], 'server_error')
  const page = await send({ path: '/broken-page' })
  assert.equal(page.status, 500)
  assert.match(String(page.headers['content-type']), /text\/html/)
  for (const { body } of [response, page]) assert.doesNotMatch(body, /secret detail/)
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['request.failed', 'request.failed'],
  )
})

test('RFC 9110 §15.6.4, §10.2.3: while the store cannot be reached the answer is 503, and says when to try again', async () => {
  const { send, events } = await routing()
  const response = await send({ path: '/cut-off' })
  assert.equal(response.status, 503)
  assert.equal(response.headers['retry-after'], '2')
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(bodyOf(response)['error'], 'temporarily_unavailable')
  const page = await send({ path: '/cut-off-page' })
  assert.equal(page.status, 503)
  assert.equal(page.headers['retry-after'], '2')
  assert.match(String(page.headers['content-type']), /text\/html/)
  for (const { body } of [response, page]) assert.doesNotMatch(body, /db\.internal/)
  assert.deepEqual(
    events.map(event => event.kind === 'request.unavailable' && [event.place, event.because]),
    [
      ['/cut-off', 'no route to db.internal'],
      ['/cut-off-page', 'no route to db.internal'],
    ],
  )
})

test('an exception in the error page itself is answered in JSON', async () => {
  const pages = {
    render: () => {
      throw new Error('no words')
    },
    asset: () => undefined,
    languages: [],
  }
  const { send, events } = await routing({ pages })
  const response = await send({ path: '/broken-page' })
  assert.equal(response.status, 500)
  assert.equal(bodyOf(response)['error'], 'server_error')
  assert.equal(events.length, 2)
})

test('RFC 6797 §7.1: with TLS every answer asks for TLS', async () => {
  assert.match(
    String((await (await routing()).send({ path: '/plain' })).headers['strict-transport-security']),
    /max-age/,
  )
  const local = await routing({ issuer: 'http://localhost:9000' })
  assert.equal((await local.send({ path: '/plain' })).headers['strict-transport-security'], undefined)
})
