import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logIn, openWorld } from '../testing/authorize.ts'
import { hiddenFields, pageOf, testBrowser } from '../testing/browser.ts'
import { password, users } from '../testing/clients.ts'
import { testPasswords } from '../testing/ports.ts'

test('RFC 6749 §10.12: a login form without the token of this browser is shown again, without the name that it sent', async () => {
  const { browser, authorize } = await openWorld()
  const { interaction = '' } = hiddenFields(pageOf(await authorize()))
  for (const csrf of ['', 'wrong', 'ä']) {
    const shown = await browser.post('/login', { csrf, interaction, username: 'alice', password })
    assert.equal(shown.response.status, 403)
    assert.equal(pageOf(shown)['problem'], 'expired_form')
    assert.equal(pageOf(shown)['username'], undefined)
  }
})

test('RFC 6749 §10.12: a form of one interaction is no good for another', async () => {
  const { browser, authorize } = await openWorld()
  const one = hiddenFields(pageOf(await authorize()))
  const other = hiddenFields(pageOf(await authorize()))
  const mixed = { ...one, interaction: other['interaction'] ?? '' }
  const shown = await browser.post('/login', { ...mixed, username: 'alice', password })
  assert.equal(pageOf(shown)['problem'], 'expired_form')
})

test('RFC 9700 §4.7: a form that the browser says comes from another site is not taken', async () => {
  const { browser, authorize } = await openWorld()
  const fields = hiddenFields(pageOf(await authorize()))
  const body = new URLSearchParams({ ...fields, username: 'alice', password }).toString()
  const send = async (headers: Record<string, string>) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await browser.send({ method: 'POST', path: '/login', body, headers: { ...type, ...headers } })
    assert.equal(answer.status, 303)
    return String(answer.headers['location']).split('?')[0]
  }
  assert.equal(await send({ origin: 'https://evil.example' }), '/login')
  assert.equal(await send({ 'sec-fetch-site': 'cross-site', origin: 'null' }), '/login')
  assert.equal(await send({ 'sec-fetch-site': 'same-site' }), '/login')
  assert.ok(!browser.cookies.has('__Host-ambit_session'))
  assert.equal(await send({ 'sec-fetch-site': 'same-origin', origin: 'null' }), '/continue')
})

test('RFC 9700 §4.12: a form that failed is answered with 303, and a reload of the page sends nothing again', async () => {
  const { browser, authorize, world } = await openWorld()
  const fields = hiddenFields(pageOf(await authorize()))
  const shown = await browser.post('/login', { ...fields, username: 'alice', password: 'hunter2' })
  assert.equal(pageOf(shown)['problem'], 'wrong_credentials')
  const [, page = ''] = shown.path
  const again = await browser.open(page)
  assert.equal(pageOf(again)['problem'], undefined)
  assert.equal(again.response.status, 200)
  assert.equal(world.events.filter(({ kind }) => kind === 'login.failed').length, 1)
})

test('a wrong password shows the page again with the name, without the password', async () => {
  const { browser, authorize } = await openWorld()
  const fields = hiddenFields(pageOf(await authorize()))
  for (const [username, secret] of [
    ['alice', 'hunter2'],
    ['nobody', password],
    ['', ''],
  ] as const) {
    const shown = await browser.post('/login', { ...fields, username, password: secret })
    assert.equal(shown.response.status, 403)
    assert.equal(pageOf(shown)['problem'], 'wrong_credentials')
    assert.ok(secret === '' || !shown.response.body.includes(secret))
  }
})

test('a password that is changed while it is compared logs nobody in', async () => {
  let change = async () => {}
  const verify = async () => change().then(() => true)
  const { browser, authorize, world } = await openWorld({ passwords: { ...testPasswords, verify } })
  const fields = hiddenFields(pageOf(await authorize()))
  const { store } = world.options
  change = async () => {
    await store.saveUser({ ...users.alice, passwordHash: 'plain:another', passwordChangedAt: world.clock.now() })
    await store.deleteSessionsOf(users.alice.userId)
    world.clock.advance(1)
  }
  const shown = await browser.post('/login', { ...fields, username: 'alice', password })
  assert.equal(pageOf(shown)['problem'], 'wrong_credentials')
  assert.equal(pageOf(await browser.open('/'))['page'], 'login')
})

