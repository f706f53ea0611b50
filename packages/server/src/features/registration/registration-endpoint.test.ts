// RFC 7591
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { booleanField } from '../../client/metadata-field.ts'
import { ServerOptionsError } from '../../options-error.ts'
import { overStore } from '../../over-store.ts'
import type { Store } from '../../ports/store.ts'
import { StoreUnavailable } from '../../ports/store-unavailable.ts'
import { createServer } from '../../server.ts'
import { clientSecret, testClient } from '../../testing/clients.ts'
import { clientKeys } from '../../testing/keys.ts'
import { plainMetadata, register, registrationWorld, sendMetadata, testPolicy } from '../../testing/registration.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { postToken } from '../../testing/token-requests.ts'
import { testWorld, type WorldOverrides } from '../../testing/world.ts'
import { deviceFlow } from '../device-flow/device-flow.ts'
import type { RegistrationOptions } from './options.ts'
import { registration } from './registration.ts'

const jwks = { keys: [clientKeys.publicJwk] }

describe('a client that registers', () => {
  test('RFC 7591 §3.2.1: is answered 201 with its identifier and everything that is registered', async () => {
    const world = await registrationWorld()
    const response = await sendMetadata(world, { ...plainMetadata, client_name: 'Shop' })
    assert.equal(response.status, 201)
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(response.headers['content-type'], 'application/json')
    const { client_id, client_secret, registration_access_token, ...told } = bodyOf(response)
    assert.match(String(client_id), /^[A-Za-z0-9_-]{22}$/)
    assert.match(String(client_secret), /^[A-Za-z0-9_-]{64}$/)
    assert.match(String(registration_access_token), /^rg_/)
    assert.deepEqual(told, {
      client_id_issued_at: 1_800_000_000,
      client_secret_expires_at: 0,
      registration_client_uri: `https://as.example/register/${String(client_id)}`,
      client_name: 'Shop',
      redirect_uris: ['https://shop.example/callback'],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'openid profile offline_access read_pets write_pets',
      application_type: 'web',
      subject_type: 'public',
    })
  })

  test('RFC 7591 §3.2.1: a public client is given no secret', async () => {
    const told = await register(await registrationWorld(), { token_endpoint_auth_method: 'none' })
    assert.equal(told.client_secret, undefined)
    assert.equal('client_secret_expires_at' in told, false)
  })

  test('RFC 7591 §5: two clients never share an identifier or a secret, and no secret is stored', async () => {
    const world = await registrationWorld()
    const [one, two] = [await register(world), await register(world)]
    assert.notEqual(one.client_id, two.client_id)
    assert.notEqual(one.client_secret, two.client_secret)
    const stored = JSON.stringify(await world.context.store.findClient(one.client_id))
    assert.ok(!stored.includes(one.client_secret))
    assert.ok(!stored.includes(one.registration_access_token))
    assert.ok(!JSON.stringify(world.events).includes(one.client_secret))
    assert.deepEqual(world.events.at(-1), {
      kind: 'client.changed',
      requestId: world.events.at(-1)?.kind === 'client.changed' && (world.events.at(-1) as never)['requestId'],
      clientId: two.client_id,
      change: 'registered',
    })
  })

  test('RFC 7591 §3.2.1: authenticates with what it was given', async () => {
    const world = await registrationWorld()
    const told = await register(world, { grant_types: ['client_credentials'], redirect_uris: [] })
    const form = { grant_type: 'client_credentials', scope: 'read_pets' }
    const send = (secret: string) =>
      world.handle(request({ path: '/token', form, basic: [told.client_id, secret] })).then(outcomeOf)
    assert.equal(await send(told.client_secret), '200')
    assert.equal(await send('another'), '401 invalid_client')
  })

  test('RFC 7591 §2: members that nothing here reads are left out', async () => {
    const told = await register(await registrationWorld(), {
      logo_uri: 'https://shop.example/logo.png',
      example_extension: 'x',
      default_max_age: 'not even a number',
      dpop_bound_access_tokens: true,
      __proto__: { polluted: true },
    })
    for (const name of ['logo_uri', 'example_extension', 'default_max_age', 'dpop_bound_access_tokens', 'polluted'])
      assert.equal(name in told, false, name)
  })

  test('RFC 7591 §2: members that a feature reads are stored for it, and refused where they are wrong', async () => {
    const feature = { name: 'boxes', clientMetadata: [booleanField('box_bound')] }
    const world = await registrationWorld({}, { features: [feature] })
    const told = await register(world, { box_bound: true })
    assert.equal(told['box_bound'], true)
    assert.deepEqual((await world.context.store.findClient(told.client_id))?.metadata, { box_bound: true })
    const refused = bodyOf(await sendMetadata(world, { ...plainMetadata, box_bound: 'yes' }))
    assert.equal(refused['error'], 'invalid_client_metadata')
    assert.equal(refused['error_description'], '`box_bound`: true or false is wanted')
  })

  test('RFC 7591 §2: a rule of a feature about clients as a whole is held', async () => {
    const feature = { name: 'boxes', clientRules: [() => [{ name: 'box', message: 'a box is wanted' }]] }
    const world = await registrationWorld({}, { features: [feature] })
    assert.equal(outcomeOf(await sendMetadata(world, plainMetadata)), '400 invalid_client_metadata')
  })

  test('RFC 7591 §2: whatever can be registered is told as it is registered', async () => {
    const sent = {
      client_name: 'Shop',
      'client_name#de': 'Laden',
      client_uri: 'https://shop.example/',
      tos_uri: 'https://shop.example/terms',
      'policy_uri#fr-CA': 'https://shop.example/vie-privee',
      contacts: ['ops@shop.example'],
      software_id: 'shop-app',
      software_version: '1.2',
      redirect_uris: ['https://shop.example/callback'],
      post_logout_redirect_uris: ['https://shop.example/goodbye'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
      scope: 'openid read_pets',
      application_type: 'web',
      subject_type: 'pairwise',
      id_token_signed_response_alg: 'EdDSA',
    }
    const told = await register(await registrationWorld(), sent)
    const { client_id, client_id_issued_at, registration_access_token, registration_client_uri, ...registered } = told
    assert.ok(client_id && client_id_issued_at && registration_access_token && registration_client_uri)
    assert.deepEqual(registered, sent)
  })

  test('RFC 7591 §2.2: a name in another language is kept, and one of a tag that is none is not', async () => {
    const told = await register(await registrationWorld(), { 'client_name#de': 'Laden', 'client_name#<b>': 'x' })
    assert.equal(told['client_name#de'], 'Laden')
    assert.equal('client_name#<b>' in told, false)
  })

  test('RFC 7592 §2.2: a member that is null is as if it had been left out', async () => {
    const told = await register(await registrationWorld(), { client_name: null, scope: null })
    assert.equal('client_name' in told, false)
    assert.equal(told['scope'], testPolicy.scope.join(' '))
  })
})

describe('the policy', () => {
  const scopeOf = async (scope: string | undefined, policy: Partial<RegistrationOptions['policy']> = {}) => {
    const world = await registrationWorld({ policy: { ...testPolicy, ...policy } })
    const response = await sendMetadata(world, { ...plainMetadata, scope })
    return response.status === 201 ? bodyOf(response)['scope'] : outcomeOf(response)
  }

  test('RFC 7591 §2: requested scope narrows the ceiling and never widens it', async () => {
    assert.equal(await scopeOf('read_pets'), 'read_pets')
    assert.equal(await scopeOf('read_pets inventory:write unknown'), 'read_pets')
    assert.equal(await scopeOf(undefined), testPolicy.scope.join(' '))
    assert.equal(await scopeOf('admin', { scope: ['read_pets', 'write_pets'] }), 'read_pets write_pets')
    assert.equal(await scopeOf('inventory:write unknown'), '400 invalid_client_metadata')
  })

  test('RFC 7591 §2: what is registered is the ceiling of its tokens', async () => {
    const world = await registrationWorld()
    const told = await register(world, { grant_types: ['client_credentials'], redirect_uris: [], scope: 'read_pets' })
    const ask = (scope: string) =>
      world
        .handle(
          request({
            path: '/token',
            form: { grant_type: 'client_credentials', scope },
            basic: [told.client_id, told.client_secret],
          }),
        )
        .then(outcomeOf)
    assert.equal(await ask('read_pets'), '200')
    assert.equal(await ask('write_pets'), '400 invalid_scope')
  })

  test('RFC 7591 §3.1: default and mandatory scope and lifetime are the operator’s', async () => {
    const policy = {
      ...testPolicy,
      defaultScope: ['read_pets'],
      mandatoryScope: ['openid', 'write_pets'],
      accessTokenTtl: seconds(60),
    }
    const world = await registrationWorld({ policy })
    const told = await register(world, { scope: 'openid read_pets', mandatory_scope: '', access_token_ttl: 9999 })
    const client = await world.context.store.findClient(told.client_id)
    assert.equal(client?.defaultScope, 'read_pets')
    assert.equal(client?.mandatoryScope, 'openid')
    assert.equal(client?.accessTokenTtl, 60)
  })

  test('RFC 7591 §5: no member that is dangerous, internal or of another client can be registered', async () => {
    const world = await registrationWorld()
    const told = await register(world, {
      dangerouslyAllowImplicit: true,
      dangerouslyAllowPassword: true,
      dangerouslyAcceptNonceInsteadOfPkce: true,
      introspects: ['https://api.example/pets'],
      isDeclared: true,
      clientId: 'web',
      client_id: 'web',
      client_secret: 'chosen by the client',
      secretHashes: ['x'],
      sealedSecret: 'x',
    })
    const client = await world.context.store.findClient(told.client_id)
    assert.notEqual(told.client_id, 'web')
    assert.notEqual(told.client_secret, 'chosen by the client')
    assert.deepEqual(client?.introspects, [])
    for (const name of Object.keys(client ?? {})) assert.doesNotMatch(name, /^dangerously|isDeclared|sealedSecret/)
    assert.equal((await world.context.store.findClient('web'))?.name, 'web')
  })

  test('RFC 7591 §5: redirect URIs lead only where the policy lets them', async () => {
    const policy = { ...testPolicy, redirectHosts: ['shop.example', '*.partner.example', 'myapp:', '127.0.0.1'] }
    const world = await registrationWorld({ policy })
    const outcome = async (uri: string) => {
      const response = await sendMetadata(world, { redirect_uris: [uri] }, { remoteAddress: uri })
      return response.status === 201 ? 'registered' : outcomeOf(response)
    }
    for (const uri of [
      'https://shop.example/x',
      'https://SHOP.example:8443/x',
      'https://a.partner.example/',
      'myapp:/callback',
      'http://127.0.0.1:1234/callback',
    ])
      assert.equal(await outcome(uri), 'registered', uri)
    for (const uri of [
      'https://partner.example/',
      'https://evilpartner.example/',
      'https://shop.example.evil.example/x',
      'https://shop.example@evil.example/x',
      'http://localhost/callback',
      'otherapp:/callback',
      'com.example.app:/callback',
    ])
      assert.equal(await outcome(uri), '400 invalid_redirect_uri', uri)
  })

  test('RFC 7591 §5: links of a stranger that lead elsewhere than its redirect URIs are left out', async () => {
    const told = await register(await registrationWorld(), {
      client_uri: 'https://bank.example/',
      'client_uri#de': 'https://bank.example/de',
      tos_uri: 'https://shop.example/terms',
      policy_uri: 'https://shop.example.evil.example/',
    })
    assert.equal('client_uri' in told, false)
    assert.equal('client_uri#de' in told, false)
    assert.equal('policy_uri' in told, false)
    assert.equal(told['tos_uri'], 'https://shop.example/terms')
  })

  test('RFC 8252 §7: a client whose redirect URI only an app can have is native', async () => {
    const world = await registrationWorld()
    for (const uri of ['http://127.0.0.1/cb', 'http://localhost:8080/cb', 'http://[::1]/cb', 'com.example.app:/cb'])
      assert.equal((await register(world, { redirect_uris: [uri] }))['application_type'], 'native', uri)
    const mixed = ['https://shop.example/cb', 'http://127.0.0.1/cb']
    assert.equal((await register(world, { redirect_uris: mixed }))['application_type'], 'native')
  })
})

const wrong: readonly (readonly [name: string, metadata: Readonly<Record<string, unknown>>, error: string])[] = [
  ['§2: no redirect URI for a flow that needs one', { redirect_uris: undefined }, 'invalid_redirect_uri'],
  ['§2: an empty list of redirect URIs', { redirect_uris: [] }, 'invalid_redirect_uri'],
  ['§2: redirect URIs that are no list', { redirect_uris: 'https://shop.example/' }, 'invalid_redirect_uri'],
  ['§2: a relative redirect URI', { redirect_uris: ['/callback'] }, 'invalid_redirect_uri'],
  ['§2: a redirect URI with a fragment', { redirect_uris: ['https://shop.example/#x'] }, 'invalid_redirect_uri'],
  ['§5: a redirect URI that runs code', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
  ['§5: a redirect URI of data', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
  ['§5: a redirect URI by plain http', { redirect_uris: ['http://shop.example/cb'] }, 'invalid_redirect_uri'],
  ['§5: a redirect URI with a star', { redirect_uris: ['https://*.shop.example/cb'] }, 'invalid_redirect_uri'],
  ['§5: a redirect URI with a password', { redirect_uris: ['https://a:b@shop.example/'] }, 'invalid_redirect_uri'],
  [
    '§5: one bad redirect URI among good ones',
    { redirect_uris: ['https://shop.example/', 'x'] },
    'invalid_redirect_uri',
  ],
  [
    '§5: more redirect URIs than anybody needs',
    { redirect_uris: Array.from({ length: 51 }, (_, index) => `https://shop.example/${index}`) },
    'invalid_redirect_uri',
  ],
  ['§2: an unknown authentication method', { token_endpoint_auth_method: 'trust_me' }, 'invalid_client_metadata'],
  ['§2: a method that is not mounted', { token_endpoint_auth_method: 'tls_client_auth' }, 'invalid_client_metadata'],
  ['§2: keys are wanted by the method', { token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
  ['§2: a grant type beyond the policy', { grant_types: ['urn:example:other'] }, 'invalid_client_metadata'],
  ['§5: the implicit grant', { grant_types: ['implicit'], response_types: ['token'] }, 'invalid_client_metadata'],
  ['§5: the password grant', { grant_types: ['password'] }, 'invalid_client_metadata'],
  ['§2.1: a response type without its grant type', { response_types: ['token'] }, 'invalid_client_metadata'],
  ['§2.1: `code` without the code grant', codeWithoutGrant(), 'invalid_client_metadata'],
  ['§2.1: the code grant without `code`', { response_types: [] }, 'invalid_client_metadata'],
  [
    '§2: client credentials of a public client',
    { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' },
    'invalid_client_metadata',
  ],
  ['§2: grant types that are no list', { grant_types: 'authorization_code' }, 'invalid_client_metadata'],
  ['§2: scope that is a list', { scope: ['read_pets'] }, 'invalid_client_metadata'],
  ['§2: scope with two spaces', { scope: 'read_pets  openid' }, 'invalid_client_metadata'],
  ['§2: a name that is no text', { client_name: 7 }, 'invalid_client_metadata'],
  ['§5: a name of several lines', { client_name: 'Shop\nYour bank' }, 'invalid_client_metadata'],
  ['§5: a name that turns direction', { client_name: 'Shop \u202eknab' }, 'invalid_client_metadata'],
  ['§5: a name without end', { client_name: 'x'.repeat(101) }, 'invalid_client_metadata'],
  ['§2.2: a name in another language that is none', { 'client_name#de': 7 }, 'invalid_client_metadata'],
  ['§2: keys and where they are at once', { jwks, jwks_uri: 'https://shop.example/jwks' }, 'invalid_client_metadata'],
  ['§2: keys where none can be fetched', { jwks_uri: 'https://shop.example/jwks' }, 'invalid_client_metadata'],
  ['§2: keys by plain http', { jwks_uri: 'http://shop.example/jwks' }, 'invalid_client_metadata'],
  ['§2: a private key', { jwks: { keys: [{ ...clientKeys.publicJwk, d: 'x' }] } }, 'invalid_client_metadata'],
  ['§2: a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'x' }] } }, 'invalid_client_metadata'],
  ['§2: no key', { jwks: { keys: [] } }, 'invalid_client_metadata'],
  ['§2: contacts that are no list', { contacts: 'ops@shop.example' }, 'invalid_client_metadata'],
  ['§5: a link that runs code', { client_uri: 'javascript:alert(1)' }, 'invalid_client_metadata'],
]

function codeWithoutGrant() {
  return { grant_types: ['client_credentials'], response_types: ['code'] }
}

for (const [name, metadata, error] of wrong)
  test(`RFC 7591 ${name} is ${error}`, async () => {
    const world = await registrationWorld()
    const before = (await world.context.store.listClients()).length
    assert.equal(outcomeOf(await sendMetadata(world, { ...plainMetadata, ...metadata })), `400 ${error}`)
    assert.equal((await world.context.store.listClients()).length, before)
  })

const wrongOpenId: readonly (readonly [name: string, metadata: Readonly<Record<string, unknown>>])[] = [
  ['an unknown application type', { application_type: 'fridge' }],
  ['an unknown subject type', { subject_type: 'secret' }],
  ['an unsigned ID token', { id_token_signed_response_alg: 'none' }],
  ['an algorithm without a key', { id_token_signed_response_alg: 'RS256' }],
  ['a logout address that runs code', { post_logout_redirect_uris: ['javascript:alert(1)'] }],
  ['a sector identifier by plain http', { sector_identifier_uri: 'http://shop.example/' }],
  ['a sector identifier where none can be fetched', { sector_identifier_uri: 'https://shop.example/sector' }],
  [
    'pairwise subjects over several hosts without a sector identifier',
    { subject_type: 'pairwise', redirect_uris: ['https://shop.example/', 'https://other.example/'] },
  ],
]

for (const [name, metadata] of wrongOpenId)
  test(`OpenID Connect Dynamic Client Registration §2: ${name} is invalid_client_metadata`, async () => {
    const response = await sendMetadata(await registrationWorld(), { ...plainMetadata, ...metadata })
    assert.equal(outcomeOf(response), '400 invalid_client_metadata')
  })

test('OpenID Connect Core §8.1: pairwise subjects of a host want its word where tokens come without an answer to it', async () => {
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
  const policy = { ...testPolicy, grantTypes: ['authorization_code', grantType] }
  const world = await registrationWorld({ policy }, { features: [deviceFlow()] })
  const metadata = { ...plainMetadata, subject_type: 'pairwise' }
  const refused = await sendMetadata(world, { ...metadata, grant_types: ['authorization_code', grantType] })
  assert.equal(outcomeOf(refused), '400 invalid_client_metadata')
  assert.match(String(bodyOf(refused)['error_description']), /^`sector_identifier_uri`/)
  assert.equal((await sendMetadata(world, metadata)).status, 201)
})

const wrongTypes: readonly (readonly [uri: string])[] = [
  ['http://127.0.0.1/callback'],
  ['http://localhost/callback'],
  ['com.example.app:/callback'],
]
for (const [uri] of wrongTypes)
  test(`OpenID Connect Dynamic Client Registration §2: ${uri} is not of the web`, async () => {
    const metadata = { redirect_uris: [uri], application_type: 'web' }
    assert.equal(outcomeOf(await sendMetadata(await registrationWorld(), metadata)), '400 invalid_redirect_uri')
  })

test('RFC 8252 §8.4: a private-use scheme bears a domain name', async () => {
  const world = await registrationWorld()
  const outcome = async (uri: string) => (await sendMetadata(world, { redirect_uris: [uri] })).status
  assert.equal(await outcome('com.example.app:/callback'), 201)
  assert.equal(await outcome('myapp:/callback'), 400)
})

describe('the request', () => {
  const outcome = async (parts: Parameters<typeof request>[0]) => {
    const { handle } = await registrationWorld()
    return outcomeOf(await handle(request({ method: 'POST', path: '/register', ...parts })))
  }
  const json = { 'content-type': 'application/json' }
  const good = JSON.stringify(plainMetadata)

  test('RFC 7591 §3.1: is JSON in the body, by POST', async () => {
    assert.equal(await outcome({ body: good, headers: json }), '201 undefined')
    assert.equal(
      await outcome({ body: good, headers: { 'content-type': 'Application/JSON; charset=utf-8' } }),
      '201 undefined',
    )
    assert.equal(await outcome({ body: good }), '400 invalid_request')
    assert.equal(await outcome({ body: good, headers: { 'content-type': 'text/json' } }), '400 invalid_request')
    assert.equal(await outcome({ body: good, headers: json, query: 'x=1' }), '400 invalid_request')
    assert.equal(await outcome({ method: 'GET', headers: json }), '405 invalid_request')
    for (const body of ['', '{', '[]', 'null', '"x"', '7'])
      assert.equal(await outcome({ body, headers: json }), '400 invalid_request', body)
  })

  test('RFC 7591 §3.1: has a limit', async () => {
    const body = JSON.stringify({ ...plainMetadata, extension: 'x'.repeat(33_000) })
    assert.equal(await outcome({ body, headers: json }), '400 invalid_request')
    assert.equal(await outcome({ body: undefined, headers: json }), '400 invalid_request')
  })

  test('RFC 7591 §3.2.2: a refusal names the member and what is wanted, and is not cached', async () => {
    const response = await sendMetadata(await registrationWorld(), { ...plainMetadata, subject_type: 'x' })
    assert.deepEqual(bodyOf(response), {
      error: 'invalid_client_metadata',
      error_description: '`subject_type`: one of public, pairwise is wanted',
    })
    assert.equal(response.headers['cache-control'], 'no-store')
  })

  test('Fetch §3.2.3: scripts of other origins may register clients', async () => {
    const { handle } = await registrationWorld()
    const response = await handle(request({ method: 'OPTIONS', path: '/register' }))
    assert.equal(response.headers['access-control-allow-origin'], '*')
    assert.match(String(response.headers['access-control-allow-methods']), /POST/)
  })
})

test('RFC 7591 §3.1: a body that looks like an answer of the server is no answer of the server', async () => {
  const world = await registrationWorld()
  const posing = { kind: 'refusal', error: 'x', description: 'x', status: 200, headers: { 'set-cookie': 'x' } }
  const response = await sendMetadata(world, posing)
  assert.equal(outcomeOf(response), '400 invalid_redirect_uri')
  assert.equal('set-cookie' in response.headers, false)
})

describe('limits', () => {
  test('RFC 7591 §5: one network registers a few clients an hour', async () => {
    const world = await registrationWorld({ limits: { perNetwork: 2 } })
    const from = async (remoteAddress: string) => (await sendMetadata(world, plainMetadata, { remoteAddress })).status
    assert.deepEqual([await from('192.0.2.1'), await from('192.0.2.1')], [201, 201])
    const refused = await sendMetadata(world, plainMetadata)
    assert.equal(outcomeOf(refused), '429 temporarily_unavailable')
    assert.equal(refused.headers['retry-after'], '3600')
    assert.equal(await from('192.0.2.2'), 201)
    world.clock.advance(3601)
    assert.equal(await from('192.0.2.1'), 201)
  })

  test('RFC 7591 §5: what is refused counts, too', async () => {
    const world = await registrationWorld({ limits: { perNetwork: 2 } })
    await sendMetadata(world, {})
    await sendMetadata(world, {})
    assert.equal((await sendMetadata(world, plainMetadata)).status, 429)
  })

  const flood = async (clients: number) => {
    const world = await registrationWorld({ limits: { clients, perNetwork: 1000 } })
    const existing = (await world.context.store.listClients()).length
    return { world, room: clients - existing }
  }

  test('RFC 7591 §5: where there are too many clients, the oldest unused one makes room after its first hour', async () => {
    const { world } = await flood(11)
    const first = await register(world)
    world.clock.advance(1)
    const second = await register(world)
    assert.equal(outcomeOf(await sendMetadata(world, plainMetadata)), '503 temporarily_unavailable')
    world.clock.advance(3601)
    await register(world)
    assert.equal(await world.context.store.findClient(first.client_id), undefined)
    assert.equal((await world.context.store.findClient(second.client_id))?.clientId, second.client_id)
  })

  test('RFC 7591 §5: clients of documents take no room from those that register', async () => {
    const { world, room } = await flood(11)
    for (const name of ['https://a.example/client', 'https://b.example/client'])
      await world.context.store.saveClient(testClient({ name }))
    for (let count = 0; count < room; count++) await register(world)
    assert.equal((await sendMetadata(world, plainMetadata)).status, 503)
  })

  const countingParts = async (listClients?: Store['listClients']) => {
    const world = await registrationWorld({ limits: { clients: 1_100, perNetwork: 5_000 } })
    const parts: number[] = []
    const counted: Store['listClients'] = async part => {
      const found = await (listClients ?? world.options.store.listClients)(part)
      parts.push(found.length)
      return found
    }
    const server = createServer({
      ...world.options,
      store: overStore(world.options.store, { listClients: counted }),
    })
    return { world, parts, send: () => sendMetadata(server, plainMetadata) }
  }

  test('RFC 7591 §5: the clients of documents are not gone through to count those that register', async () => {
    const { world, parts, send } = await countingParts()
    const { store } = world.options
    for (let count = 0; count < 2_200; count++)
      await store.saveClient(testClient({ name: `https://${count}.example/client` }))
    // around the clients of documents, in the order of identifiers
    for (const name of ['https', 'https:/', 'https:/.', 'https:/0', 'https:0', 'httpt', 'z'])
      await store.saveClient(testClient({ name }))
    const registered = (await store.listClients()).filter(({ clientId }) => !clientId.startsWith('https://')).length
    for (let count = registered; count < 1_100; count++)
      await store.saveClient(testClient({ name: `other ${String(count)}` }))
    assert.equal((await send()).status, 503)
    assert.ok(parts.length <= 5, String(parts))
    await store.deleteClient(testClient({ name: 'https:0' }).clientId, world.clock.now())
    world.clock.advance(61)
    assert.equal((await send()).status, 201)
    assert.equal((await send()).status, 503)
  })

  test('RFC 7591 §5: of many who register at once one counts the clients for all', async () => {
    const { parts, send } = await countingParts()
    const answers = await Promise.all(Array.from({ length: 20 }, send))
    assert.ok(answers.every(({ status }) => status === 201))
    assert.equal(parts.length, 2)
  })

  test('RFC 7591 §5: a count that failed is made again', async () => {
    let isAway = true
    const { send } = await countingParts(() =>
      isAway ? Promise.reject(new StoreUnavailable('away', { retryAfter: seconds(5) })) : Promise.resolve([]),
    )
    assert.equal((await send()).status, 503)
    isAway = false
    assert.equal((await send()).status, 201)
  })

  test('RFC 7591 §5: no client is stored that nobody would remove, whenever the process dies', async () => {
    const world = await registrationWorld()
    const before = (await world.context.store.listClients()).length
    const store = overStore(world.options.store, { saveTicket: () => Promise.reject(new Error('the process died')) })
    const dying = createServer({ ...world.options, store })
    await sendMetadata(dying, plainMetadata).catch(() => undefined)
    assert.equal((await world.context.store.listClients()).length, before)
  })

  const useOf = async (world: Awaited<ReturnType<typeof registrationWorld>>) => {
    const told = await register(world, { grant_types: ['client_credentials'], redirect_uris: [] })
    const form = { grant_type: 'client_credentials', scope: 'read_pets' }
    const basic = [told.client_id, told.client_secret] as const
    assert.equal((await world.handle(request({ path: '/token', form, basic }))).status, 200)
    return told
  }

  test('RFC 7591 §5: a client that never got a token goes after its time, one that did stays', async () => {
    const world = await registrationWorld({ limits: { unusedTtl: seconds(86_400) } })
    const used = await useOf(world)
    const unused = await register(world)
    world.clock.advance(86_401)
    await register(world)
    assert.equal(await world.context.store.findClient(unused.client_id), undefined)
    assert.equal((await world.context.store.findClient(used.client_id))?.clientId, used.client_id)
    assert.equal(
      outcomeOf(
        await sendMetadata(
          world,
          {},
          {
            method: 'GET',
            path: `/register/${unused.client_id}`,
            token: unused.registration_access_token,
          },
        ),
      ),
      '401 invalid_token',
    )
  })

  test('RFC 7591 §5: that a client got a token is written once, and of a declared one never', async () => {
    const world = await registrationWorld()
    const robot = testClient({ name: 'robot', grantTypes: ['client_credentials'], isDeclared: true })
    await world.context.store.saveClient(robot)
    const told = await useOf(world)
    let written = 0
    const { store } = world.options
    const takeTicket: typeof store.takeTicket = (...words) => {
      written++
      return store.takeTicket(...words)
    }
    const { handle } = createServer({ ...world.options, store: overStore(store, { takeTicket }) })
    const use = async (id: string, secret: string) => {
      const form = { grant_type: 'client_credentials', scope: 'read_pets' }
      assert.equal((await handle(request({ path: '/token', form, basic: [id, secret] }))).status, 200)
    }
    await use('robot', clientSecret)
    assert.equal(written, 0)
    await use(told.client_id, told.client_secret)
    await use(told.client_id, told.client_secret)
    assert.equal(written, 1)
  })

  test('RFC 7591 §5: clients that are used make no room for others', async () => {
    const { world } = await flood(10)
    await useOf(world)
    world.clock.advance(7200)
    assert.equal(outcomeOf(await sendMetadata(world, plainMetadata)), '503 temporarily_unavailable')
  })
})

describe('a server', () => {
  test('RFC 7591 §3: without the feature has no registration, and does not tell of one', async () => {
    const { handle, metadata } = createServer((await testWorld()).options)
    assert.equal((await sendMetadata({ handle }, plainMetadata)).status, 404)
    assert.equal(metadata.registration_endpoint, undefined)
  })

  test('RFC 8414 §2: with the feature tells where clients register', async () => {
    const { metadata } = await registrationWorld()
    assert.equal(metadata.registration_endpoint, 'https://as.example/register')
  })

  test('RFC 7591 §3: with the feature issues tokens to other clients as before', async () => {
    const world = await registrationWorld()
    assert.equal(
      (await postToken(world, { grant_type: 'client_credentials', scope: 'read_pets' }, 'machine')).status,
      200,
    )
  })

  const problemsOf = async (options: Partial<RegistrationOptions>, overrides: WorldOverrides = {}) => {
    const world = await testWorld(overrides)
    const feature = registration({ access: 'open', policy: testPolicy, ...options })
    try {
      createServer({ ...world.options, features: [feature] })
      return []
    } catch (error) {
      assert.ok(error instanceof ServerOptionsError)
      return error.problems.map(({ path }) => path)
    }
  }

  test('RFC 7591 §5: does not start with a policy that contradicts itself', async () => {
    const policy = (changes: object) => ({ policy: { ...testPolicy, ...changes } })
    assert.deepEqual(await problemsOf({}), [])
    assert.deepEqual(await problemsOf(policy({ scope: ['unknown'] })), ['registration.policy.scope'])
    assert.deepEqual(await problemsOf(policy({ defaultScope: ['order'] })), ['registration.policy.defaultScope'])
    assert.deepEqual(await problemsOf(policy({ mandatoryScope: ['unknown'] })), ['registration.policy.mandatoryScope'])
    assert.deepEqual(await problemsOf(policy({ grantTypes: ['implicit'] })), ['registration.policy.grantTypes'])
    assert.deepEqual(await problemsOf(policy({ grantTypes: ['password'] })), ['registration.policy.grantTypes'])
    assert.deepEqual(await problemsOf(policy({ grantTypes: ['device_code'] })), ['registration.policy.grantTypes'])
    assert.deepEqual(await problemsOf(policy({ authenticationMethods: ['tls_client_auth'] })), [
      'registration.policy.authenticationMethods',
    ])
    for (const host of ['https://app.example', 'app.example/cb', '*', '*.', 'bücher.example', 'app.example:8080'])
      assert.deepEqual(await problemsOf(policy({ redirectHosts: [host] })), ['registration.policy.redirectHosts'], host)
    const redirectHosts = ['app.example', '*.app.example', 'App.Example', '127.0.0.1', '[::1]', 'com.example.app:']
    assert.deepEqual(await problemsOf(policy({ redirectHosts })), [])
    assert.deepEqual(await problemsOf(policy({ responseTypes: ['token'] })), ['registration.policy.responseTypes'])
    assert.deepEqual(await problemsOf({ limits: { clients: 0 } }), ['registration.limits.clients'])
    assert.deepEqual(await problemsOf({ access: 'everybody' as never }), ['registration.access'])
    assert.deepEqual(await problemsOf({ softwareStatements: { issuers: [], isRequired: true } }), [
      'registration.softwareStatements.issuers',
    ])
    assert.deepEqual(await problemsOf({ softwareStatements: { issuers: [{ issuer: 'x', jwks: { keys: [] } }] } }), [
      'registration.softwareStatements.issuers[0]',
    ])
  })
})
