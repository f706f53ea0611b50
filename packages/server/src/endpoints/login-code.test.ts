import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { decodeJwt } from 'jose'
import { consent, logIn, openWorld, sentParameters, verifier } from '../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf, type TestBrowser } from '../testing/browser.ts'
import { clientSecret, redirectUri, testClient, users } from '../testing/clients.ts'
import { enrolled, enrolledAlice, oneTimeCodes } from '../testing/one-time-codes.ts'
import { bodyOf, request } from '../testing/requests.ts'
import type { WorldOverrides } from '../testing/world.ts'

const otp = 'urn:ambit:acr:otp'

async function open(overrides: WorldOverrides & { readonly isAlways?: boolean } = {}) {
  const { isAlways, ...more } = overrides
  const alice = enrolledAlice(isAlways === undefined ? {} : { isAlways })
  const opened = await openWorld({ oneTimeCodes, users: [alice.user], ...more })
  const code = (later = 0) => alice.code(opened.world.clock.now() + later)
  return { ...opened, alice: alice.user, code }
}

function typeCode(browser: TestBrowser, arrival: Arrival, code: string): Promise<Arrival> {
  return browser.post('/login/code', { ...hiddenFields(pageOf(arrival)), code })
}

const session = '__Host-ambit_session'

describe('stepping up by a one-time code', () => {
  test('RFC 9470 §4: acr_values lead from the password to the code, and the tokens tell what was reached', async () => {
    const { browser, authorize, server, code, world } = await open()
    const scope = 'openid read_pets'
    const asked = await logIn(browser, await authorize({ acr_values: otp, scope }))
    assert.equal(pageOf(asked).page, 'login_code')
    assert.equal(pageOf(asked)['username'], 'alice')
    const before = browser.cookies.get(session)
    const next = await typeCode(browser, asked, code())
    assert.equal(pageOf(next).page, 'consent')
    assert.notEqual(browser.cookies.get(session), before)
    const done = await consent(browser, next, ['openid', 'read_pets'])
    const form = {
      grant_type: 'authorization_code',
      code: sentParameters(done).get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }
    const body = bodyOf(await server.handle(request({ path: '/token', form, basic: ['web', clientSecret] })))
    for (const token of [body['access_token'], body['id_token']]) {
      const { acr, amr, auth_time: authTime } = decodeJwt(String(token))
      assert.deepEqual({ acr, amr, authTime }, { acr: otp, amr: ['pwd', 'otp'], authTime: world.clock.now() })
    }
    assert.equal(pageOf(await authorize({ acr_values: otp, prompt: 'consent' })).page, 'consent')
  })

  test('RFC 9470 §4: a login that exists is made stronger without the password, and keeps its time', async () => {
    const { browser, authorize, code, world, alice } = await open()
    await logIn(browser, await browser.open('/login'))
    const loggedInAt = world.clock.now()
    world.clock.advance(500)
    const asked = await authorize({ acr_values: `gold ${otp}` })
    assert.equal(pageOf(asked).page, 'login_code')
    await typeCode(browser, asked, code())
    assert.deepEqual(
      world.events.filter(({ kind }) => kind === 'login.raised').map(event => 'userId' in event && event.userId),
      [alice.userId],
    )
    const home = pageOf(await browser.open('/'))
    assert.equal(home['authTime'], loggedInAt)
  })

  test('RFC 9470 §4: max_age and acr_values want the password again, and then the code', async () => {
    const { browser, authorize, code, world } = await open()
    const first = await logIn(browser, await authorize({ acr_values: otp }))
    await typeCode(browser, first, code())
    world.clock.advance(500)
    const again = await authorize({ acr_values: otp, max_age: '60' })
    assert.equal(pageOf(again).page, 'login')
    const asked = await logIn(browser, again)
    assert.equal(pageOf(asked).page, 'login_code')
    assert.equal(pageOf(await typeCode(browser, asked, code())).page, 'consent')
  })

  test('RFC 9470 §5: acr_values that this user cannot reach are unmet_authentication_requirements', async () => {
    const { browser, authorize } = await openWorld({ oneTimeCodes })
    const done = await logIn(browser, await authorize({ acr_values: otp }))
    assert.equal(sentParameters(done).get('error'), 'unmet_authentication_requirements')
    assert.equal(sentParameters(done).get('state'), 'the state')
  })

  test('RFC 9470 §5: what no login here can reach is refused before anybody logs in', async () => {
    for (const [overrides, acr_values] of [
      [{}, otp],
      [{ oneTimeCodes }, 'gold silver'],
    ] as const) {
      const { authorize } = await openWorld(overrides)
      const error = sentParameters(await authorize({ acr_values })).get('error')
      assert.equal(error, 'unmet_authentication_requirements')
    }
  })

  test('OpenID Connect Core §5.5.1.1: an essential acr that cannot be reached is unmet_authentication_requirements', async () => {
    const { authorize } = await openWorld()
    const claims = '{"id_token":{"acr":{"essential":true,"value":"gold"}}}'
    assert.equal(sentParameters(await authorize({ claims })).get('error'), 'unmet_authentication_requirements')
  })

  test('a client for which every login must reach a level gets no less', async () => {
    const { browser, authorize } = await open({ clients: [testClient({ name: 'web', requiredAcr: otp })] })
    assert.equal(pageOf(await logIn(browser, await authorize())).page, 'login_code')
  })

  test('RFC 6749 §3.3: scope that wants a stronger login asks for the code instead of being left out', async () => {
    const catalogue = defineScopes({ scopes: { see: {}, vault: { acr: otp } } })
    const clients = [testClient({ name: 'web', scope: 'see vault' })]
    const { browser, authorize, code } = await open({ catalogue, clients, resources: [] })
    const asked = await logIn(browser, await authorize({ scope: 'see vault' }))
    assert.equal(pageOf(asked).page, 'login_code')
    const next = await typeCode(browser, asked, code())
    assert.match(JSON.stringify(pageOf(next)['groups']), /vault/)
    const other = await openWorld({ catalogue, clients, resources: [], oneTimeCodes })
    const shown = await logIn(other.browser, await other.authorize({ scope: 'see vault' }))
    assert.doesNotMatch(JSON.stringify(pageOf(shown)['groups']), /vault/)
  })
})