test('RFC 6749 §10.10: too many wrong passwords are throttled, with the time to wait', async () => {
  const { browser, authorize } = await openWorld()
  const fields = hiddenFields(pageOf(await authorize()))
  for (let tries = 0; tries < 10; tries++)
    await browser.post('/login', { ...fields, username: 'alice', password: 'no' })
  const shown = await browser.post('/login', { ...fields, username: 'alice', password })
  assert.equal(shown.response.status, 429)
  assert.equal(shown.response.headers['retry-after'], '900')
  assert.equal(pageOf(shown)['problem'], 'throttled')
  assert.equal(pageOf(shown)['retryAfter'], 900)
})

test('a login changes the secret of the session', async () => {
  const { browser } = await openWorld()
  browser.cookies.set('__Host-ambit_session', 'planted')
  await logIn(browser, await browser.open('/login'))
  const first = browser.cookies.get('__Host-ambit_session')
  assert.match(first ?? '', /^se_/)
  await browser.open('/')
  const again = await browser.open('/login')
  assert.equal(pageOf(again).page, 'home')
  assert.equal(browser.cookies.get('__Host-ambit_session'), first)
})

test('a repeated login gets a new secret, and the old one is worth nothing', async () => {
  const { browser, authorize, server } = await openWorld()
  await logIn(browser, await authorize())
  const old = browser.cookies.get('__Host-ambit_session') ?? ''
  await logIn(browser, await authorize({ prompt: 'login' }))
  assert.notEqual(browser.cookies.get('__Host-ambit_session'), old)
  const thief = testBrowser(server.handle, 'https://as.example')
  thief.cookies.set('__Host-ambit_session', old)
  assert.equal(pageOf(await thief.open('/')).page, 'login')
})

test('RFC 9700 §4.7: an interaction is no good in another browser', async () => {
  const { authorize, server, browser, world } = await openWorld()
  const { interaction } = hiddenFields(pageOf(await authorize()))
  const other = testBrowser(server.handle, 'https://as.example')
  for (const page of ['login', 'consent', 'continue']) {
    const shown = await other.open(`/${page}?interaction=${interaction}`)
    assert.equal(shown.response.status, 400)
    assert.equal(pageOf(shown).page, 'error')
  }
  await logIn(other, await other.open('/login'), 'bob')
  assert.equal((await other.open(`/login?interaction=${interaction}`)).response.status, 400)
  assert.equal((await browser.open(`/login?interaction=${interaction}`)).response.status, 200)
  assert.ok(world.events.some(event => event.kind === 'request.refused' && /another browser/.test(event.reason)))
})

test('an interaction that has expired or never was is told on a page', async () => {
  const { authorize, browser, world } = await openWorld()
  const { interaction } = hiddenFields(pageOf(await authorize()))
  assert.equal((await browser.open('/login?interaction=in_x')).response.status, 400)
  assert.equal((await browser.open('/continue')).response.status, 400)
  assert.equal((await browser.open('/continue?interaction=%ff')).response.status, 400)
  assert.equal((await browser.open('/login?interaction=%ff')).response.status, 400)
  assert.equal((await browser.open('/consent?interaction=%ff')).response.status, 400)
  world.clock.advance(900)
  assert.equal((await browser.open(`/login?interaction=${interaction}`)).response.status, 400)
})

test('OpenID Connect Core §3.1.2.1: login_hint stands in the form', async () => {
  const { authorize } = await openWorld()
  assert.equal(pageOf(await authorize({ login_hint: 'bob' }))['username'], 'bob')
})

test('OpenID Connect Core §3.1.2.1: ui_locales reach the page', async () => {
  const { authorize } = await openWorld()
  assert.equal((pageOf(await authorize({ ui_locales: 'de' }))['frame'] as Record<string, string>)['uiLocales'], 'de')
})

