import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '@ambit/protocol'
import { consent, logIn, openWorld, sentParameters, verifier } from '../testing/authorize.ts'
import { clientSecret, clients, redirectUri, users } from '../testing/clients.ts'
import { bodyOf, request } from '../testing/requests.ts'

async function withToken(scope: string, changes: Record<string, string> = {}, clientId = 'web') {
  const opened = await openWorld()
  const { browser, authorize, server } = opened
  const asked = await logIn(browser, await authorize({ scope, client_id: clientId, ...changes }))
  const code = sentParameters(await consent(browser, asked, scope.split(' '))).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const tokens = bodyOf(await server.handle(request({ path: '/token', form, basic: [clientId, clientSecret] })))
  const token = String(tokens['access_token'])
  const ask = (parts: Partial<HttpRequest> = {}) =>
    server.handle({ ...request({ path: '/userinfo', headers: { authorization: `Bearer ${token}` } }), ...parts })
  return { ...opened, token, ask }
}

test('OpenID Connect Core §5.3.2: the claims of the scope are given, and sub always', async () => {
  const { ask } = await withToken('openid email address')
  const response = await ask()
  assert.equal(response.status, 200)
  assert.equal(response.headers['content-type'], 'application/json')
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.deepEqual(bodyOf(response), {
    sub: 'user-alice',
    email: 'alice@example.org',
    email_verified: true,
    address: { country: 'DE' },
  })
})

test('OpenID Connect Core §5.3.1: GET and POST are answered the same', async () => {
  const { ask } = await withToken('openid')
  assert.deepEqual(bodyOf(await ask({ method: 'POST' })), { sub: 'user-alice' })
})

test('OpenID Connect Core §8.1: sub is the pairwise one of the client', async () => {
  const { ask } = await withToken('openid', {}, 'pairwise')
  assert.match(String(bodyOf(await ask())['sub']), /^[A-Za-z0-9_-]{43}$/)
})

test('RFC 6750 §3.1: a request without a token is challenged without an error code', async () => {
  const { ask } = await withToken('openid')
  const response = await ask({ headers: {} })
  assert.equal(response.status, 401)
  assert.equal(response.headers['www-authenticate'], 'Bearer realm="https://as.example", scope="openid"')
  assert.deepEqual(bodyOf(response), {})
})

test('RFC 6750 §3.1: an unknown token is invalid_token, 401', async () => {
  const { ask } = await withToken('openid')
  const response = await ask({ headers: { authorization: 'Bearer unknown' } })
  assert.equal(response.status, 401)
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.match(String(response.headers['www-authenticate']), /error="invalid_token"/)
})

test('RFC 6750 §3.1: an expired token is invalid_token', async () => {
  const { ask, world } = await withToken('openid')
  world.clock.advance(600)
  assert.equal(bodyOf(await ask())['error'], 'invalid_token')
})

test('RFC 6750 §3.1: a token without openid is insufficient_scope, 403, and the scope is named', async () => {
  const { ask } = await withToken('read_pets')
  const response = await ask()
  assert.equal(response.status, 403)
  assert.match(String(response.headers['www-authenticate']), /error="insufficient_scope".*scope="openid"/)
})

test('RFC 6750 §3.1: a malformed header is invalid_request, 400', async () => {
  const { ask, token } = await withToken('openid')
  for (const authorization of [`Basic ${token}`, 'Bearer', `Bearer ${token} ${token}`, `Bearer "${token}"`, token])
    assert.equal((await ask({ headers: { authorization } })).status, 400, authorization)
  const two = await ask({ headers: { authorization: [`Bearer ${token}`, `Bearer ${token}`] } })
  assert.equal(two.status, 400)
  assert.match(String(bodyOf(two)['error_description']), /more than one/)
})

test('RFC 9700 §4.3.2: a token in the query or the body is refused', async () => {
  const { ask, token } = await withToken('openid')
  assert.equal((await ask({ query: `access_token=${token}` })).status, 400)
  assert.equal((await ask({ headers: {}, query: `access_token=${token}` })).status, 400)
  const { headers, body, method } = request({ form: { access_token: token } })
  assert.equal((await ask({ method, headers, body })).status, 400)
})

test('RFC 6750 §3.1: the token of a session that has ended is invalid_token', async () => {
  const { ask, browser, world } = await withToken('openid')
  const secret = browser.cookies.get('__Host-ambit_session')
  assert.ok(secret)
  await world.options.store.revokeFamilies({ userId: users.alice.userId }, world.clock.now())
  assert.equal(bodyOf(await ask())['error'], 'invalid_token')
})

test('RFC 6750 §3.1: scope that was taken back is invalid_token', async () => {
  const { ask, world } = await withToken('openid email')
  await world.options.store.removeFromGrant(users.alice.userId, clients.web.clientId, ['email'], world.clock.now())
  assert.equal(bodyOf(await ask())['error'], 'invalid_token')
})

test('RFC 6750 §3.1: the token of a client that stands for itself is about no user', async () => {
  const { ask, server } = await withToken('openid')
  const form = { grant_type: 'client_credentials', scope: 'read_pets' }
  const tokens = bodyOf(await server.handle(request({ path: '/token', form, basic: ['machine', clientSecret] })))
  const response = await ask({ headers: { authorization: `Bearer ${String(tokens['access_token'])}` } })
  assert.equal(response.status, 403)
})

test('RFC 6750 §3.1: the token of a user who is gone is invalid_token', async () => {
  const { token, world } = await withToken('openid')
  const { createServer } = await import('../server.ts')
  const store = { ...world.options.store, findUser: async () => undefined }
  const { handle } = createServer({ ...world.options, store })
  const response = await handle(request({ path: '/userinfo', headers: { authorization: `Bearer ${token}` } }))
  assert.equal(bodyOf(response)['error'], 'invalid_token')
})

test('RFC 9700 §2.6: scripts of other origins may read userinfo', async () => {
  const { ask } = await withToken('openid')
  assert.equal((await ask()).headers['access-control-allow-origin'], '*')
})
