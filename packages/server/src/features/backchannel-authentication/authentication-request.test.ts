import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SignJWT } from 'jose'
import { findInconsistencies } from '../../client/registered-metadata/inconsistencies.ts'
import { ServerOptionsError } from '../../options-error.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { createServer } from '../../server.ts'
import { openWorld } from '../../testing/authorize.ts'
import { hiddenFields, pageOf } from '../../testing/browser.ts'
import { inventory } from '../../testing/catalogue.ts'
import { clientSecret, redirectUri, users } from '../../testing/clients.ts'
import { clientKeys } from '../../testing/keys.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { tokensOf } from '../../testing/token-requests.ts'
import { promptLimits } from './authentication-endpoint.ts'
import { backchannelAuthentication } from './backchannel-authentication.ts'
import { backchannelFields, findBackchannelProblems, notificationEndpoint } from './client-fields.ts'
import { cibaGrantType, type FindUser } from './settings.ts'
import { askers, type Form, notificationToken, openBackchannel } from './testing/backchannel.ts'
import { unknownLimits } from './user-hint.ts'

describe('authentication request', () => {
  test('OpenID Connect CIBA Core §7.3: the client gets what it polls with, for how long, and how often', async () => {
    const { ask } = await openBackchannel()
    const response = await ask()
    assert.equal(response.status, 200)
    assert.equal(response.headers['cache-control'], 'no-store')
    const { auth_req_id, ...rest } = bodyOf(response)
    assert.match(String(auth_req_id), /^bc_[\w-]{43}$/)
    assert.deepEqual(rest, { expires_in: 300, interval: 5 })
  })

  test('OpenID Connect CIBA Core §4: the metadata says what is mounted', async () => {
    const { server } = await openBackchannel()
    const { metadata } = server
    assert.equal(metadata.backchannel_authentication_endpoint, 'https://as.example/backchannel_authentication')
    assert.deepEqual(metadata.backchannel_token_delivery_modes_supported, ['poll', 'ping'])
    assert.equal(metadata.backchannel_user_code_parameter_supported, false)
    assert.deepEqual(metadata.backchannel_authentication_request_signing_alg_values_supported, ['ES256'])
    assert.ok(metadata.grant_types_supported?.includes(cibaGrantType))
    const plain = await openBackchannel({ backchannel: { modes: ['poll'], signedRequests: [] } })
    assert.deepEqual(plain.server.metadata.backchannel_token_delivery_modes_supported, ['poll'])
    assert.ok(!('backchannel_authentication_request_signing_alg_values_supported' in plain.server.metadata))
  })

  test('without the feature there is no endpoint, no page, no grant type and no word in the metadata', async () => {
    const { server } = await openWorld({ clients: [askers.desk] })
    const basic = ['desk', clientSecret] as const
    for (const path of ['/backchannel_authentication', '/backchannel', '/backchannel/done'])
      assert.equal((await server.handle(request({ path, form: { scope: 'openid' }, basic }))).status, 404, path)
    const form = { grant_type: cibaGrantType, auth_req_id: 'x' }
    assert.equal(outcomeOf(await server.handle(request({ path: '/token', form, basic }))), '400 unsupported_grant_type')
    assert.doesNotMatch(JSON.stringify(server.metadata), /backchannel|ciba/)
  })

  const hintless = { login_hint: undefined }
  const refused: readonly (readonly [name: string, form: Form, client: string, outcome: string])[] = [
    ['OpenID Connect CIBA Core §7.1: a client that does not authenticate', {}, 'nobody', '401 invalid_client'],
    ['OpenID Connect CIBA Core §7.1: a public client', {}, 'open', '400 unauthorized_client'],
    ['OpenID Connect CIBA Core §7.2: a client that is not registered for it', {}, 'web', '400 unauthorized_client'],
    ['OpenID Connect CIBA Core §7.2: no hint', hintless, 'desk', '400 invalid_request'],
    ['OpenID Connect CIBA Core §7.2: two hints', { login_hint_token: 'x' }, 'desk', '400 invalid_request'],
    ['OpenID Connect CIBA Core §7.2: another two hints', { id_token_hint: 'x' }, 'desk', '400 invalid_request'],
    ['OpenID Connect CIBA Core §7.1: no openid in the scope', { scope: 'read_pets' }, 'desk', '400 invalid_scope'],
    ['OpenID Connect CIBA Core §7.1: no scope', { scope: undefined }, 'desk', '400 invalid_scope'],
    ['RFC 6749 §3.3: an unknown scope', { scope: 'open read_pets' }, 'desk', '400 invalid_scope'],
    [
      'RFC 6749 §3.3: a scope that this grant type may not carry',
      { scope: 'openid offline_access' },
      'desk',
      '400 invalid_scope',
    ],
    ['RFC 8707 §2: an unknown resource', { resource: 'https://elsewhere.example' }, 'desk', '400 invalid_target'],
    [
      'RFC 8707 §2: a scope of another resource than the named one',
      { resource: inventory },
      'desk',
      '400 invalid_scope',
    ],
    ['OpenID Connect CIBA Core §7.2: a user who is not known', { login_hint: 'zoe' }, 'desk', '400 unknown_user_id'],
    [
      'OpenID Connect CIBA Core §7.1: a hint that nobody reads here',
      { ...hintless, login_hint_token: 'x' },
      'desk',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1: an ID token that is none',
      { ...hintless, id_token_hint: 'a.b.c' },
      'desk',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a message that is too long',
      { binding_message: 'x'.repeat(65) },
      'desk',
      '400 invalid_binding_message',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a message of two lines',
      { binding_message: 'a\nb' },
      'desk',
      '400 invalid_binding_message',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a message that turns the writing around',
      { binding_message: 'a\u202eb' },
      'desk',
      '400 invalid_binding_message',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a message of spaces',
      { binding_message: '   ' },
      'desk',
      '400 invalid_binding_message',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a message that nobody sees',
      { binding_message: '\u3164\u2800' },
      'desk',
      '400 invalid_binding_message',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a message whose marks pile up',
      { binding_message: `a${'\u0301'.repeat(40)}` },
      'desk',
      '400 invalid_binding_message',
    ],
    ['OpenID Connect CIBA Core §7.1: an expiry that is none', { requested_expiry: '0' }, 'desk', '400 invalid_request'],
    ['OpenID Connect CIBA Core §7.1: an expiry below zero', { requested_expiry: '-5' }, 'desk', '400 invalid_request'],
    [
      'OpenID Connect CIBA Core §7.1: an expiry that is no number',
      { requested_expiry: 'soon' },
      'desk',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a level that no login reaches',
      { acr_values: 'urn:other' },
      'desk',
      '400 invalid_request',
    ],
    ['OpenID Connect CIBA Core §7.1: no token for the ping', {}, 'told', '400 invalid_request'],
    [
      'OpenID Connect CIBA Core §7.1: a token for the ping that can be guessed',
      { client_notification_token: 'short' },
      'told',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a token for the ping that is too long',
      { client_notification_token: 'x'.repeat(1025) },
      'told',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1: a token for the ping that is no bearer token',
      { client_notification_token: `a, b${'c'.repeat(30)}` },
      'told',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1.1: a signed request of a client that signs none',
      { request: 'a.b.c' },
      'desk',
      '400 invalid_request',
    ],
    [
      'OpenID Connect CIBA Core §7.1.1: an unsigned request of a client that signs',
      {},
      'signer',
      '400 invalid_request',
    ],
  ]
  for (const [name, form, client, outcome] of refused)
    test(`${name}: ${outcome}`, async () => {
      const { ask } = await openBackchannel()
      assert.equal(outcomeOf(await ask(form, client)), outcome)
    })

  test('OpenID Connect CIBA Core §7.1: parameters twice, in the URI, or by GET are refused', async () => {
    const { server, ask } = await openBackchannel()
    assert.equal(outcomeOf(await ask({ login_hint: ['alice', 'bob'] })), '400 invalid_request')
    const basic = ['desk', clientSecret] as const
    const path = '/backchannel_authentication'
    assert.equal(
      outcomeOf(await server.handle(request({ path, query: 'a=b', form: {}, basic }))),
      '400 invalid_request',
    )
    assert.equal((await server.handle(request({ path, basic }))).status, 405)
  })

  test('OpenID Connect CIBA Core §7.1: a client may want to wait less long, and not longer; a code of the user is ignored', async () => {
    const { begin } = await openBackchannel()
    assert.equal((await begin({ requested_expiry: '60', user_code: '1234' })).expires_in, 60)
    assert.equal((await begin({ requested_expiry: '999999999' })).expires_in, 300)
  })

  test('OpenID Connect CIBA Core §13: where a message is wanted, a request without one is invalid_binding_message', async () => {
    const { ask } = await openBackchannel({ backchannel: { requireBindingMessage: true } })
    assert.equal(outcomeOf(await ask()), '400 invalid_binding_message')
    assert.equal((await ask({ binding_message: 'Kasse 7: 12,50 €' })).status, 200)
  })

  test('OpenID Connect CIBA Core §4: a client whose delivery mode is not offered is unauthorized_client', async () => {
    const { ask } = await openBackchannel({ backchannel: { modes: ['poll'] } })
    assert.equal(
      outcomeOf(await ask({ client_notification_token: notificationToken }, 'told')),
      '400 unauthorized_client',
    )
  })

  test('OpenID Connect CIBA Core §7.1: nothing that is given out lies open in the store', async () => {
    const { begin, world } = await openBackchannel()
    const { auth_req_id } = await begin({ client_notification_token: notificationToken }, 'told')
    const [ticket] = await world.options.store.listTickets({ kind: 'backchannel' }, 10)
    assert.ok(ticket)
    assert.ok(!JSON.stringify(ticket).includes(auth_req_id) && !JSON.stringify(ticket).includes(notificationToken))
  })
})

