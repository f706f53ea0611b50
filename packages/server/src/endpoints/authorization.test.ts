import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtTypes, seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import type { CodeRecord } from '../ports/records.ts'
import { locateSecret, makeFamilyId, makeSecret } from '../secret.ts'
import { createServer } from '../server.ts'
import { endSession, findLogin } from '../session/session.ts'
import {
  authorizationQuery,
  challenge,
  consent,
  logIn,
  openWorld,
  sentParameters,
  verifier,
} from '../testing/authorize.ts'
import { pageOf } from '../testing/browser.ts'
import { clientSecret, redirectUri, testClient } from '../testing/clients.ts'
import { request } from '../testing/requests.ts'

test('RFC 6749 §4.1.2: after login and consent the client gets a code, its state and iss', async () => {
  const { browser, authorize } = await openWorld()
  const login = await authorize()
  assert.equal(pageOf(login).page, 'login')
  const asked = await logIn(browser, login)
  assert.equal(pageOf(asked).page, 'consent')
  const done = await consent(browser, asked, ['openid', 'read_pets'])
  assert.equal(done.response.status, 303)
  assert.ok(done.location?.startsWith(`${redirectUri}?`))
  const sent = sentParameters(done)
  assert.match(sent.get('code') ?? '', /^ac_/)
  assert.equal(sent.get('state'), 'the state')
  assert.equal(sent.get('iss'), 'https://as.example')
})

test('RFC 6749 §4.1.2: the code holds what was decided, and how', async () => {
  const { browser, authorize, world } = await openWorld()
  const asked = await logIn(browser, await authorize({ nonce: 'n', claims: '{"userinfo":{"name":null}}' }))
  const done = await consent(browser, asked, ['read_pets'])
  const { crypto, store, clock } = world.options
  const ref = locateSecret(crypto, 'code', sentParameters(done).get('code') ?? '')
  assert.ok(ref)
  const found = await store.findSpendable(ref, 'code')
  assert.ok(found?.record.kind === 'code')
  const { record } = found
  assert.equal(record.clientId, 'web')
  assert.equal(record.userId, 'user-alice')
  assert.equal(record.scope, 'openid read_pets')
  assert.equal(record.redirectUri, redirectUri)
  assert.equal(record.isRedirectUriSent, true)
  assert.equal(record.codeChallenge, challenge)
  assert.equal(record.nonce, 'n')
  assert.equal(record.claims, '{"userinfo":{"name":null}}')
  assert.equal(record.expiresAt, clock.now() + 60)
  assert.equal(record.authTime, clock.now())
  assert.equal(record.trace.requested, 'openid read_pets write_pets')
  assert.deepEqual(record.trace.steps.at(-1)?.refused, [{ token: 'write_pets', reason: 'user_refused' }])
})

test('RFC 6749 §4.1.1: with session and consent the code comes at once, in one write', async () => {
  const { browser, authorize, world, server } = await openWorld()
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const writes: string[] = []
  const { store } = world.options
  const counting = new Proxy(store, {
    get: (target, name: keyof typeof store) => {
      if (/^(save|add|remove|delete|end)/.test(name)) writes.push(name)
      return target[name]
    },
  })
  const { handle } = createServer({ ...world.options, store: counting })
  writes.length = 0
  const cookie = cookiesOf(browser)
  const response = await handle(request({ path: '/authorize', query: authorizationQuery(), headers: { cookie } }))
  assert.match(String(response.headers['location']), /^https:\/\/app\.example\/callback\?code=ac_/)
  assert.deepEqual(writes, ['saveCode'])
  assert.equal(server.context.basePath, '')
})

test('RFC 9700 §4.14: a code that is saved while its user logs out is refused, and dead', async () => {
  const { browser, authorize, world } = await openWorld()
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const { store } = world.options
  const codes: CodeRecord[] = []
  const saveCode: typeof store.saveCode = async code => {
    codes.push(code)
    if (code.sessionId) await store.revokeFamilies({ sessionId: code.sessionId }, world.clock.now())
    const [, secret = ''] = [...browser.cookies].find(([name]) => name.endsWith('_session')) ?? []
    const ref = locateSecret(world.options.crypto, 'session', secret)
    assert.ok(ref)
    await store.deleteSession(ref)
    await store.saveCode(code)
  }
  const { handle } = createServer({ ...world.options, store: { ...store, saveCode } })
  const cookie = cookiesOf(browser)
  const response = await handle(request({ path: '/authorize', query: authorizationQuery(), headers: { cookie } }))
  const sent = new URL(String(response.headers['location'])).searchParams
  assert.equal(sent.get('error'), 'login_required')
  assert.equal(sent.get('code'), null)
  const [code] = codes
  assert.ok(code)
  const found = await store.findSpendable(code.ref, 'code')
  assert.notEqual(found?.family?.revokedAt, undefined)
})

