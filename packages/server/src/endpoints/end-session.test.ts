import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtTypes } from '@ambit/protocol'
import { consent, logIn, openWorld, sentParameters, verifier } from '../testing/authorize.ts'
import { hiddenFields, pageOf } from '../testing/browser.ts'
import { clientSecret, redirectUri } from '../testing/clients.ts'
import { bodyOf, request } from '../testing/requests.ts'

const goodbye = 'https://app.example/goodbye'

async function loggedIn(scope = 'openid read_pets') {
  const opened = await openWorld()
  const { browser, authorize, server, world } = opened
  const asked = await logIn(browser, await authorize({ scope }))
  const code = sentParameters(await consent(browser, asked, scope.split(' '))).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const tokens = bodyOf(await server.handle(request({ path: '/token', form, basic: ['web', clientSecret] })))
  const logout = (parameters: Record<string, string>) => browser.open(`/logout?${new URLSearchParams(parameters)}`)
  const isLoggedIn = async () => pageOf(await browser.open('/')).page === 'home'
  const sign = (claims: object) => world.options.signer.sign(claims, { typ: jwtTypes.idToken, algorithm: 'ES256' })
  return { ...opened, idToken: String(tokens['id_token']), tokens, logout, isLoggedIn, sign }
}

test('OpenID Connect RP-Initiated Logout §2: with its own ID token a client logs the user out without a page', async () => {
  const { logout, idToken, isLoggedIn, world } = await loggedIn()
  const done = await logout({ id_token_hint: idToken, post_logout_redirect_uri: goodbye, state: 'a b' })
  assert.equal(done.location, `${goodbye}?state=a%20b`)
  assert.equal(await isLoggedIn(), false)
  assert.ok(world.events.some(event => event.kind === 'session.ended'))
})

test('OpenID Connect RP-Initiated Logout §4: the ID token may have expired', async () => {
  const { logout, idToken, isLoggedIn, world } = await loggedIn()
  world.clock.advance(1000)
  await logout({ id_token_hint: idToken })
  assert.equal(await isLoggedIn(), false)
})

test('OpenID Connect RP-Initiated Logout §3: without a place to go to, a page says so', async () => {
  const { logout, idToken } = await loggedIn()
  const done = await logout({ id_token_hint: idToken })
  assert.equal(pageOf(done).page, 'logged_out')
})

test('OpenID Connect RP-Initiated Logout §2: without a hint the user is asked', async () => {
  const { logout, isLoggedIn, browser } = await loggedIn()
  const asked = await logout({ client_id: 'web', post_logout_redirect_uri: goodbye, state: 's' })
  const page = pageOf(asked)
  assert.equal(page.page, 'logout')
  assert.deepEqual(page['parameters'], { client_id: 'web', post_logout_redirect_uri: goodbye, state: 's' })
  assert.equal(await isLoggedIn(), true)
  const parameters = page['parameters'] as Record<string, string>
  const done = await browser.post('/logout', { ...hiddenFields(page), ...parameters, decision: 'logout' })
  assert.equal(done.location, `${goodbye}?state=s`)
  assert.equal(await isLoggedIn(), false)
})

test('OpenID Connect RP-Initiated Logout §2: the user may stay', async () => {
  const { logout, isLoggedIn, browser } = await loggedIn()
  const page = pageOf(await logout({}))
  const stayed = await browser.post('/logout', { ...hiddenFields(page), decision: 'stay' })
  assert.equal(pageOf(stayed).page, 'home')
  assert.equal(await isLoggedIn(), true)
})

test('OpenID Connect RP-Initiated Logout §2: the user logs out on the page, and sees that it is done', async () => {
  const { logout, browser, isLoggedIn } = await loggedIn()
  const done = await browser.post('/logout', { ...hiddenFields(pageOf(await logout({}))), decision: 'logout' })
  assert.equal(pageOf(done).page, 'logged_out')
  assert.equal(browser.cookies.has('__Host-ambit_session'), false)
  assert.equal(await isLoggedIn(), false)
})

test('RFC 6749 §10.12: a logout form of another site only asks', async () => {
  const { browser, isLoggedIn } = await loggedIn()
  const asked = await browser.post('/logout', { decision: 'logout', csrf: 'x' })
  assert.equal(pageOf(asked).page, 'logout')
  assert.equal(await isLoggedIn(), true)
})