describe('hints', () => {
  const read: FindUser = async ({ kind, value, clientId }) => {
    if (value === 'old') return 'expired'
    return kind === 'login_hint_token' && clientId === 'desk' && value === 'token-of-bob'
      ? { username: 'bob' }
      : 'unknown'
  }

  test('OpenID Connect CIBA Core §7.1: the operator reads hints', async () => {
    const { ask, logIn, waiting } = await openBackchannel({ backchannel: { findUser: read } })
    const hinted = (login_hint_token: string) => ask({ login_hint: undefined, login_hint_token })
    assert.equal((await hinted('token-of-bob')).status, 200)
    assert.equal(outcomeOf(await hinted('token-of-zoe')), '400 unknown_user_id')
    assert.equal(outcomeOf(await hinted('old')), '400 expired_login_hint_token')
    await logIn('bob')
    assert.equal((pageOf(await waiting())['requests'] as unknown[]).length, 1)
  })

  test('OpenID Connect CIBA Core §7.1: a name is folded as at the login page', async () => {
    const { ask } = await openBackchannel()
    assert.equal((await ask({ login_hint: ' ＡＬＩＣＥ ' })).status, 200)
  })

  test('OpenID Connect CIBA Core §7.1: an ID token of this client is a hint, also when it is old; one of another is none', async () => {
    const { begin, ask, poll, logIn, answer, world } = await openBackchannel()
    const { auth_req_id } = await begin()
    await logIn()
    await answer('allow')
    const { id_token } = tokensOf(await poll(auth_req_id))
    world.clock.advance(3 * 86_400)
    const hinted = (client: string, id_token_hint: string) => ask({ login_hint: undefined, id_token_hint }, client)
    assert.equal((await hinted('desk', id_token)).status, 200)
    assert.equal(outcomeOf(await hinted('till', id_token)), '400 invalid_request')
    await world.options.store.deleteUser(users.alice.userId, world.clock.now())
    assert.equal(outcomeOf(await hinted('desk', id_token)), '400 unknown_user_id')
  })

  test('OpenID Connect CIBA Core §14: who tries names finds out few', async () => {
    const { ask, world } = await openBackchannel()
    for (let count = 0; count < unknownLimits.perClient; count++)
      assert.equal(outcomeOf(await ask({ login_hint: `user${count}` })), '400 unknown_user_id')
    const stopped = await ask({ login_hint: 'another' })
    assert.equal(outcomeOf(stopped), '429 temporarily_unavailable')
    assert.equal(stopped.headers['retry-after'], '600')
    assert.equal((await ask()).status, 200)
    assert.equal(outcomeOf(await ask({ login_hint: 'another' }, 'till')), '400 unknown_user_id')
    world.clock.advance(601)
    assert.equal(outcomeOf(await ask({ login_hint: 'another' })), '400 unknown_user_id')
  })
})

