import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryStore } from '@ambit/store'
import { decodeJwt } from 'jose'
import { overStore } from '../../over-store.ts'
import { hiddenFields, pageOf, testBrowser } from '../../testing/browser.ts'
import { password, testClient, users } from '../../testing/clients.ts'
import { enrolled, oneTimeCodes } from '../../testing/one-time-codes.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { tokensOf } from '../../testing/token-requests.ts'
import { cibaGrantType } from './settings.ts'
import { askers, notificationToken, openBackchannel } from './testing/backchannel.ts'

const pinged = { client_notification_token: notificationToken }
const settled = () => new Promise(setImmediate)

describe('answering', () => {
  test('OpenID Connect CIBA Core §8, §10.1: the user sees who asks and why, allows, and the client has its tokens, once', async () => {
    const { begin, poll, logIn, waiting, look, answer, browser } = await openBackchannel()
    const { auth_req_id } = await begin({ binding_message: 'W4SCT' })
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 authorization_pending')
    await logIn()
    const home = pageOf(await browser.open('/'))
    assert.deepEqual(home['notices'], [{ kind: 'waiting_requests', path: '/backchannel', count: 1 }])
    const [request = {}] = pageOf(await waiting())['requests'] as readonly Record<string, unknown>[]
    assert.deepEqual(request['client'], {
      clientId: 'desk',
      name: 'desk',
      aside: { kind: 'backchannel', requestedAt: 1_800_000_000, bindingMessage: 'W4SCT' },
    })
    assert.deepEqual(
      (request['scopes'] as readonly { readonly token: string }[]).map(({ token }) => token),
      ['openid', 'read_pets', 'write_pets'],
    )
    const consent = pageOf(await look())
    assert.equal(consent.page, 'consent')
    assert.match(JSON.stringify(consent['client']), /W4SCT/)
    const done = pageOf(await answer('allow', ['openid', 'read_pets']))
    assert.deepEqual([done.page, done['to'], done['outcome']], ['answer_sent', 'backchannel', 'approved'])
    const tokens = tokensOf(await poll(auth_req_id))
    assert.equal(tokens.scope, 'openid read_pets')
    const { sub, aud, nonce } = decodeJwt(tokens.id_token)
    assert.deepEqual([sub, aud, nonce], [users.alice.userId, 'desk', undefined])
    assert.deepEqual(pageOf(await waiting())['requests'], [])
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 invalid_grant')
  })

  test('OpenID Connect CIBA Core §11: a refusal is access_denied', async () => {
    const { begin, poll, logIn, answer } = await openBackchannel()
    const { auth_req_id } = await begin()
    await logIn()
    assert.equal(pageOf(await answer('deny'))['outcome'], 'denied')
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 access_denied')
  })

  test('OpenID Connect CIBA Core §11: a poll that comes too soon is slow_down, one that comes too late expired_token', async () => {
    const { begin, poll, world, logIn, waiting } = await openBackchannel()
    const { auth_req_id } = await begin({ requested_expiry: '30' })
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 authorization_pending')
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 slow_down')
    world.clock.advance(30)
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 expired_token')
    await logIn()
    assert.deepEqual(pageOf(await waiting())['requests'], [])
  })

  test('OpenID Connect CIBA Core §10.1, §11: another client’s request, none, and one that nobody made', async () => {
    const { begin, poll, logIn, answer } = await openBackchannel()
    const { auth_req_id } = await begin()
    assert.equal(outcomeOf(await poll(auth_req_id, {}, 'till')), '400 invalid_grant')
    await logIn()
    await answer('allow')
    assert.equal(outcomeOf(await poll(auth_req_id, {}, 'till')), '400 invalid_grant')
    assert.equal(outcomeOf(await poll('')), '400 invalid_request')
    assert.equal(outcomeOf(await poll('bc_x')), '400 invalid_grant')
    assert.equal(outcomeOf(await poll(auth_req_id, {}, 'web')), '400 unauthorized_client')
    assert.equal((await poll(auth_req_id)).status, 200)
  })

  test('OpenID Connect CIBA Core §10.1: what was redeemed twice is revoked', async () => {
    const { begin, poll, logIn, answer, post } = await openBackchannel()
    const { auth_req_id } = await begin()
    await logIn()
    await answer('allow')
    const { refresh_token } = tokensOf(await poll(auth_req_id))
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 invalid_grant')
    assert.equal(outcomeOf(await post('/token', { grant_type: 'refresh_token', refresh_token })), '400 invalid_grant')
  })

  test('OpenID Connect CIBA Core §8: a request is shown to its user alone, and another cannot begin with it', async () => {
    const { begin, poll, logIn, waiting, browser, server } = await openBackchannel()
    const { auth_req_id } = await begin()
    const other = testBrowser(server.handle, 'https://as.example')
    const login = hiddenFields(pageOf(await other.open('/login')))
    await other.post('/login', { ...login, username: 'bob', password })
    const page = pageOf(await other.open('/backchannel'))
    assert.deepEqual(page['requests'], [])
    await logIn()
    const [request] = pageOf(await waiting())['requests'] as readonly { readonly id: string }[]
    const stolen = await other.post('/backchannel', { ...hiddenFields(page), request: request?.id ?? '' })
    assert.equal(pageOf(stolen).page, 'waiting_requests')
    const forged = await browser.post('/backchannel', { request: request?.id ?? '' })
    assert.equal(pageOf(forged).page, 'waiting_requests')
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 authorization_pending')
  })

  test('OpenID Connect CIBA Core §8: where another logs in meanwhile, they neither allow nor refuse it', async () => {
    const { begin, poll, logIn, look, browser } = await openBackchannel()
    const { auth_req_id } = await begin()
    await logIn()
    const { interaction = '' } = hiddenFields(pageOf(await look()))
    const home = hiddenFields(pageOf(await browser.open('/')))
    await browser.post('/logout', { ...home, decision: 'logout' })
    await logIn('bob')
    const again = await browser.open(`/continue?interaction=${interaction}`)
    assert.equal(pageOf(again).page, 'login')
    const asBob = await browser.post('/login', { ...hiddenFields(pageOf(again)), username: 'bob', password })
    assert.equal(pageOf(asBob)['error'], 'login_required')
    assert.equal(outcomeOf(await poll(auth_req_id)), '400 authorization_pending')
  })

  test('the page is for who is logged in, with a code where each login wants one', async () => {
    const { user, code } = enrolled(users.alice, { isAlways: true })
    const { waiting, logIn, browser, world } = await openBackchannel({ users: [user], oneTimeCodes })
    assert.equal(pageOf(await waiting()).page, 'login')
    await logIn()
    const asked = await waiting()
    assert.equal(pageOf(asked).page, 'login_code')
    await browser.post('/login/code', { ...hiddenFields(pageOf(asked)), code: code(world.clock.now()) })
    assert.equal(pageOf(await waiting()).page, 'waiting_requests')
    assert.equal(pageOf(await browser.open('/backchannel?a=%ff'))['error'], 'invalid_request')
  })

  test('OpenID Connect CIBA Core §7.1: a level that is asked for is reached before anything is allowed', async () => {
    const { user, code } = enrolled(users.alice)
    const opened = await openBackchannel({ users: [user], oneTimeCodes })
    const { begin, logIn, look, browser, poll, world } = opened
    const { auth_req_id } = await begin({ acr_values: 'urn:ambit:acr:otp' })
    await logIn()
    const asked = await look()
    assert.equal(pageOf(asked).page, 'login_code')
    const fields = { ...hiddenFields(pageOf(asked)), code: code(world.clock.now()) }
    const consent = hiddenFields(pageOf(await browser.post('/login/code', fields)))
    await browser.post('/consent', { ...consent, scope: ['openid', 'read_pets'], decision: 'allow' })
    assert.equal(decodeJwt(tokensOf(await poll(auth_req_id)).id_token)['acr'], 'urn:ambit:acr:otp')
  })

  test('a pairwise client knows its user by its own name for them', async () => {
    const pairwise = testClient({
      name: 'apart',
      redirectUris: [],
      responseTypes: [],
      grantTypes: [cibaGrantType],
      subjectType: 'pairwise',
      sectorIdentifier: 'apart.example',
    })
    const { begin, logIn, answer, poll, ask } = await openBackchannel({ clients: [pairwise] })
    const { auth_req_id } = await begin({}, 'apart')
    await logIn()
    await answer('allow')
    const tokens = tokensOf(await poll(auth_req_id, {}, 'apart'))
    assert.notEqual(decodeJwt(tokens.id_token).sub, users.alice.userId)
    const hinted = await ask({ login_hint: undefined, id_token_hint: tokens.id_token }, 'apart')
    assert.equal(outcomeOf(hinted), '400 unknown_user_id')
  })

  test('a client that may no longer ask is neither shown nor answered', async () => {
    const { begin, logIn, look, waiting, browser, world } = await openBackchannel()
    await begin()
    await logIn()
    const { interaction = '' } = hiddenFields(pageOf(await look()))
    await world.options.store.saveClient({ ...askers.desk, grantTypes: [], scope: 'openid' })
    assert.deepEqual(pageOf(await waiting())['requests'], [])
    assert.equal(pageOf(await browser.open(`/continue?interaction=${interaction}`))['error'], 'invalid_client')
    await world.options.store.saveClient(askers.desk)
    world.clock.advance(300)
    assert.equal(pageOf(await browser.open(`/continue?interaction=${interaction}`))['error'], 'invalid_request')
  })
})

