import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { memoryStore } from '@ambit/store'
import type { Feature } from '../../feature.ts'
import type { Store } from '../../ports/store.ts'
import { hiddenFields, pageOf, testBrowser } from '../../testing/browser.ts'
import { inventory, pets } from '../../testing/catalogue.ts'
import { password, users } from '../../testing/clients.ts'
import { detailTypes, payment } from '../../testing/details.ts'
import { enrolled, oneTimeCodes } from '../../testing/one-time-codes.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { tokensOf } from '../../testing/token-requests.ts'
import { authorizationDetails } from '../authorization-details/authorization-details.ts'
import { deviceGrantType } from './settings.ts'
import { type DeviceWorld, devices, type Form, openDevices } from './testing/device.ts'

const all = ['openid', 'read_pets', 'write_pets']

describe('polling', () => {
  test('RFC 8628 §3.5: until the user has answered, authorization_pending; then the tokens, once', async () => {
    const { begin, poll, approve, world } = await openDevices()
    const { device_code, user_code, interval } = await begin()
    assert.equal(outcomeOf(await poll(device_code)), '400 authorization_pending')
    const done = await approve(user_code, all)
    assert.deepEqual([pageOf(done).page, pageOf(done)['outcome']], ['answer_sent', 'approved'])
    world.clock.advance(interval)
    const answer = await poll(device_code)
    const tokens = tokensOf(answer)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(tokens.scope, 'openid read_pets write_pets')
    assert.ok(tokens.access_token && tokens.id_token && tokens.refresh_token)
    assert.equal(bodyOf(answer)['token_type'], 'Bearer')
  })

  test('RFC 8628 §3.5: a poll that comes too soon is slow_down, and makes the interval five seconds longer each time', async () => {
    const { begin, poll, world } = await openDevices()
    const { device_code } = await begin()
    const polled = async (after: number) => {
      world.clock.advance(after)
      return outcomeOf(await poll(device_code))
    }
    assert.equal(await polled(0), '400 authorization_pending')
    assert.equal(await polled(4), '400 slow_down')
    assert.equal(await polled(9), '400 slow_down')
    assert.equal(await polled(14.6), '400 authorization_pending')
    assert.equal(await polled(15), '400 authorization_pending')
    assert.equal(await polled(14), '400 slow_down')
    assert.equal(await polled(20), '400 authorization_pending')
  })

  test('RFC 8628 §3.5: a device whose polls are answered by processes with clocks five seconds apart does not poll too soon', async () => {
    const { begin, poll, world } = await openDevices()
    const { clock, store } = world.options
    const behind = await openDevices({
      store,
      clock: { now: () => epochSeconds(clock.now() - 5), millis: () => clock.millis() - 5_000 },
    })
    const { device_code, interval } = await begin()
    for (const each of [poll, behind.poll, poll, behind.poll, poll, behind.poll]) {
      assert.equal(outcomeOf(await each(device_code)), '400 authorization_pending')
      world.clock.advance(interval)
    }
    await behind.poll(device_code)
    assert.equal(outcomeOf(await behind.poll(device_code)), '400 slow_down', 'of one process')
  })

  test('RFC 8628 §3.5: of two polls at once one is too fast', async () => {
    const { begin, poll, world } = await openDevices()
    const { device_code } = await begin()
    const outcomes = await Promise.all(Array.from({ length: 6 }, async () => outcomeOf(await poll(device_code))))
    assert.equal(outcomes.filter(each => each === '400 authorization_pending').length, 1)
    assert.equal(outcomes.filter(each => each === '400 slow_down').length, 5)
    world.clock.advance(9)
    assert.equal(outcomeOf(await poll(device_code)), '400 slow_down')
  })

  test('RFC 8628 §3.5: after its lifetime a code is expired_token, whether it was approved or not, swept away or not', async () => {
    const { begin, poll, approve, world } = await openDevices()
    const [waiting, approved] = [await begin(), await begin()]
    await approve(approved.user_code, all)
    world.clock.advance(600)
    for (const { device_code } of [waiting, approved])
      assert.equal(outcomeOf(await poll(device_code)), '400 expired_token')
    world.clock.advance(1)
    while ((await world.options.store.sweep(world.clock.now(), 100)) > 0);
    assert.equal(outcomeOf(await poll(waiting.device_code)), '400 expired_token')
  })

  test('RFC 8628 §3.5: where the user refuses, access_denied, and it stays so', async () => {
    const { begin, poll, reachConsent, browser } = await openDevices()
    const { device_code, user_code } = await begin()
    const fields = hiddenFields(pageOf(await reachConsent(user_code)))
    const done = await browser.post('/consent', { ...fields, decision: 'deny' })
    assert.equal(pageOf(done)['outcome'], 'denied')
    for (const _ of [1, 2]) assert.equal(outcomeOf(await poll(device_code)), '400 access_denied')
  })

  const malformed = ['dc_', 'x', `dc_${'A'.repeat(43)}`, `ac_${'A'.repeat(43)}`]
  for (const device_code of malformed)
    test(`RFC 8628 §3.5: a code that nobody was given is invalid_grant: ${device_code}`, async () => {
      const { poll } = await openDevices()
      assert.match(outcomeOf(await poll(device_code)), /^400 (invalid_grant|expired_token)$/)
    })

  test('RFC 8628 §3.5: a code of the same time that nobody was given is invalid_grant', async () => {
    const { begin, poll } = await openDevices()
    const other = await openDevices()
    await begin()
    assert.equal(outcomeOf(await poll((await other.begin()).device_code)), '400 invalid_grant')
  })

  test('RFC 8628 §3.4: a request without a code is invalid_request, one of a client without the grant unauthorized_client', async () => {
    const { poll, begin } = await openDevices()
    const { device_code } = await begin()
    assert.equal(outcomeOf(await poll('')), '400 invalid_request')
    assert.equal(outcomeOf(await poll(device_code, {}, 'web')), '400 unauthorized_client')
    assert.equal(outcomeOf(await poll(device_code, {}, 'nobody')), '401 invalid_client')
  })

  test('RFC 8628 §3.4: a code is redeemed by the client that it was given to, before and after it is approved', async () => {
    const { begin, poll, approve } = await openDevices()
    const { device_code, user_code } = await begin()
    assert.equal(outcomeOf(await poll(device_code, {}, 'box')), '400 invalid_grant')
    await approve(user_code, all)
    assert.equal(outcomeOf(await poll(device_code, {}, 'box')), '400 invalid_grant')
    assert.equal((await poll(device_code)).status, 200)
  })

  test('RFC 8628 §3.5: a code that is used twice is invalid_grant, and what was issued for it is revoked', async () => {
    const { begin, poll, approve, post, world } = await openDevices()
    const { device_code, user_code } = await begin()
    await approve(user_code, all)
    const { refresh_token } = tokensOf(await poll(device_code))
    const refresh = () => post('/token', { grant_type: 'refresh_token', refresh_token })
    assert.equal((await refresh()).status, 200)
    assert.equal(outcomeOf(await poll(device_code)), '400 invalid_grant')
    assert.ok(world.events.some(({ kind }) => kind === 'replay.detected'))
    assert.equal(outcomeOf(await refresh()), '400 invalid_grant')
    world.clock.advance(5000)
    assert.equal(outcomeOf(await poll(device_code)), '400 invalid_grant')
  })

  test('RFC 8628 §3.5: of many that redeem at once one has tokens', async () => {
    const { begin, poll, approve } = await openDevices()
    const { device_code, user_code } = await begin()
    await approve(user_code, all)
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => outcomeOf(await poll(device_code))))
    assert.equal(outcomes.filter(each => each === '200').length, 1)
    assert.equal(outcomes.filter(each => each === '400 invalid_grant').length, 9)
  })

  test('a device code is no authorization code, and the other way round', async () => {
    const { begin, approve, post, poll } = await openDevices()
    const { device_code, user_code } = await begin({}, 'box')
    await approve(user_code, all)
    const asCode = { grant_type: 'authorization_code', code: device_code, redirect_uri: 'https://app.example/callback' }
    assert.equal(outcomeOf(await post('/token', asCode, 'web')), '400 invalid_grant')
    assert.equal((await poll(device_code, {}, 'box')).status, 200)
  })
})