describe('a one-time code', () => {
  async function asked(overrides: Parameters<typeof open>[0] = {}) {
    const opened = await open(overrides)
    const arrival = await logIn(opened.browser, await opened.authorize({ acr_values: otp }))
    return { ...opened, arrival }
  }

  test('RFC 6238 §5.2: is good once', async () => {
    const { browser, arrival, authorize, code } = await asked()
    const used = code()
    assert.equal(pageOf(await typeCode(browser, arrival, used)).page, 'consent')
    const again = await logIn(browser, await authorize({ acr_values: otp, prompt: 'login' }))
    assert.equal(pageOf(await typeCode(browser, again, used))['problem'], 'wrong_code')
    assert.equal(pageOf(await typeCode(browser, again, code(30))).page, 'consent')
  })

  test('RFC 6238 §5.2: that came early is not good again when it is late', async () => {
    const { browser, arrival, authorize, code, world } = await asked()
    const used = code(30)
    assert.equal(pageOf(await typeCode(browser, arrival, used)).page, 'consent')
    world.clock.advance(60)
    await world.options.store.sweep(world.clock.now(), 100)
    const again = await logIn(browser, await authorize({ acr_values: otp, prompt: 'login' }))
    assert.equal(pageOf(await typeCode(browser, again, used))['problem'], 'wrong_code')
  })

  test('RFC 4226 §7.3: of one user, right or wrong, takes nothing from another who enrolled at the same time', async () => {
    const [alice, bob] = [enrolled(users.alice), enrolled(users.bob)]
    const { browser, authorize, world } = await openWorld({ oneTimeCodes, users: [alice.user, bob.user] })
    const logInAs = async (name: string) =>
      logIn(browser, await authorize({ acr_values: otp, prompt: 'login', scope: 'read_pets' }), name)
    const now = world.clock.now()
    assert.equal(pageOf(await typeCode(browser, await logInAs('alice'), alice.code(now))).page, 'consent')
    const again = await logInAs('alice')
    for (let tries = 0; tries < 6; tries++) await typeCode(browser, again, '000000')
    assert.equal(pageOf(await typeCode(browser, await logInAs('bob'), bob.code(now))).page, 'consent')
  })

  test('RFC 6238 §5.2: may be one step early or late, and may be typed in halves', async () => {
    for (const [later, page] of [
      [-60, 'login_code'],
      [-30, 'consent'],
      [30, 'consent'],
      [60, 'login_code'],
    ] as const) {
      const { browser, arrival, code } = await asked()
      const typed = code(later)
      assert.equal(pageOf(await typeCode(browser, arrival, ` ${typed.slice(0, 3)} ${typed.slice(3)} `)).page, page)
    }
  })

  test('that is wrong is asked for again, and is not shown', async () => {
    const { browser, arrival, world } = await asked()
    const shown = await typeCode(browser, arrival, '000000')
    assert.equal(shown.response.status, 403)
    assert.equal(pageOf(shown)['problem'], 'wrong_code')
    assert.ok(!shown.response.body.includes('000000'))
    const { events } = world
    assert.equal(events.filter(({ kind }) => kind === 'login.failed').length, 1)
    const reloaded = await browser.open(shown.path[1] ?? '')
    assert.equal(pageOf(reloaded)['problem'], undefined)
  })

  test('RFC 4226 §7.3: too many wrong ones are throttled, for the user and wherever they come from', async () => {
    const { browser, arrival, authorize, code, world } = await asked()
    for (let tries = 0; tries < 5; tries++) await typeCode(browser, arrival, '000000')
    const shown = await typeCode(browser, arrival, code())
    assert.equal(shown.response.status, 429)
    assert.equal(shown.response.headers['retry-after'], '900')
    assert.equal(pageOf(shown)['problem'], 'throttled')
    world.clock.advance(900)
    const again = await authorize({ acr_values: otp })
    assert.equal(pageOf(await typeCode(browser, again, code())).page, 'consent')
  })

  test('RFC 4226 §7.3: a right one forgets the wrong ones before it', async () => {
    const { browser, arrival, authorize, code } = await asked()
    for (let tries = 0; tries < 4; tries++) await typeCode(browser, arrival, '000000')
    await typeCode(browser, arrival, code())
    const again = await logIn(browser, await authorize({ acr_values: otp, prompt: 'login' }))
    for (let tries = 0; tries < 4; tries++) await typeCode(browser, again, '000000')
    assert.equal(pageOf(await typeCode(browser, again, code(30))).page, 'consent')
  })

  test('RFC 6749 §10.12: a form without the token of this browser, request and login is not taken', async () => {
    const { browser, arrival, code } = await asked()
    const fields = hiddenFields(pageOf(arrival))
    for (const csrf of ['', 'wrong']) {
      const shown = await browser.post('/login/code', { ...fields, csrf, code: code() })
      assert.equal(pageOf(shown)['problem'], 'expired_form')
    }
    assert.equal(pageOf(await typeCode(browser, arrival, code())).page, 'consent')
  })

  test('RFC 6749 §10.12: a form that was shown for one request is no good for another', async () => {
    const { browser, arrival, authorize, code } = await asked()
    const other = hiddenFields(pageOf(await authorize({ acr_values: otp })))
    const mixed = { ...hiddenFields(pageOf(arrival)), interaction: other['interaction'] ?? '' }
    assert.equal(pageOf(await browser.post('/login/code', { ...mixed, code: code() }))['problem'], 'expired_form')
  })

  test('RFC 6749 §10.12: a form that was shown to one user is no good for the next one', async () => {
    const bob = enrolled(users.bob)
    const { browser, arrival, world } = await asked({ users: [enrolledAlice().user, bob.user] })
    const shown = hiddenFields(pageOf(arrival))
    await world.options.store.deleteSessionsOf(users.alice.userId)
    const next = await logIn(browser, await browser.open(`/login?interaction=${shown['interaction']}`), 'bob')
    assert.equal(pageOf(next).page, 'login_code')
    const code = bob.code(world.clock.now())
    assert.equal(pageOf(await browser.post('/login/code', { ...shown, code }))['problem'], 'expired_form')
    assert.equal(pageOf(await typeCode(browser, next, code)).page, 'consent')
  })

  test('of a user who logged out meanwhile makes nothing stronger', async () => {
    const { browser, arrival, code, world, alice } = await asked()
    const { store } = world.options
    const remember = async () => store.deleteSessionsOf(alice.userId).then(() => true)
    Object.assign(store, { remember })
    const next = await typeCode(browser, arrival, code())
    assert.equal(pageOf(next).page, 'login')
    assert.equal(pageOf(await browser.open('/')).page, 'login')
  })

  test('is asked for nowhere where no login needs it, and nowhere where none are mounted', async () => {
    const { browser } = await open()
    assert.equal(pageOf(await browser.open('/login/code')).page, 'login')
    await logIn(browser, await browser.open('/login'))
    assert.equal(pageOf(await browser.open('/login/code')).page, 'home')
    const plain = await openWorld()
    assert.equal((await plain.browser.open('/login/code')).response.status, 404)
  })

  test('that the store cannot be asked about any more, since the factor was taken away, is wrong', async () => {
    const { browser, arrival, code, world } = await asked()
    await world.options.store.saveUser(users.alice)
    const next = await typeCode(browser, arrival, code())
    assert.equal(sentParameters(next).get('error'), 'unmet_authentication_requirements')
  })
})

