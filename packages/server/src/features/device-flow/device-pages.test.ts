import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hiddenFields, pageOf } from '../../testing/browser.ts'
import { password } from '../../testing/clients.ts'
import { outcomeOf } from '../../testing/requests.ts'
import { entryLimits } from './code-entry.ts'
import { type DeviceWorld, openDevices } from './testing/device.ts'

/** A code that nobody has. */
const wrong = 'ZZZZ-ZZZZ'

async function deny({ browser }: DeviceWorld, arrival: Awaited<ReturnType<DeviceWorld['type']>>) {
  return browser.post('/device/confirm', { ...hiddenFields(pageOf(arrival)), decision: 'no' })
}

describe('typing a code', () => {
  for (const spelling of ['as it is shown', 'in small letters', 'without a dash', 'with spaces'])
    test(`RFC 8628 §6.1: a code is taken ${spelling}`, async () => {
      const { begin, type } = await openDevices()
      const { user_code } = await begin()
      const typed = {
        'as it is shown': user_code,
        'in small letters': user_code.toLowerCase(),
        'without a dash': user_code.replace('-', ''),
        'with spaces': ` ${[...user_code].join(' ')} `,
      }[spelling]
      assert.equal(pageOf(await type(typed ?? '')).page, 'device_confirm')
    })

  test('RFC 8628 §3.3.1: a code in the address is shown to be compared, and nothing is done with it before that', async () => {
    const { begin, browser, world } = await openDevices()
    const { verification_uri_complete, user_code } = await begin()
    const arrival = await browser.open(verification_uri_complete)
    assert.equal(pageOf(arrival).page, 'device_code')
    assert.equal(pageOf(arrival)['userCode'], user_code)
    assert.doesNotMatch(arrival.response.body, /"tv"/)
    const spelt = await browser.open(`/device?user_code=${user_code.toLowerCase().replace('-', '+')}`)
    assert.equal(pageOf(spelt)['userCode'], user_code)
    const odd = await browser.open('/device?user_code=%3Cscript%3E')
    assert.equal(pageOf(odd)['userCode'], undefined)
    const key = `device:network:192.0.2.1`
    assert.equal((await world.options.store.findFailures(key, world.clock.now())).count, 0)
  })

  test('RFC 8628 §3.3: a wrong code, one that has expired and one that was answered are all told the same', async () => {
    const opened = await openDevices()
    const { begin, type, approve, world } = opened
    const problemOf = async (userCode: string) => pageOf(await type(userCode))['problem']
    assert.equal(await problemOf(wrong), 'wrong_code')
    assert.equal(await problemOf(''), 'wrong_code')
    const { user_code: answered } = await begin()
    await approve(answered, ['openid', 'read_pets'])
    assert.equal(await problemOf(answered), 'wrong_code')
    const { user_code: old } = await begin()
    world.clock.advance(600)
    assert.equal(await problemOf(old), 'wrong_code')
  })

  test('RFC 8628 §5.1: tries are counted for the browser, the right ones too, and the window ends', async () => {
    const { begin, type, world } = await openDevices()
    const { user_code } = await begin()
    for (let count = 0; count < entryLimits.perBrowser; count++) await type(count === 2 ? user_code : wrong)
    const throttled = await type(user_code)
    assert.equal(pageOf(throttled)['problem'], 'throttled')
    assert.equal(throttled.response.status, 429)
    assert.equal(throttled.response.headers['retry-after'], '600')
    world.clock.advance(601)
    const { user_code: next } = await begin()
    assert.equal(pageOf(await type(next)).page, 'device_confirm')
  })

  test('RFC 8628 §5.1: who is logged in is not locked out by their network, and is counted wherever they are', async () => {
    const { type, begin, browser, world } = await openDevices()
    const { user_code } = await begin()
    for (let count = 0; count <= entryLimits.perNetwork; count++) {
      browser.cookies.clear()
      await type(wrong)
    }
    browser.cookies.clear()
    assert.equal(pageOf(await type(user_code))['problem'], 'throttled')
    const logIn = async () => {
      browser.cookies.clear()
      const fields = hiddenFields(pageOf(await browser.open('/login')))
      await browser.post('/login', { ...fields, username: 'alice', password })
    }
    await logIn()
    assert.equal(pageOf(await type(user_code)).page, 'device_confirm')
    for (let count = 1; count < entryLimits.perUser; count++) {
      await logIn()
      assert.equal(pageOf(await type(wrong))['problem'], 'wrong_code')
    }
    await logIn()
    assert.equal(pageOf(await type(user_code))['problem'], 'throttled')
    world.clock.advance(601)
    const { user_code: next } = await begin()
    assert.equal(pageOf(await type(next)).page, 'device_confirm')
  })

  test('RFC 8628 §5.1: who forgets their cookies is counted for the network', async () => {
    const { begin, browser, type } = await openDevices()
    const { user_code } = await begin()
    for (let count = 0; count < entryLimits.perNetwork; count++) {
      browser.cookies.clear()
      assert.equal(pageOf(await type(wrong))['problem'], 'wrong_code')
    }
    browser.cookies.clear()
    assert.equal(pageOf(await type(user_code))['problem'], 'throttled')
  })

  test('RFC 8628 §5.1: of many tries at once no more are looked at than one after another', async () => {
    const { browser, world } = await openDevices()
    const fields = { ...hiddenFields(pageOf(await browser.open('/device'))), user_code: wrong }
    const many = Array.from({ length: 40 }, () => browser.post('/device', fields))
    await Promise.all(many)
    const { count } = await world.options.store.findFailures('device:network:192.0.2.1', world.clock.now())
    assert.equal(count, 40)
  })

  test('RFC 6749 §10.12: a form that another site sends types no code', async () => {
    const { begin, browser } = await openDevices()
    const { user_code } = await begin()
    const arrival = await browser.open('/device')
    for (const csrf of [undefined, 'x'.repeat(43)]) {
      const answer = await browser.post('/device', { user_code, ...(csrf && { csrf }) })
      assert.equal(pageOf(answer)['problem'], 'expired_form')
      assert.equal(answer.response.status, 403)
    }
    const { csrf = '' } = hiddenFields(pageOf(arrival))
    browser.cookies.clear()
    await browser.open('/device')
    assert.equal(pageOf(await browser.post('/device', { user_code, csrf }))['problem'], 'expired_form')
  })

  test('a problem is shown once, and forms that are none are refused on a page', async () => {
    const { browser, type } = await openDevices()
    assert.equal(pageOf(await type(wrong))['problem'], 'wrong_code')
    assert.equal(pageOf(await browser.open('/device'))['problem'], undefined)
    for (const path of ['/device?user_code=a&user_code=b', '/device/confirm?interaction=%ff', '/device/done?a=%ff'])
      assert.equal(pageOf(await browser.open(path))['error'], 'invalid_request', path)
  })
})