test('RFC 9700 §4.14: what is granted while a logout is under way ends with it', async () => {
  const { browser, authorize, world } = await openWorld()
  const { store } = world.options
  const first = await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const ref = locateSecret(world.options.crypto, 'code', sentParameters(first).get('code') ?? '')
  const record = ref && (await store.findSpendable(ref, 'code'))?.record
  assert.ok(record?.kind === 'code' && record.sessionId)
  const late: CodeRecord = {
    ...record,
    ref: makeSecret(world.options, 'code').ref,
    familyId: makeFamilyId(world.options),
  }
  const deleteSession: typeof store.deleteSession = async session => {
    await store.saveCode(late)
    return store.deleteSession(session)
  }
  const session = await findLogin(world.context, world.exchange(request({ headers: { cookie: cookiesOf(browser) } })))
  assert.ok(session)
  await endSession({ ...world.context, store: { ...store, deleteSession } }, session.session)
  assert.notEqual((await store.findSpendable(late.ref, 'code'))?.family?.revokedAt, undefined)
})

function cookiesOf({ cookies }: { readonly cookies: ReadonlyMap<string, string> }): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

test('RFC 6749 §4.1.2: each request gets a code of its own', async () => {
  const { browser, authorize } = await openWorld()
  const first = await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const second = await authorize()
  assert.notEqual(sentParameters(first).get('code'), sentParameters(second).get('code'))
})

test('RFC 6749 §4.1.2.1: until the redirect URI is verified, errors stay on a page', async () => {
  const { authorize, world } = await openWorld()
  for (const changes of [
    { redirect_uri: 'https://evil.example/' },
    { client_id: 'nobody' },
    { client_id: undefined },
    { redirect_uri: [redirectUri, 'https://evil.example/'] },
  ]) {
    const arrival = await authorize(changes)
    assert.equal(arrival.response.status, 400)
    assert.equal(arrival.location, undefined)
    assert.equal(pageOf(arrival).page, 'error')
  }
  const told = world.events.filter(event => event.kind === 'request.refused')
  assert.equal(told.length, 4)
})

test('RFC 6749 §3.1: a query that cannot be read stays on a page', async () => {
  const { browser } = await openWorld()
  const broken = await browser.open('/authorize?client_id=%ff')
  assert.equal(broken.response.status, 400)
  assert.equal(pageOf(broken)['error'], 'invalid_request')
})

test('RFC 6749 §4.1.2.1: once the redirect URI is verified, errors go to the client with state and iss', async () => {
  const { authorize, world } = await openWorld()
  const arrival = await authorize({ scope: 'fly' })
  const sent = sentParameters(arrival)
  assert.equal(sent.get('error'), 'invalid_scope')
  assert.match(sent.get('error_description') ?? '', /`fly`/)
  assert.equal(sent.get('state'), 'the state')
  assert.equal(sent.get('iss'), 'https://as.example')
  assert.equal(sent.get('code'), null)
  const [event] = world.events
  assert.ok(event?.kind === 'request.refused')
  assert.equal(event.clientId, 'web')
  const kept = await world.options.store.findRefusal(event.requestId)
  assert.equal(kept?.requested, 'fly')
})

test('RFC 9207 §2: an error carries iss too, and the metadata says so', async () => {
  const { authorize, server } = await openWorld()
  assert.equal(sentParameters(await authorize({ response_type: undefined })).get('iss'), 'https://as.example')
  assert.equal(server.metadata.authorization_response_iss_parameter_supported, true)
})

test('OpenID Connect Core §3.1.2.6: prompt=none without a login is login_required, without a page', async () => {
  const { authorize } = await openWorld()
  const arrival = await authorize({ prompt: 'none' })
  assert.equal(sentParameters(arrival).get('error'), 'login_required')
  assert.equal(arrival.path.length, 1)
})