describe('ping', () => {
  test('OpenID Connect CIBA Core §10.2: a client is told when its user has allowed, and that it was the server', async () => {
    const { begin, logIn, answer, pings, poll } = await openBackchannel()
    const { auth_req_id } = await begin(pinged, 'told')
    await logIn()
    assert.equal(pings.length, 0)
    await answer('allow')
    await settled()
    const [ping] = pings
    assert.equal(pings.length, 1)
    assert.deepEqual([ping?.url, ping?.method], ['https://told.example/ping', 'POST'])
    assert.deepEqual(ping?.headers, {
      authorization: `Bearer ${notificationToken}`,
      'content-type': 'application/json',
    })
    assert.deepEqual(JSON.parse(ping?.body ?? ''), { auth_req_id })
    assert.equal((await poll(auth_req_id, {}, 'told')).status, 200)
  })

  test('OpenID Connect CIBA Core §10.2: a client is told when its user has refused', async () => {
    const { begin, logIn, answer, pings, poll } = await openBackchannel()
    const { auth_req_id } = await begin(pinged, 'told')
    await logIn()
    await answer('deny')
    await settled()
    assert.equal(pings.length, 1)
    assert.equal(outcomeOf(await poll(auth_req_id, {}, 'told')), '400 access_denied')
  })

  test('OpenID Connect CIBA Core §5: a client that is told may poll all the same, and one that polls is told nothing', async () => {
    const { begin, logIn, answer, pings, poll } = await openBackchannel()
    const { auth_req_id } = await begin(pinged, 'told')
    assert.equal(outcomeOf(await poll(auth_req_id, {}, 'told')), '400 authorization_pending')
    assert.equal(bodyOf(await poll(auth_req_id, {}, 'told'))['error'], 'slow_down')
    const other = await openBackchannel()
    await other.begin(pinged)
    await other.logIn()
    await other.answer('allow')
    await logIn()
    await settled()
    assert.deepEqual([...pings, ...other.pings], [])
    await answer('allow')
  })

  const failures = {
    'answers 500': async () => ({ status: 500, headers: {}, body: '' }),
    'leads elsewhere': async () => ({ status: 302, headers: { location: 'https://elsewhere.example' }, body: '' }),
    'is not reached': async () => Promise.reject(new Error('refused: 10.0.0.1 is private')),
  }
  for (const [name, answers] of Object.entries(failures))
    test(`OpenID Connect CIBA Core §10.2: a client whose endpoint ${name} can still poll, and the operator is told`, async () => {
      const { begin, logIn, answer, poll, pings, world } = await openBackchannel({ answers })
      const { auth_req_id } = await begin(pinged, 'told')
      await logIn()
      assert.equal(pageOf(await answer('allow'))['outcome'], 'approved')
      await settled()
      assert.equal(pings.length, 1)
      const warnings = world.events.filter(event => event.kind === 'warning')
      assert.equal(warnings.length, 1)
      assert.ok(
        !JSON.stringify(warnings).includes(notificationToken) && !JSON.stringify(warnings).includes(auth_req_id),
      )
      assert.equal((await poll(auth_req_id, {}, 'told')).status, 200)
    })

  test('OpenID Connect CIBA Core §10.2: a store that fails after the answer costs the ping and nothing else', async () => {
    const inner = memoryStore()
    let isDown = false
    const store = overStore(inner, {
      saveCode: async code => {
        await inner.saveCode(code)
        isDown = true
      },
      findClient: async clientId => {
        if (isDown) throw new Error('the store is down')
        return inner.findClient(clientId)
      },
    })
    const { begin, logIn, look, browser, pings, poll, world } = await openBackchannel({ store })
    const { auth_req_id } = await begin(pinged, 'told')
    await logIn()
    const fields = hiddenFields(pageOf(await look()))
    const form = new URLSearchParams({ ...fields, scope: 'openid', decision: 'allow' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { headers: led } = await browser.send({ method: 'POST', path: '/consent', body: form, headers })
    const { pathname, search } = new URL(String(led['location']), 'https://as.example')
    const { status } = await browser.send({ path: pathname, query: search.slice(1) })
    await settled()
    isDown = false
    assert.equal(status, 303)
    assert.deepEqual(pings, [])
    assert.deepEqual(
      world.events.flatMap(event => (event.kind === 'warning' ? [event.about] : [])),
      ['backchannel_client_notification_endpoint'],
    )
    assert.equal((await poll(auth_req_id, {}, 'told')).status, 200)
  })

  test('a client that has given up its endpoint meanwhile is not told', async () => {
    const { begin, logIn, answer, pings, world } = await openBackchannel()
    await begin(pinged, 'told')
    const { metadata: _, ...rest } = askers.told
    await world.options.store.saveClient(rest)
    await logIn()
    await answer('allow')
    await settled()
    assert.deepEqual(pings, [])
  })
})