describe('confirming', () => {
  test('RFC 8628 §5.4: the page tells which app asks, that a device does, when and from where, before anybody logs in', async () => {
    const { begin, type, browser } = await openDevices()
    const { user_code } = await begin()
    const page = pageOf(await type(user_code))
    assert.equal(page.page, 'device_confirm')
    assert.deepEqual(page['client'], {
      clientId: 'tv',
      name: 'tv',
      aside: { kind: 'device', requestedAt: 1_800_000_000, network: '192.0.2.*' },
    })
    assert.equal(page['isElsewhere'], false)
    const { interaction = '' } = hiddenFields(page)
    const elsewhere = await browser.send({
      path: '/device/confirm',
      query: `interaction=${interaction}`,
      remoteAddress: '2001:db8::1',
    })
    assert.equal(pageOf({ response: elsewhere })['isElsewhere'], true)
  })

  test('RFC 8628 §5.4: of a device in an IPv6 network the page shows a part', async () => {
    const { post, type } = await openDevices()
    const answer = await post('/device_authorization', { scope: 'read_pets' }, 'tv', '2001:db8:12:34:5::6')
    const page = pageOf(await type((JSON.parse(answer.body) as { user_code: string }).user_code))
    assert.match(JSON.stringify(page['client']), /"network":"2001:db8:12:\*"/)
    assert.equal(page['isElsewhere'], true)
  })

  test('where the client has a server of its own, nothing is said of the network of that server', async () => {
    const { begin, type } = await openDevices()
    const { user_code } = await begin({}, 'box')
    const page = pageOf(await type(user_code))
    assert.equal(page['isElsewhere'], undefined)
    assert.doesNotMatch(JSON.stringify(page['client']), /network/)
  })

  test('RFC 8628 §3.3, §5.4: consent is asked in any case, and says that a device asks', async () => {
    const { begin, approve, reachConsent } = await openDevices()
    const first = await begin()
    await approve(first.user_code, ['openid', 'read_pets', 'write_pets'])
    const page = pageOf(await reachConsent((await begin()).user_code))
    assert.equal(page.page, 'consent')
    assert.deepEqual(page['groups'], [])
    assert.match(JSON.stringify(page['client']), /"aside":\{"kind":"device"/)
  })

  test('RFC 8628 §5.4: who did not begin it refuses, and the device is told', async () => {
    const opened = await openDevices()
    const { device_code, user_code } = await opened.begin()
    const done = pageOf(await deny(opened, await opened.type(user_code)))
    assert.deepEqual([done.page, done['to'], done['outcome']], ['answer_sent', 'device', 'denied'])
    assert.equal(outcomeOf(await opened.poll(device_code)), '400 access_denied')
  })

  test('RFC 8628 §5.4: nothing goes on that nobody has confirmed', async () => {
    const { begin, type, browser, poll } = await openDevices()
    const { device_code, user_code } = await begin()
    const { interaction } = hiddenFields(pageOf(await type(user_code)))
    const skipped = pageOf(await browser.open(`/continue?interaction=${interaction}`))
    assert.equal(skipped['error'], 'interaction_required')
    assert.equal(outcomeOf(await poll(device_code)), '400 access_denied')
  })

  test('RFC 6749 §10.12: a form that another site sends confirms nothing, nor does one without an answer', async () => {
    const { begin, type, browser, poll } = await openDevices()
    const { device_code, user_code } = await begin()
    const fields = hiddenFields(pageOf(await type(user_code)))
    const { interaction = '' } = fields
    for (const answer of [{ interaction, decision: 'yes' }, { ...fields, decision: 'perhaps' }, fields])
      assert.equal(pageOf(await browser.post('/device/confirm', answer)).page, 'device_confirm')
    assert.equal(outcomeOf(await poll(device_code)), '400 authorization_pending')
  })

  test('RFC 8628 §5.4: a request belongs to the browser in which its code was typed', async () => {
    const { begin, type, browser } = await openDevices()
    const { user_code } = await begin()
    const { interaction } = hiddenFields(pageOf(await type(user_code)))
    browser.cookies.clear()
    for (const path of ['device/confirm', 'continue', 'login', 'consent'])
      assert.equal(pageOf(await browser.open(`/${path}?interaction=${interaction}`))['error'], 'invalid_request', path)
  })

  test('the page is for devices alone', async () => {
    const { authorize, browser } = await openDevices()
    const { interaction } = hiddenFields(pageOf(await authorize()))
    const page = pageOf(await browser.open(`/device/confirm?interaction=${interaction}`))
    assert.equal(page['error'], 'invalid_request')
  })

  test('a request that has ended, or whose client may no longer ask, goes no further', async () => {
    const { begin, type, browser, world } = await openDevices()
    const { user_code } = await begin()
    const { interaction } = hiddenFields(pageOf(await type(user_code)))
    const path = `/device/confirm?interaction=${interaction}`
    const client = await world.options.store.findClient('tv')
    assert.ok(client)
    await world.options.store.saveClient({ ...client, grantTypes: [] })
    assert.equal(pageOf(await browser.open(path))['error'], 'invalid_client')
    await world.options.store.saveClient(client)
    assert.equal(pageOf(await browser.open(path)).page, 'device_confirm')
    world.clock.advance(600)
    assert.equal(pageOf(await browser.open(path))['error'], 'invalid_request')
  })

  test('a refusal that comes too late says so', async () => {
    const opened = await openDevices()
    const { browser, begin, type, approve } = opened
    const { user_code } = await begin()
    const late = await type(user_code)
    await approve(user_code, ['openid', 'read_pets'])
    assert.equal(pageOf(await deny(opened, late))['error'], 'invalid_request')
    assert.equal(pageOf(await browser.open('/device/done?outcome=nonsense'))['outcome'], 'ended')
  })

  test('the signed-in home leads to the page', async () => {
    const { begin, approve, browser } = await openDevices()
    await approve((await begin()).user_code, ['openid', 'read_pets'])
    assert.deepEqual(pageOf(await browser.open('/'))['notices'], [{ kind: 'connect_device', path: '/device' }])
  })
})