test('OpenID Connect Core §3.1.2.6: prompt=none with something to ask is consent_required', async () => {
  const { browser, authorize } = await openWorld()
  await logIn(browser, await authorize())
  assert.equal(sentParameters(await authorize({ prompt: 'none' })).get('error'), 'consent_required')
})

test('OpenID Connect Core §3.1.2.1: prompt=none with session and consent is answered', async () => {
  const { browser, authorize } = await openWorld()
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  assert.match(sentParameters(await authorize({ prompt: 'none' })).get('code') ?? '', /^ac_/)
})

test('OpenID Connect Core §3.1.2.1: prompt=login asks for the password again, once', async () => {
  const { browser, authorize, world } = await openWorld()
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  world.clock.advance(10)
  const again = await authorize({ prompt: 'login' })
  assert.equal(pageOf(again).page, 'login')
  assert.equal(pageOf(again)['isRepeated'], true)
  assert.equal(pageOf(again)['username'], 'alice')
  assert.match(sentParameters(await logIn(browser, again)).get('code') ?? '', /^ac_/)
})

test('OpenID Connect Core §3.1.2.1: an id_token_hint about another user asks for a login, and refuses another one', async () => {
  const { browser, authorize, world } = await openWorld()
  const claims = { iss: 'https://as.example', sub: 'user-alice', aud: 'web', exp: 1 }
  const hint = world.options.signer.sign(claims, { typ: jwtTypes.idToken, algorithm: 'ES256' })
  await logIn(browser, await browser.open('/login'), 'bob')
  assert.equal(sentParameters(await authorize({ id_token_hint: hint, prompt: 'none' })).get('error'), 'login_required')
  const asked = await authorize({ id_token_hint: hint })
  assert.equal(pageOf(asked).page, 'login')
  assert.equal(sentParameters(await logIn(browser, asked, 'bob')).get('error'), 'login_required')
  const right = await logIn(browser, await authorize({ id_token_hint: hint }), 'alice')
  assert.equal(pageOf(right).page, 'consent')
})

test('OpenID Connect Core §3.1.2.1: a POST is a request like a GET', async () => {
  const { browser, authorize } = await openWorld()
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await browser.send({ method: 'POST', path: '/authorize', body: authorizationQuery(), headers })
  assert.match(String(response.headers['location']), /^https:\/\/app\.example\/callback\?code=ac_/)
})

test('RFC 6749 §3.1: a POST from another site, which comes without cookies, is asked to come again as a GET', async () => {
  const { browser, authorize, server } = await openWorld()
  await consent(browser, await logIn(browser, await authorize()), ['read_pets', 'write_pets'])
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const foreign = request({ method: 'POST', path: '/authorize', body: authorizationQuery(), headers })
  const response = await server.handle(foreign)
  assert.equal(response.status, 303)
  const next = String(response.headers['location'])
  assert.match(next, /^\/authorize\?/)
  assert.match(sentParameters(await browser.open(next)).get('code') ?? '', /^ac_/)
})

test('RFC 6749 §3.1: a POST too long for a URL is answered without cookies', async () => {
  const { browser } = await openWorld()
  const state = 'x'.repeat(5000)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await browser.send({
    method: 'POST',
    path: '/authorize',
    body: authorizationQuery({ state }),
    headers,
  })
  assert.match(String(response.headers['location']), /^\/login\?interaction=/)
})

test('RFC 9700 §4.2.4: the pages and the redirects send no Referer', async () => {
  const { browser, authorize } = await openWorld()
  const login = await authorize()
  assert.equal(login.response.headers['referrer-policy'], 'no-referrer')
  const asked = await logIn(browser, login)
  assert.equal(asked.response.headers['referrer-policy'], 'no-referrer')
  const done = await consent(browser, asked, ['read_pets'])
  assert.equal(done.response.headers['referrer-policy'], 'no-referrer')
})

test('RFC 9700 §4.16: no page can be framed', async () => {
  const { authorize } = await openWorld()
  const { headers } = (await authorize()).response
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
})

test('RFC 9700 §4.12: forms are answered by 303, so no password is sent on', async () => {
  const { browser, authorize } = await openWorld()
  const login = pageOf(await authorize())
  const { csrf, interaction } = login as unknown as Record<string, string>
  const body = new URLSearchParams({ csrf: csrf ?? '', interaction: interaction ?? '', username: 'alice' })
  body.set('password', 'correct horse battery staple')
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await browser.send({ method: 'POST', path: '/login', body: body.toString(), headers })
  assert.equal(response.status, 303)
})