describe('a user whose logins all want a code', () => {
  test('sees nothing before it, and the home page after it', async () => {
    const { browser, code } = await open({ isAlways: true })
    const asked = await logIn(browser, await browser.open('/login'))
    assert.equal(pageOf(asked).page, 'login_code')
    assert.equal(pageOf(asked)['interaction'], undefined)
    assert.equal(pageOf(await browser.open('/')).page, 'login_code')
    const sent = await browser.post('/account/grant', { client_id: 'web', csrf: 'x' })
    assert.deepEqual(sent.path, ['/account/grant', '/login/code'])
    assert.equal(pageOf(sent).page, 'login_code')
    const wrong = await typeCode(browser, asked, '000000')
    assert.equal(pageOf(wrong)['problem'], 'wrong_code')
    assert.equal(pageOf(await typeCode(browser, asked, code())).page, 'home')
  })

  test('is asked for it by each request', async () => {
    const { browser, authorize } = await open({ isAlways: true })
    assert.equal(pageOf(await logIn(browser, await authorize())).page, 'login_code')
  })

  test('RFC 6749 §4.3: has no place for it in the password grant', async () => {
    const legacy = { dangerouslyAllowPassword: true }
    const { server } = await open({ isAlways: true, ...legacy })
    const form = {
      grant_type: 'password',
      username: 'alice',
      password: 'correct horse battery staple',
      scope: 'read_pets',
    }
    const response = await server.handle(request({ path: '/token', form, basic: ['legacy', clientSecret] }))
    assert.equal(bodyOf(response)['error'], 'invalid_grant')
  })
})

test('RFC 9470 §7, OpenID Connect Discovery §3: acr_values_supported tells which levels can be had', async () => {
  const [plain, strong] = [await openWorld(), await openWorld({ oneTimeCodes })]
  assert.deepEqual(plain.server.metadata.acr_values_supported, ['urn:ambit:acr:password'])
  assert.deepEqual(strong.server.metadata.acr_values_supported, ['urn:ambit:acr:password', otp])
})
