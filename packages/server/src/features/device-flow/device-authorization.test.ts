import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nodeCrypto } from '../../node/crypto.ts'
import { ServerOptionsError } from '../../options-error.ts'
import { createServer } from '../../server.ts'
import { openWorld } from '../../testing/authorize.ts'
import { inventory } from '../../testing/catalogue.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { authorizationLimits } from './device-authorization.ts'
import { deviceFlow } from './device-flow.ts'
import { deviceGrantType } from './settings.ts'
import { devices, type Form, openDevices } from './testing/device.ts'

describe('device authorization', () => {
  test('RFC 8628 §3.2: a device gets a code to poll with, a code for its user, and where that is typed', async () => {
    const { ask } = await openDevices()
    const response = await ask()
    assert.equal(response.status, 200)
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(response.headers['content-type'], 'application/json')
    const { device_code, user_code, ...rest } = bodyOf(response)
    assert.match(String(device_code), /^dc_[\w-]{43}$/)
    assert.match(String(user_code), /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    assert.deepEqual(rest, {
      verification_uri: 'https://as.example/device',
      verification_uri_complete: `https://as.example/device?user_code=${String(user_code)}`,
      expires_in: 600,
      interval: 5,
    })
  })

  test('RFC 8628 §4: the metadata names the endpoint and the grant type, where the feature is mounted', async () => {
    const { server } = await openDevices()
    assert.equal(server.metadata.device_authorization_endpoint, 'https://as.example/device_authorization')
    assert.ok(server.metadata.grant_types_supported?.includes(deviceGrantType))
  })

  test('without the feature there is no endpoint, no page, no grant type and no word in the metadata', async () => {
    const { server } = await openWorld({ clients: [devices.tv] })
    const fields = { client_id: 'tv', grant_type: deviceGrantType, device_code: 'x' }
    for (const path of ['/device_authorization', '/device', '/device/confirm', '/device/done'])
      assert.equal((await server.handle(request({ path, form: fields }))).status, 404, path)
    assert.equal(
      outcomeOf(await server.handle(request({ path: '/token', form: fields }))),
      '400 unsupported_grant_type',
    )
    assert.doesNotMatch(JSON.stringify(server.metadata), /device/)
  })

  const refused: readonly (readonly [name: string, form: Form, client: string, outcome: string])[] = [
    ['RFC 8628 §3.1: another client’s secret', { scope: 'read_pets' }, 'nobody', '401 invalid_client'],
    ['RFC 8628 §3.1: a client that is not registered for the grant', {}, 'web', '400 unauthorized_client'],
    ['RFC 8628 §3.1: two clients at once', { client_id: 'tv' }, 'box', '400 invalid_request'],
    ['RFC 6749 §3.3: an unknown scope', { scope: 'read_everything' }, 'tv', '400 invalid_scope'],
    [
      'RFC 6749 §3.3: a scope that this grant type may not carry',
      { scope: 'offline_access' },
      'tv',
      '400 invalid_scope',
    ],
    ['RFC 8707 §2: an unknown resource', { resource: 'https://elsewhere.example' }, 'tv', '400 invalid_target'],
    ['RFC 8707 §2: a scope of another resource than the named one', { resource: inventory }, 'tv', '400 invalid_scope'],
    ['a request that is too long to be kept', { authorization_details: 'x'.repeat(8200) }, 'tv', '400 invalid_request'],
  ]
  for (const [name, form, client, outcome] of refused)
    test(`${name}: ${outcome}`, async () => {
      const { ask } = await openDevices()
      assert.equal(outcomeOf(await ask(form, client)), outcome)
    })

  test('RFC 8628 §3.1: a parameter that comes twice, one in the URI, and a GET are refused', async () => {
    const { server, post } = await openDevices()
    assert.equal(
      outcomeOf(await post('/device_authorization', { scope: ['read_pets', 'read_pets'] })),
      '400 invalid_request',
    )
    const inQuery = request({ path: '/device_authorization', query: 'scope=read_pets', form: { client_id: 'tv' } })
    assert.equal(outcomeOf(await server.handle(inQuery)), '400 invalid_request')
    const get = await server.handle(request({ path: '/device_authorization', query: 'client_id=tv' }))
    assert.equal(get.status, 405)
    assert.equal(get.headers['allow'], 'POST, OPTIONS')
  })

  test('RFC 8628 §3.1: without scope the default set is asked for, and a parameter that means nothing is ignored', async () => {
    const { begin, reachConsent } = await openDevices()
    const { user_code } = await begin({ scope: undefined, prompt: 'none', colour: 'blue' })
    const { response } = await reachConsent(user_code)
    assert.match(response.body, /"page":"consent".*"read_pets"/)
    assert.doesNotMatch(response.body, /write_pets/)
  })

  test('RFC 8628 §5.1: the codes are not in the store, and a user code is not found by its hash', async () => {
    const { begin, world } = await openDevices()
    const { device_code, user_code } = await begin()
    const kept = [
      ...(await world.options.store.listTickets({ kind: 'device_code' }, 10)),
      ...(await world.options.store.listTickets({ kind: 'user_code' }, 10)),
    ]
    assert.equal(kept.length, 2)
    const text = JSON.stringify(kept)
    assert.ok(!text.includes(device_code) && !text.includes(user_code) && !text.includes(user_code.replace('-', '')))
    for (const spelt of [user_code, user_code.replace('-', '')])
      assert.ok(!text.includes(world.options.crypto.hash(spelt)))
  })

  test('RFC 8628 §5.3: a flood of one network is stopped, and no other network is', async () => {
    const { ask, post, world } = await openDevices()
    for (let count = 0; count < authorizationLimits.perNetwork; count++) assert.equal((await ask()).status, 200)
    const stopped = await ask()
    assert.equal(outcomeOf(stopped), '429 temporarily_unavailable')
    assert.equal(stopped.headers['retry-after'], '600')
    const elsewhere = await post('/device_authorization', { scope: 'read_pets' }, 'tv', '198.51.100.7')
    assert.equal(elsewhere.status, 200)
    assert.equal((await ask({}, 'box')).status, 200)
    world.clock.advance(601)
    assert.equal((await ask()).status, 200)
  })

  test('RFC 8628 §3.2: a user code that is taken is made anew', async () => {
    const crypto = nodeCrypto()
    let keysAndCodes = 0
    // the first is the key by which codes are kept, the next two are one code
    const random = (length: number) =>
      length === 32 ? (++keysAndCodes < 4 ? 'A' : 'B').repeat(43) : crypto.random(length)
    const { begin } = await openDevices({ crypto: { ...crypto, random } })
    assert.equal((await begin()).user_code, 'BBBB-BBBB')
    assert.equal((await begin()).user_code, 'CCCC-CCCC')
    assert.equal(keysAndCodes, 4)
  })

  test('what is set wrongly is told when the server starts', async () => {
    const { world } = await openWorld()
    const options = { ttl: 5, interval: 0.5, userCode: { length: 4 } }
    const start = () => createServer({ ...world.options, features: [deviceFlow(options)] })
    assert.throws(start, (error: unknown) => {
      assert.ok(error instanceof ServerOptionsError)
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        ['features.deviceFlow.ttl', 'features.deviceFlow.interval', 'features.deviceFlow.userCode.length'],
      )
      return true
    })
  })

  test('RFC 8628 §6.1: a longer user code is shown in groups', async () => {
    const { begin } = await openDevices({ device: { userCode: { length: 10 }, ttl: 60, interval: 2 } })
    const { user_code, expires_in, interval } = await begin()
    assert.match(user_code, /^[A-Z]{4}-[A-Z]{4}-[A-Z]{2}$/)
    assert.deepEqual([expires_in, interval], [60, 2])
  })
})