describe('what is granted', () => {
  test('RFC 6749 §3.3: a scope is refused by itself, and the answer says what is left', async () => {
    const { begin, approve, poll } = await openDevices()
    const { device_code, user_code } = await begin()
    await approve(user_code, ['openid', 'read_pets'])
    assert.equal(tokensOf(await poll(device_code)).scope, 'openid read_pets')
  })

  test('RFC 6749 §3.3: who refuses every scope refuses the request', async () => {
    const { begin, approve, poll } = await openDevices()
    const { device_code, user_code } = await begin({ scope: 'read_pets write_pets' })
    assert.equal(pageOf(await approve(user_code, []))['outcome'], 'denied')
    assert.equal(outcomeOf(await poll(device_code)), '400 access_denied')
  })

  test('a user passes on what they may, and nothing else', async () => {
    const { begin, approve, poll, reachConsent } = await openDevices()
    const { device_code, user_code } = await begin({ scope: 'read_pets write_pets' })
    await approve(user_code, ['read_pets', 'write_pets'], 'bob')
    assert.equal(tokensOf(await poll(device_code)).scope, 'read_pets')
    const nothing = await begin({ scope: 'write_orders' })
    assert.equal(pageOf(await reachConsent(nothing.user_code, 'bob'))['outcome'], 'denied')
    assert.equal(outcomeOf(await poll(nothing.device_code)), '400 access_denied')
  })

  test('RFC 8707 §2.2: of several resources the device names the one that a token is for', async () => {
    const { begin, approve, poll, world } = await openDevices()
    const { device_code, user_code } = await begin({ scope: 'read_pets order', resource: [pets, inventory] })
    await approve(user_code, ['read_pets', 'order'])
    assert.equal(outcomeOf(await poll(device_code)), '400 invalid_target')
    assert.equal(outcomeOf(await poll(device_code, { resource: 'https://other.example' })), '400 invalid_target')
    const tokens = tokensOf(await poll(device_code, { resource: inventory }))
    assert.equal(tokens.scope, 'order')
    assert.ok(world.events.some(event => event.kind === 'token.issued' && event.grantType.endsWith('device_code')))
  })

  test('RFC 6749 §6: the tokens are refreshed as any others, and end with the session without offline_access', async () => {
    const { begin, approve, poll, post, browser } = await openDevices()
    const { device_code, user_code } = await begin()
    await approve(user_code, all)
    const { refresh_token } = tokensOf(await poll(device_code))
    const refreshed = tokensOf(await post('/token', { grant_type: 'refresh_token', refresh_token }))
    const home = hiddenFields(pageOf(await browser.open('/')))
    await browser.post('/logout', { ...home, decision: 'logout' })
    const again = await post('/token', { grant_type: 'refresh_token', refresh_token: refreshed.refresh_token })
    assert.equal(outcomeOf(again), '400 invalid_grant')
  })

  test('RFC 9396 §2, §7: a device asks for details too, and has those that its user leaves', async () => {
    const paying = { ...devices.tv, metadata: { authorization_details_types: ['payment'] } }
    const features = [authorizationDetails({ types: detailTypes })]
    const { begin, ask, reachConsent, browser, poll } = await openDevices({ features, clients: [paying] })
    const asked = { scope: undefined, authorization_details: JSON.stringify([payment, payment]) }
    const { device_code, user_code } = await begin(asked)
    const page = pageOf(await reachConsent(user_code))
    const [first] = page['details'] as readonly { readonly id: string }[]
    const answer = { ...hiddenFields(page), detail: first?.id ?? '', decision: 'allow' }
    assert.equal(pageOf(await browser.post('/consent', answer))['outcome'], 'approved')
    assert.deepEqual(bodyOf(await poll(device_code))['authorization_details'], [payment])
    const unknown = { authorization_details: '[{"type":"gift"}]' }
    assert.equal(outcomeOf(await ask(unknown)), '400 invalid_authorization_details')
  })

  test('a user who takes the grant back before the device polls leaves nothing to redeem', async () => {
    const { begin, approve, poll, browser } = await openDevices()
    const { device_code, user_code } = await begin()
    await approve(user_code, all)
    await browser.post('/account/grant', { ...hiddenFields(pageOf(await browser.open('/'))), client_id: 'tv' })
    assert.equal(outcomeOf(await poll(device_code)), '400 invalid_grant')
  })

  test('OpenID Connect Core §2: a client that wants a code with each login gets it on a device too', async () => {
    const { user, code } = enrolled({ ...users.alice })
    const wanting = { ...devices.tv, requiredAcr: 'urn:ambit:acr:otp' }
    const opened = await openDevices({ clients: [wanting], users: [user], oneTimeCodes })
    const { begin, reachConsent, browser, poll, world } = opened
    const { device_code, user_code } = await begin()
    const asked = await reachConsent(user_code)
    assert.equal(pageOf(asked).page, 'login_code')
    const fields = { ...hiddenFields(pageOf(asked)), code: code(world.clock.now()) }
    const consent = hiddenFields(pageOf(await browser.post('/login/code', fields)))
    await browser.post('/consent', { ...consent, scope: all, decision: 'allow' })
    assert.equal((await poll(device_code)).status, 200)
  })

  test('a user who cannot log in as the client wants it is told so, and the device too', async () => {
    const wanting = { ...devices.tv, requiredAcr: 'urn:ambit:acr:otp' }
    const { begin, reachConsent, poll } = await openDevices({ clients: [wanting] })
    const { device_code, user_code } = await begin()
    assert.equal(pageOf(await reachConsent(user_code))['error'], 'unmet_authentication_requirements')
    assert.equal(outcomeOf(await poll(device_code)), '400 access_denied')
  })
})