describe('prompts', () => {
  test('OpenID Connect CIBA Core §14: of one client few requests wait for one user', async () => {
    const { ask, begin, logIn, answer } = await openBackchannel()
    for (let count = 0; count < promptLimits.perClient; count++) await begin()
    assert.equal(outcomeOf(await ask()), '429 temporarily_unavailable')
    assert.equal((await ask({ login_hint: 'bob' })).status, 200)
    await logIn()
    await answer('deny')
    assert.equal((await ask()).status, 200)
    assert.equal((await ask({}, 'till')).status, 200)
  })

  test('OpenID Connect CIBA Core §14: of many requests at once no more wait, and are told, than of many one after another', async () => {
    let told = 0
    const notify = async () => void told++
    const { ask, begin, logIn, waiting } = await openBackchannel({ backchannel: { notify } })
    await begin()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
    const taken = answers.filter(({ status }) => status === 200).length
    assert.ok(taken < promptLimits.perClient, `${taken}`)
    assert.equal(told, taken + 1)
    await logIn()
    assert.equal((pageOf(await waiting())['requests'] as readonly unknown[]).length, taken + 1)
  })

  test('OpenID Connect CIBA Core §14: who is refused does not ask again and again', async () => {
    const { ask, begin, logIn, answer, world } = await openBackchannel()
    await logIn()
    for (let count = 0; count < promptLimits.perWindow; count++) {
      await begin()
      await answer('deny')
    }
    const stopped = await ask()
    assert.equal(outcomeOf(stopped), '429 temporarily_unavailable')
    assert.equal(stopped.headers['retry-after'], '600')
    world.clock.advance(601)
    assert.equal((await ask()).status, 200)
  })

  test('OpenID Connect CIBA Core §14: of all clients together no more wait for one user than they can look at', async () => {
    const many = Array.from(
      { length: 8 },
      (_, index) => ({ ...askers.desk, clientId: `desk-${index}` }) as ClientRecord,
    )
    const { ask } = await openBackchannel({ clients: many })
    const answers: string[] = []
    for (const { clientId } of many)
      for (let count = 0; count < promptLimits.perClient; count++) answers.push(outcomeOf(await ask({}, clientId)))
    assert.equal(answers.filter(each => each === '200').length, promptLimits.perUser)
  })

  test('the operator is asked to tell the user, and may fail at it', async () => {
    const told: unknown[] = []
    const { ask, world } = await openBackchannel({
      backchannel: {
        notify: async (...about) => {
          told.push(about)
          throw new Error('no signal')
        },
      },
    })
    assert.equal((await ask({ binding_message: 'W4SCT' })).status, 200)
    const [[user, url, about] = []] = told as [Record<string, unknown>, string, unknown][]
    assert.deepEqual(
      [user?.['username'], url, about],
      ['alice', 'https://as.example/backchannel', { clientName: 'desk', bindingMessage: 'W4SCT' }],
    )
    assert.ok(!JSON.stringify(told).includes('plain:'))
    await new Promise(setImmediate)
    assert.ok(world.events.some(event => event.kind === 'warning' && event.message.includes('no signal')))
  })

  test('an operator who fails at telling the user before it begins keeps no request from its client', async () => {
    const fail = () => {
      throw new Error('no line')
    }
    const { ask, world } = await openBackchannel({ backchannel: { notify: fail } })
    assert.equal(outcomeOf(await ask()), '200')
    assert.ok(world.events.some(event => event.kind === 'warning' && event.message.includes('no line')))
  })
})