test('OpenID Connect Core §3.1.2.1: select_account lets the user go on or log in as another', async () => {
  const { authorize, browser } = await openWorld()
  await logIn(browser, await browser.open('/login'))
  const asked = await authorize({ prompt: 'select_account' })
  assert.equal(pageOf(asked).page, 'select_account')
  assert.equal(pageOf(asked)['username'], 'alice')
  const other = await browser.post('/login', { ...hiddenFields(pageOf(asked)), account: 'other' })
  assert.equal(pageOf(other).page, 'login')
  const same = await browser.post('/login', { ...hiddenFields(pageOf(asked)), account: 'continue' })
  assert.equal(pageOf(same).page, 'consent')
  const next = await browser.open(other.path.at(-1) ?? '')
  assert.equal(pageOf(next).page, 'consent')
})

test('to go on as one user is not to go on as another who logged in beside', async () => {
  const { authorize, browser } = await openWorld()
  await logIn(browser, await browser.open('/login'))
  const asked = await authorize({ prompt: 'select_account' })
  const beside = await authorize({ prompt: 'select_account' })
  const other = await browser.post('/login', { ...hiddenFields(pageOf(beside)), account: 'other' })
  await logIn(browser, other, 'bob')
  const again = await browser.post('/login', { ...hiddenFields(pageOf(asked)), account: 'continue' })
  assert.equal(pageOf(again).page, 'select_account')
  assert.equal(pageOf(again)['username'], 'bob')
  const odd = await browser.post('/login', { ...hiddenFields(pageOf(again)), account: 'neither' })
  assert.equal(pageOf(odd).page, 'select_account')
  const next = await browser.post('/login', { ...hiddenFields(pageOf(odd)), account: 'continue' })
  assert.equal(pageOf(next)['username'], 'bob')
  assert.equal(pageOf(next).page, 'consent')
})

test('the login of another user ends the session of the first, and what it was granted for', async () => {
  const { authorize, browser, world } = await openWorld()
  await logIn(browser, await browser.open('/login'))
  const asked = await authorize({ prompt: 'select_account' })
  const other = await browser.post('/login', { ...hiddenFields(pageOf(asked)), account: 'other' })
  const consentPage = await logIn(browser, other, 'bob')
  assert.equal(pageOf(consentPage)['username'], 'bob')
  assert.equal(world.events.filter(event => event.kind === 'login.succeeded').length, 2)
})

test('a login without an authorization request ends at home', async () => {
  const { browser } = await openWorld()
  const home = await logIn(browser, await browser.open('/login'))
  assert.deepEqual(home.path, ['/login', '/'])
  assert.equal(pageOf(home).page, 'home')
})

test('RFC 6265 §4.1: cookies are Secure, HttpOnly, SameSite=Lax and bound to the host where the issuer is https', async () => {
  const { browser } = await openWorld()
  const fields = hiddenFields(pageOf(await browser.open('/login')))
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ ...fields, username: 'alice', password }).toString()
  const { headers } = await browser.send({ method: 'POST', path: '/login', body, headers: type })
  const cookies = [headers['set-cookie'] ?? []].flat()
  assert.equal(cookies.length, 2)
  for (const cookie of cookies)
    assert.match(
      cookie,
      /^__Host-ambit_(session|device)=[^;]+; Path=\/;( Max-Age=\d+;)? HttpOnly; SameSite=Lax; Secure$/,
    )
})

test('RFC 8252 §7.3: on a loopback issuer cookies work without TLS', async () => {
  const { browser } = await openWorld({ issuer: 'http://127.0.0.1:9000/tenant' })
  const page = await browser.open('/tenant/login')
  await browser.post('/tenant/login', { ...hiddenFields(pageOf(page)), username: 'alice', password })
  assert.deepEqual([...browser.cookies.keys()].sort(), ['ambit_browser', 'ambit_device', 'ambit_session'])
  assert.equal(pageOf(await browser.open('/tenant/')).page, 'home')
})