describe('keys', () => {
  /** Takes a header for the proof of a key. */
  const keys: Feature = {
    name: 'keys',
    senderBindings: [
      {
        member: 'jkt',
        prove: async (_, { request: { headers } }) =>
          typeof headers['key'] === 'string' ? { confirmation: { jkt: headers['key'] } } : {},
      },
    ],
  }

  test('RFC 9449 §5: tokens are bound to the key that is proved when the device redeems its code, refresh tokens too', async () => {
    const { begin, approve, server } = await openDevices({ features: [keys] })
    const { device_code, user_code } = await begin()
    await approve(user_code, all)
    const post = (form: Form, key: string) =>
      server.handle(request({ path: '/token', form: { client_id: 'tv', ...form }, headers: { key } }))
    const answer = await post({ grant_type: deviceGrantType, device_code }, 'mine')
    assert.equal(bodyOf(answer)['token_type'], 'DPoP')
    const { refresh_token } = tokensOf(answer)
    const refresh = { grant_type: 'refresh_token', refresh_token }
    assert.equal(outcomeOf(await post(refresh, 'another')), '400 invalid_grant')
    assert.equal((await post(refresh, 'mine')).status, 200)
  })
})

describe('several at once', () => {
  /** A second browser that has typed the same code and stands on the consent page. */
  async function other({ server, world }: DeviceWorld, userCode: string, username: string) {
    const browser = testBrowser(server.handle, new URL(world.options.issuer).origin)
    const typed = { ...hiddenFields(pageOf(await browser.open('/device'))), user_code: userCode }
    const confirm = { ...hiddenFields(pageOf(await browser.post('/device', typed))), decision: 'yes' }
    const login = hiddenFields(pageOf(await browser.post('/device/confirm', confirm)))
    const consent = hiddenFields(pageOf(await browser.post('/login', { ...login, username, password })))
    return () => browser.post('/consent', { ...consent, scope: ['read_pets'], decision: 'allow' })
  }

  test('of two users who approve one device at once, one has, and the other is told that it ended', async () => {
    const opened = await openDevices()
    const { device_code, user_code } = await opened.begin({ scope: 'read_pets' })
    const approvals = [await other(opened, user_code, 'alice'), await other(opened, user_code, 'bob')]
    const pages = (await Promise.all(approvals.map(approve => approve()))).map(arrival => pageOf(arrival))
    assert.deepEqual(new Set(pages.map(page => page['outcome'])), new Set(['approved', 'ended']))
    assert.equal((await opened.poll(device_code)).status, 200)
  })

  test('an answer is kept though polls get in its way, and a poll between approval and code waits', async () => {
    const inner = memoryStore()
    const polls: string[] = []
    let isInWay = false
    const hook: { between?: () => Promise<void> } = {}
    const store: Store = {
      ...inner,
      // whatever is read is changed by somebody else before it is written
      findTicket: async (ref, kind) => {
        const found = await inner.findTicket(ref, kind)
        if (isInWay && found) await inner.changeTicket({ ...found, revision: found.revision + 1 })
        isInWay = false
        return found
      },
      saveCode: async code => {
        await hook.between?.()
        await inner.saveCode(code)
      },
    }
    const opened = await openDevices({ store })
    const { device_code, user_code } = await opened.begin()
    const fields = hiddenFields(pageOf(await opened.reachConsent(user_code)))
    hook.between = async () => void polls.push(outcomeOf(await opened.poll(device_code)))
    isInWay = true
    const done = await opened.browser.post('/consent', { ...fields, scope: all, decision: 'allow' })
    assert.equal(pageOf(done)['outcome'], 'approved')
    assert.deepEqual(polls, ['400 authorization_pending'])
    assert.equal((await opened.poll(device_code)).status, 200)
  })

  test('a logout that came between leaves nothing to redeem', async () => {
    const inner = memoryStore()
    const store: Store = {
      ...inner,
      saveCode: async code => {
        await inner.saveCode(code)
        await inner.deleteSessionsOf(code.userId)
      },
    }
    const { begin, approve, poll } = await openDevices({ store })
    const { device_code, user_code } = await begin()
    assert.equal(pageOf(await approve(user_code, all))['error'], 'login_required')
    assert.equal(outcomeOf(await poll(device_code)), '400 invalid_grant')
  })

  test('RFC 8628 §5.2: a deleted client takes its devices along', async () => {
    const { begin, world, server } = await openDevices()
    const { device_code } = await begin()
    await world.options.store.deleteClient(devices.tv.clientId, world.clock.now())
    await world.options.store.saveClient(devices.tv)
    const form = { grant_type: devices.tv.grantTypes[0], client_id: 'tv', device_code }
    assert.equal(outcomeOf(await server.handle(request({ path: '/token', form }))), '400 invalid_grant')
  })
})