test('OpenID Connect RP-Initiated Logout §2: a hint about another session or user asks', async () => {
  const { logout, sign, isLoggedIn } = await loggedIn()
  const base = { iss: 'https://as.example', aud: 'web' }
  for (const claims of [
    { ...base, sub: 'user-bob' },
    { ...base, sub: 'user-alice', sid: 'another' },
  ])
    assert.equal(pageOf(await logout({ id_token_hint: sign(claims) })).page, 'logout')
  assert.equal(await isLoggedIn(), true)
  assert.equal(pageOf(await logout({ id_token_hint: sign({ ...base, sub: 'user-alice' }) })).page, 'logged_out')
})

test('OpenID Connect RP-Initiated Logout §3: no redirect that the client has not registered', async () => {
  const { logout, idToken, isLoggedIn } = await loggedIn()
  const refusedFor: readonly Record<string, string>[] = [
    { id_token_hint: idToken, post_logout_redirect_uri: 'https://evil.example/' },
    { id_token_hint: idToken, post_logout_redirect_uri: `${goodbye}/` },
    { client_id: 'web', post_logout_redirect_uri: redirectUri },
  ]
  for (const parameters of refusedFor) {
    const shown = await logout(parameters)
    assert.equal(shown.response.status, 400)
    assert.match(String(pageOf(shown)['description']), /not one that the client has registered/)
  }
  assert.equal(await isLoggedIn(), true)
})

test('OpenID Connect RP-Initiated Logout §2: a redirect without a client is refused', async () => {
  const { logout } = await loggedIn()
  const shown = await logout({ post_logout_redirect_uri: goodbye })
  assert.match(String(pageOf(shown)['description']), /needs `client_id`/)
})

test('OpenID Connect RP-Initiated Logout §2: a hint that is not ours is refused', async () => {
  const { logout, sign } = await loggedIn()
  for (const hint of [
    'x',
    'e30.e30.AAAA',
    sign({ iss: 'https://other.example', sub: 'a', aud: 'web' }),
    sign({ iss: 'https://as.example', aud: 'web' }),
  ])
    assert.match(String(pageOf(await logout({ id_token_hint: hint }))['description']), /not an ID token/)
})

test('OpenID Connect RP-Initiated Logout §2: client_id must be the client of the hint', async () => {
  const { logout, idToken, isLoggedIn } = await loggedIn()
  const shown = await logout({ id_token_hint: idToken, client_id: 'spa' })
  assert.match(String(pageOf(shown)['description']), /not issued to the client/)
  assert.equal(await isLoggedIn(), true)
})

test('OpenID Connect RP-Initiated Logout §2: an unknown client is refused', async () => {
  const { logout } = await loggedIn()
  assert.match(String(pageOf(await logout({ client_id: 'nobody' }))['description']), /not known/)
})

test('OpenID Connect RP-Initiated Logout §2: broken and repeated parameters are refused on a page', async () => {
  const { browser } = await loggedIn()
  for (const query of ['state=%ff', 'state=a&state=b', 'state=\ud800'])
    assert.equal((await browser.send({ path: '/logout', query })).status, 400)
})

test('OpenID Connect RP-Initiated Logout §2: a POST from another site, without cookies, comes again as a GET', async () => {
  const { server, idToken } = await loggedIn()
  const form = { id_token_hint: idToken, post_logout_redirect_uri: goodbye }
  const response = await server.handle(request({ path: '/logout', form }))
  assert.equal(response.status, 303)
  assert.match(String(response.headers['location']), /^\/logout\?id_token_hint=/)
})

test('logout ends what was granted only for the session', async () => {
  const { logout, idToken, server, tokens } = await loggedIn()
  const headers = { authorization: `Bearer ${String(tokens['access_token'])}` }
  assert.equal((await server.handle(request({ path: '/userinfo', headers }))).status, 200)
  await logout({ id_token_hint: idToken })
  assert.equal((await server.handle(request({ path: '/userinfo', headers }))).status, 401)
})

test('OpenID Connect Core §11: what was granted with offline_access outlives the session', async () => {
  const { logout, idToken, server, tokens } = await loggedIn('openid offline_access')
  await logout({ id_token_hint: idToken })
  const headers = { authorization: `Bearer ${String(tokens['access_token'])}` }
  assert.equal((await server.handle(request({ path: '/userinfo', headers }))).status, 200)
})

test('OpenID Connect RP-Initiated Logout §3: who is logged out already is led on', async () => {
  const { browser } = await openWorld()
  const query = new URLSearchParams({ client_id: 'web', post_logout_redirect_uri: goodbye })
  assert.equal((await browser.open(`/logout?${query}`)).location, goodbye)
  assert.equal(pageOf(await browser.open('/logout')).page, 'logged_out')
})
