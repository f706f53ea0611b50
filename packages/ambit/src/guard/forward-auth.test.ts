// RFC 6750 §3
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { startWorld } from './testing/world.ts'

const start = (t: TestContext, config: object = {}) =>
  startWorld(t, { config: { upstream: undefined, proxy: 'traefik', ...config } })
const about = (method: string, uri: string) => ({ 'x-forwarded-method': method, 'x-forwarded-uri': uri })
const nginxAbout = (method: string, uri: string) => ({ 'x-original-method': method, 'x-original-uri': uri })

describe('a proxy that asks', () => {
  test('is told who calls', async t => {
    const { ask, bearer, issuer } = await start(t)
    const response = await ask('/check', { headers: { ...(await bearer('read')), ...about('GET', '/v1/things?a=1') } })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.deepEqual(
      ['subject', 'client', 'scope', 'issuer'].map(name => response.headers.get(`x-auth-${name}`)),
      ['ada', 'shop', 'read', issuer],
    )
  })

  test('is told nothing of a caller who did not have to say', async t => {
    const { ask } = await start(t)
    const response = await ask('/check', { headers: { ...about('GET', '/v1/open'), 'x-auth-subject': 'eve' } })
    assert.equal(response.status, 200)
    assert.ok(![...response.headers.keys()].some(name => name.startsWith('x-auth-')))
  })

  test('gets what the client is to be told', async t => {
    const { ask, bearer } = await start(t)
    const none = await ask('/check', { headers: about('GET', '/v1/things') })
    assert.equal(none.status, 401)
    assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer realm="https:\/\/api\.example", scope="read"/)
    const little = await ask('/check', { headers: { ...(await bearer('read')), ...about('POST', '/v1/things') } })
    assert.equal(little.status, 403)
    assert.match(little.headers.get('www-authenticate') ?? '', /insufficient_scope/)
    assert.equal((await ask('/check', { headers: about('GET', '/v1/none') })).status, 404)
    assert.equal((await ask('/check', { headers: about('PUT', '/v1/things') })).status, 405)
    assert.equal(
      (await ask('/check', { headers: { ...(await bearer('read')), ...about('GET', '/v1/things?access_token=a') } }))
        .status,
      400,
    )
  })

  test('nginx gets 401 and 403 alone, beside what the status would be', async t => {
    const { ask, bearer } = await start(t, { proxy: 'nginx' })
    const token = await bearer('read')
    const cases = [
      await ask('/check', { headers: nginxAbout('GET', '/v1/none') }),
      await ask('/check', { headers: nginxAbout('PUT', '/v1/things') }),
      await ask('/check', { headers: { ...token, ...nginxAbout('GET', '/v1/things?access_token=a') } }),
      await ask('/check', { headers: { ...token, ...nginxAbout('POST', '/v1/things') } }),
      await ask('/check', { headers: nginxAbout('GET', '/v1/things') }),
    ]
    assert.deepEqual(
      cases.map(each => [each.status, each.headers.get('x-auth-status')]),
      [
        [403, '404'],
        [403, '405'],
        [401, '400'],
        [403, '403'],
        [401, '401'],
      ],
    )
  })

  test('Envoy asks with the request itself', async t => {
    const { ask, bearer } = await start(t, { proxy: 'envoy' })
    assert.equal((await ask('/check/v1/things?a', { headers: await bearer('read') })).status, 200)
    assert.equal((await ask('/check/v1/things', { method: 'POST', headers: await bearer('read') })).status, 403)
    assert.equal((await ask('/v1/things', { headers: await bearer('read') })).status, 400)
  })

  test('RS-ROU-04: fields of another proxy say nothing', async t => {
    const { ask } = await start(t, { proxy: 'nginx' })
    const headers = {
      ...nginxAbout('GET', '/v1/things'),
      ...about('GET', '/v1/open'),
      'x-original-url': '/v1/open',
      'x-rewrite-url': '/v1/open',
    }
    assert.equal((await ask('/check', { headers })).status, 401)
  })
})

describe('a question that is not answered', () => {
  test('one that does not say which request it is about', async t => {
    assert.equal((await (await start(t)).ask('/check')).status, 400)
    const { ask, lines } = await start(t, { proxy: 'nginx' })
    assert.equal((await ask('/check', { headers: about('GET', '/v1/open') })).status, 403)
    assert.equal((await ask('/other', { headers: nginxAbout('GET', '/v1/open') })).status, 403)
    assert.match(lines[0]?.words ?? '', /does not say as nginx does/)
  })

  test('one of a stranger', async t => {
    const { ask, bearer, lines } = await start(t, { trust: ['192.0.2.0/24'] })
    const response = await ask('/check', { headers: { ...(await bearer('read')), ...about('GET', '/v1/things') } })
    assert.equal(response.status, 403)
    assert.equal(response.headers.get('x-auth-subject'), null)
    assert.match(lines[0]?.words ?? '', /stranger/)
  })
})

test('RFC 9110 §7.8: a question about a WebSocket is answered like any other', async t => {
  const { guard, bearer } = await start(t, { proxy: 'envoy' })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { ...(await bearer('read')), connection: 'Upgrade', upgrade: 'websocket' }
  request({ port: guard.port, path: '/check/v1/events', headers }, response =>
    resolve(response.resume().statusCode ?? 0),
  )
    .on('error', reject)
    .end()
  assert.equal(await promise, 200)
})

test('RFC 9728 §3: metadata and health are served beside', async t => {
  const { ask } = await start(t)
  assert.equal((await ask('/.well-known/oauth-protected-resource')).status, 200)
  assert.equal((await ask('/healthz')).status, 200)
})