describe('signed requests', () => {
  const issuer = 'https://as.example'
  const now = 1_800_000_000
  const claims = {
    iss: 'signer',
    aud: issuer,
    iat: now,
    nbf: now,
    exp: now + 60,
    jti: 'once',
    scope: 'openid read_pets',
    login_hint: 'alice',
  }
  const sign = (changes: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: 'client-key', ...header })
      .sign(clientKeys.privateKey)
  const none = { scope: undefined, login_hint: undefined }

  test('OpenID Connect CIBA Core §7.1.1: the parameters of a signed request are those of the request, once', async () => {
    const { ask } = await openBackchannel()
    const object = await sign({ requested_expiry: 45, resource: ['https://api.example/pets'] })
    const response = await ask({ ...none, request: object }, 'signer')
    assert.equal(bodyOf(response)['expires_in'], 45)
    assert.equal(outcomeOf(await ask({ ...none, request: object }, 'signer')), '400 invalid_request')
  })

  const wrong: readonly (readonly [name: string, changes: Readonly<Record<string, unknown>>])[] = [
    ['of another issuer', { iss: 'desk' }],
    ['without an issuer', { iss: undefined }],
    ['that could be an assertion', { sub: 'signer' }],
    ['for another server', { aud: 'https://other.example' }],
    ['for nobody', { aud: undefined }],
    ['without an identifier', { jti: undefined }],
    ['without a time of issue', { iat: undefined }],
    ['without a beginning', { nbf: undefined }],
    ['without an end', { exp: undefined }],
    ['that has ended', { exp: now - 60, nbf: now - 120, iat: now - 120 }],
    ['that is not yet good', { nbf: now + 120, exp: now + 180 }],
    ['that is good for too long', { exp: now + 7200 }],
    ['with a parameter of the wrong type', { scope: ['openid'] }],
    ['with an expiry of the wrong type', { requested_expiry: true }],
    ['without a hint', { login_hint: undefined }],
  ]
  for (const [name, changes] of wrong)
    test(`OpenID Connect CIBA Core §7.1.1: a signed request is invalid_request: one ${name}`, async () => {
      const { ask } = await openBackchannel()
      assert.equal(outcomeOf(await ask({ ...none, request: await sign(changes) }, 'signer')), '400 invalid_request')
    })

  test('OpenID Connect CIBA Core §7.1.1: a signed request is invalid_request: one with a parameter beside it, of another key, or unsigned', async () => {
    const { ask } = await openBackchannel()
    assert.equal(
      outcomeOf(await ask({ ...none, scope: 'openid', request: await sign() }, 'signer')),
      '400 invalid_request',
    )
    const [header, payload] = (await sign()).split('.')
    const unsigned = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`
    for (const object of [unsigned, `${header}.${payload}.${'A'.repeat(86)}`, 'nonsense'])
      assert.equal(outcomeOf(await ask({ ...none, request: object }, 'signer')), '400 invalid_request')
  })

  test('OpenID Connect CIBA Core §7.1.1: who signs its requests is told that it must', async () => {
    const { ask } = await openBackchannel()
    assert.match((await ask({}, 'signer')).body, /this client signs its requests/)
  })

  test('OpenID Connect CIBA Core §7.1.1: where the server takes none, signed requests are refused', async () => {
    const { ask } = await openBackchannel({ backchannel: { signedRequests: [] } })
    assert.equal(outcomeOf(await ask({ ...none, request: await sign() }, 'signer')), '400 invalid_request')
  })
})

describe('what clients register', () => {
  const wrongValues: readonly (readonly [name: string, value: unknown])[] = [
    ['backchannel_token_delivery_mode', 'push'],
    ['backchannel_token_delivery_mode', 7],
    ['backchannel_client_notification_endpoint', 'http://told.example/ping'],
    ['backchannel_client_notification_endpoint', 'https://user:pass@told.example/'],
    ['backchannel_client_notification_endpoint', 'https://told.example/#here'],
    ['backchannel_client_notification_endpoint', `https://told.example/${'x'.repeat(512)}`],
    ['backchannel_client_notification_endpoint', 'https://'],
    ['backchannel_authentication_request_signing_alg', 'none'],
  ]
  for (const [name, value] of wrongValues)
    test(`OpenID Connect CIBA Core §4: \`${name}\` cannot be ${String(value).slice(0, 40)}`, () => {
      const field = backchannelFields.find(each => each.name === name)
      assert.ok(field)
      assert.equal(field.parse(value), undefined)
    })

  test('OpenID Connect CIBA Core §4: a client that is told names where, and each authenticates', () => {
    const names = (client: ClientRecord) => findBackchannelProblems(client).map(({ name }) => name)
    assert.deepEqual(names(askers.told), [])
    assert.deepEqual(names(askers.open), ['grant_types'])
    const { metadata: _, ...rest } = askers.told
    assert.deepEqual(names({ ...rest, metadata: { backchannel_token_delivery_mode: 'ping' } }), [
      notificationEndpoint.name,
    ])
    assert.deepEqual(names({ ...askers.open, grantTypes: [] }), [])
    assert.deepEqual(findInconsistencies(askers.desk), [])
  })

  test('what is set wrongly is told when the server starts', async () => {
    const { world } = await openWorld()
    const feature = backchannelAuthentication({ ttl: 5, interval: 99, modes: ['ping'] })
    assert.throws(
      () => createServer({ ...world.options, features: [feature] }),
      (error: unknown) => {
        assert.ok(error instanceof ServerOptionsError)
        const paths = error.problems.map(({ path }) => path.replace('features.backchannelAuthentication.', ''))
        assert.deepEqual(paths, ['outbound', 'ttl', 'interval', 'sealing'])
        return true
      },
    )
    assert.throws(() =>
      backchannelAuthentication({ sealing: { tools: { seal: String, unseal: String }, key: 'short' } }),
    )
    const none = backchannelAuthentication({ modes: [] })
    assert.throws(() => createServer({ ...world.options, features: [none] }), /modes/)
  })

  test('the authorization endpoint knows none of these clients', async () => {
    const { authorize } = await openBackchannel()
    const arrival = await authorize({ client_id: 'desk', redirect_uri: redirectUri })
    assert.equal(pageOf(arrival)['error'], 'invalid_request')
    assert.deepEqual(hiddenFields(pageOf(arrival)), {})
  })
})