test('RFC 9700 §2.6: the authorization endpoint answers no script of another origin', async () => {
  const { server } = await openWorld()
  const headers = { origin: 'https://app.example' }
  const preflight = await server.handle(request({ method: 'OPTIONS', path: '/authorize', headers }))
  assert.equal(preflight.status, 405)
  const answer = await server.handle(request({ path: '/authorize', query: authorizationQuery(), headers }))
  assert.equal(answer.headers['access-control-allow-origin'], undefined)
})

test('RFC 6749 §3.3: a user who may not pass a scope on is not offered it', async () => {
  const { browser, authorize } = await openWorld()
  const asked = await logIn(browser, await authorize(), 'bob')
  const { groups } = pageOf(asked) as unknown as { groups: { scopes: { token: string }[] }[] }
  assert.deepEqual(
    groups.flatMap(({ scopes }) => scopes.map(({ token }) => token)),
    ['openid', 'read_pets'],
  )
})

test('RFC 6749 §4.1.2.1: a user who may pass on nothing of the request is access_denied, and why is kept', async () => {
  const { browser, authorize, world } = await openWorld()
  const done = await logIn(browser, await authorize({ scope: 'write_orders' }), 'bob')
  assert.equal(sentParameters(done).get('error'), 'access_denied')
  const event = world.events.find(each => each.kind === 'request.refused')
  assert.ok(event)
  const kept = await world.options.store.findRefusal(event.requestId)
  assert.deepEqual(kept?.steps.at(-1)?.refused, [{ token: 'write_orders', reason: 'user_lacks_permission' }])
  assert.equal(kept?.userId, 'user-bob')
})

test('RFC 6749 §3.3: the operator has the last word, before the user is asked', async () => {
  const scopeHook = async ({ scope }: { readonly scope: readonly string[] }) =>
    scope.filter(each => each !== 'write_pets')
  const { browser, authorize } = await openWorld({ scopeHook })
  const asked = await logIn(browser, await authorize())
  assert.doesNotMatch(asked.response.body, /write_pets/)
})

const legacy = { client_id: 'legacy', code_challenge: undefined, code_challenge_method: undefined, nonce: 'n' }

async function implicitly(responseType: string, changes = {}) {
  const opened = await openWorld({ dangerouslyAllowImplicit: true })
  const { browser, authorize } = opened
  const asked = await logIn(browser, await authorize({ ...legacy, response_type: responseType, ...changes }))
  return { ...opened, done: await consent(browser, asked, ['read_pets', 'write_pets']) }
}

test('RFC 6749 §4.2.2: implicit answers with an access token in the fragment, and no refresh token', async () => {
  const { done, world } = await implicitly('token')
  assert.match(done.location ?? '', /^https:\/\/app\.example\/callback#/)
  const sent = sentParameters(done)
  assert.ok(sent.get('access_token'))
  assert.equal(sent.get('token_type'), 'Bearer')
  assert.equal(sent.get('expires_in'), '600')
  assert.equal(sent.get('scope'), 'openid read_pets write_pets')
  assert.equal(sent.get('state'), 'the state')
  assert.equal(sent.get('iss'), 'https://as.example')
  assert.equal(sent.get('refresh_token'), null)
  assert.equal(sent.get('id_token'), null)
  assert.ok(world.events.some(event => event.kind === 'token.issued' && event.grantType === 'implicit'))
})

test('OpenID Connect Core §3.2.2.5: implicit answers with an ID token that carries the nonce and the claims of the scope', async () => {
  const { done, world } = await implicitly('id_token')
  const sent = sentParameters(done)
  assert.equal(sent.get('access_token'), null)
  const claims = await world.options.signer.verifyOwn(sent.get('id_token') ?? '', jwtTypes.idToken)
  assert.equal(claims?.['nonce'], 'n')
  assert.equal(claims?.['aud'], 'legacy')
})

test('OpenID Connect Core §3.2.2.9: an ID token beside an access token has at_hash', async () => {
  const { done, world } = await implicitly('id_token token', { response_mode: 'form_post' })
  const page = pageOf(done) as unknown as { page: string; parameters: Record<string, string> }
  assert.equal(page.page, 'form_post')
  const claims = await world.options.signer.verifyOwn(page.parameters['id_token'] ?? '', jwtTypes.idToken)
  const hash = world.options.crypto.hash(page.parameters['access_token'] ?? '')
  assert.equal(claims?.['at_hash'], Buffer.from(hash, 'base64url').subarray(0, 16).toString('base64url'))
})

test('RFC 8707 §2: implicit cannot give one access token for two resources', async () => {
  const { browser, authorize } = await openWorld({ dangerouslyAllowImplicit: true })
  const changes = { ...legacy, response_type: 'token', scope: 'openid read_pets order' }
  const asked = await logIn(browser, await authorize(changes))
  const done = await consent(browser, asked, ['read_pets', 'order'])
  assert.equal(sentParameters(done).get('error'), 'invalid_target')
})

test('RFC 9700 §2.1.2: metadata names implicit only where it is switched on', async () => {
  const off = (await openWorld()).server.metadata
  assert.deepEqual(off.response_types_supported, ['code'])
  assert.deepEqual(off.response_modes_supported, ['query', 'form_post'])
  assert.ok(!off.grant_types_supported?.includes('implicit'))
  const on = (await openWorld({ dangerouslyAllowImplicit: true })).server.metadata
  assert.deepEqual(on.response_types_supported, ['code', 'token', 'id_token', 'id_token token'])
  assert.ok(on.grant_types_supported?.includes('implicit'))
  assert.ok(on.response_modes_supported?.includes('fragment'))
})

test('RFC 8252 §8.6: a native app with consent is shown the page again, and goes through it', async () => {
  const { browser, authorize } = await openWorld()
  const changes = { client_id: 'native', redirect_uri: 'http://127.0.0.1:5000/callback' }
  await consent(browser, await logIn(browser, await authorize(changes)), ['read_pets', 'write_pets'])
  const again = await authorize(changes)
  assert.equal(pageOf(again).page, 'consent')
  assert.deepEqual(pageOf(again)['groups'], [])
  assert.match((await consent(browser, again, [])).location ?? '', /^http:\/\/127\.0\.0\.1:5000\/callback\?code=/)
})

test('RFC 6749 §4.1.1: consent to what is pre-granted needs no page, and stands with the rest of the grant', async () => {
  const { defineScopes } = await import('@ambit/scope')
  const catalogue = defineScopes({ scopes: { openid: { consent: 'pre-granted' } } })
  const clients = [testClient({ name: 'small', scope: 'openid' })]
  const ttl = { ...(await openWorld()).world.options.ttl, grant: seconds(1000) }
  const { browser, authorize, world } = await openWorld({ catalogue, resources: [], clients, ttl })
  const done = await logIn(browser, await authorize({ client_id: 'small', scope: 'openid' }))
  assert.ok(sentParameters(done).get('code'))
  const { store, clock } = world.options
  const [grant] = await store.listGrants((await store.findUserByName('alice'))?.userId ?? ('' as never))
  assert.deepEqual(
    grant?.scopes.map(({ token }) => token),
    ['openid'],
  )
  assert.equal(grant?.expiresAt, clock.now() + 1000)
})

test('RFC 6749 §3.3: scope that needs a stronger authentication than this login is neither asked nor given', async () => {
  const catalogue = defineScopes({ scopes: { see: {}, vault: { acr: 'urn:example:strong' } } })
  const clients = [testClient({ name: 'web', scope: 'see vault' })]
  const { browser, authorize } = await openWorld({ catalogue, clients, resources: [] })
  const asked = await logIn(browser, await authorize({ scope: 'see vault' }))
  const [group] = pageOf(asked)['groups'] as readonly { readonly scopes: readonly { readonly token: string }[] }[]
  assert.deepEqual(
    group?.scopes.map(({ token }) => token),
    ['see'],
  )
  const done = await consent(browser, asked, ['see', 'vault'])
  assert.match(sentParameters(done).get('code') ?? '', /^ac_/)
  assert.equal(sentParameters(await authorize({ scope: 'vault' })).get('error'), 'access_denied')
})

test('RFC 6749 §4.1.3: a code remembers whether its request named the redirect URI', async () => {
  const { browser, authorize, server } = await openWorld()
  const changes = { redirect_uri: undefined, scope: 'read_pets' }
  const done = await consent(browser, await logIn(browser, await authorize(changes)), ['read_pets'])
  const code = sentParameters(done).get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
  const response = await server.handle(request({ path: '/token', form, basic: ['web', clientSecret] }))
  assert.equal(response.status, 200)
})
