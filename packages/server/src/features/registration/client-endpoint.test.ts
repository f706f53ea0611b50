// RFC 7592
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HttpResponse } from '@ambit/protocol'
import { clientKeys } from '../../testing/keys.ts'
import {
  plainMetadata,
  type Registered,
  type RegistrationWorld,
  register,
  registrationWorld,
  sendMetadata,
} from '../../testing/registration.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'

const pathOf = ({ client_id }: Registered) => `/register/${client_id}`
const read = (world: RegistrationWorld, told: Registered, token = told.registration_access_token) =>
  sendMetadata(world, undefined, { method: 'GET', path: pathOf(told), token })
const remove = (world: RegistrationWorld, told: Registered, token = told.registration_access_token) =>
  sendMetadata(world, undefined, { method: 'DELETE', path: pathOf(told), token })
const change = (
  world: RegistrationWorld,
  told: Registered,
  metadata: Readonly<Record<string, unknown>> = {},
  token = told.registration_access_token,
) =>
  sendMetadata(
    world,
    { ...plainMetadata, client_id: told.client_id, ...metadata },
    { method: 'PUT', path: pathOf(told), token },
  )

const machine = { grant_types: ['client_credentials'], redirect_uris: [] }
const askToken = async (world: RegistrationWorld, clientId: string, secret: string) =>
  world.handle(
    request({
      path: '/token',
      form: { grant_type: 'client_credentials', scope: 'read_pets' },
      basic: [clientId, secret],
    }),
  )

describe('reading', () => {
  test('RFC 7592 §2.1: a client reads what is registered of it', async () => {
    const world = await registrationWorld()
    const told = await register(world, { client_name: 'Shop' })
    const response = await read(world, told)
    assert.equal(response.status, 200)
    assert.equal(response.headers['cache-control'], 'no-store')
    const { client_secret, registration_access_token, registration_client_uri, ...registered } = told
    assert.ok(client_secret && registration_access_token && registration_client_uri)
    assert.deepEqual(bodyOf(response), registered)
  })
})

describe('changing', () => {
  test('RFC 7592 §2.2: replaces all that is registered, and what is left out is gone', async () => {
    const world = await registrationWorld()
    const told = await register(world, { client_name: 'Shop', contacts: ['a@shop.example'], scope: 'read_pets' })
    const response = await change(world, told, { client_name: 'Store', redirect_uris: ['https://store.example/cb'] })
    assert.equal(response.status, 200)
    const changed = bodyOf(response)
    assert.equal(changed['client_name'], 'Store')
    assert.equal('contacts' in changed, false)
    assert.deepEqual(changed['redirect_uris'], ['https://store.example/cb'])
    assert.equal(changed['scope'], 'openid profile offline_access read_pets write_pets')
    assert.equal(changed['client_id_issued_at'], told['client_id_issued_at'])
    assert.equal((await world.context.store.findClient(told.client_id))?.name, 'Store')
    assert.equal(world.events.at(-1)?.kind === 'client.changed' && (world.events.at(-1) as never)['change'], 'updated')
  })

  test('RFC 7592 §2.2: replaces the registration access token', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const token = String(bodyOf(await change(world, told))['registration_access_token'])
    assert.notEqual(token, told.registration_access_token)
    assert.equal(outcomeOf(await read(world, told)), '401 invalid_token')
    assert.equal((await read(world, told, token)).status, 200)
  })

  test('RFC 7592 §2.2: keeps the secret where the client still authenticates by one', async () => {
    const world = await registrationWorld()
    const told = await register(world, machine)
    const changed = bodyOf(await change(world, told, { ...machine, client_secret: told.client_secret }))
    assert.equal('client_secret' in changed, false)
    assert.equal((await askToken(world, told.client_id, told.client_secret)).status, 200)
  })

  test('RFC 7592 §2.2: gives a secret to a client that comes to want one, and takes it from one that does not', async () => {
    const world = await registrationWorld()
    const told = await register(world, { token_endpoint_auth_method: 'none' })
    const confidential = bodyOf(await change(world, told, machine))
    assert.equal((await askToken(world, told.client_id, String(confidential['client_secret']))).status, 200)
    const keys = { ...machine, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [clientKeys.publicJwk] } }
    const signed = bodyOf(await change(world, told, keys, String(confidential['registration_access_token'])))
    assert.equal('client_secret_expires_at' in signed, false)
    assert.deepEqual((await world.context.store.findClient(told.client_id))?.secretHashes, [])
  })

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['no client identifier', { client_id: undefined }],
    ['another client identifier', { client_id: 'web' }],
    ['a secret of its own choice', { client_secret: 'a secret of its own choice' }],
    ['a secret that is no text', { client_secret: 7 }],
    ['a registration access token', { registration_access_token: 'x' }],
    ['a configuration endpoint', { registration_client_uri: 'https://as.example/x' }],
    ['the time of its registration', { client_id_issued_at: 1 }],
    ['the end of its secret', { client_secret_expires_at: 1 }],
    ['metadata beyond the policy', { grant_types: ['password'] }],
  ]
  for (const [name, metadata] of wrong)
    test(`RFC 7592 §2.2: ${name} changes nothing`, async () => {
      const world = await registrationWorld()
      const told = await register(world)
      const before = await world.context.store.findClient(told.client_id)
      assert.equal(outcomeOf(await change(world, told, metadata)), '400 invalid_client_metadata')
      assert.deepEqual(await world.context.store.findClient(told.client_id), before)
      assert.equal((await read(world, told)).status, 200)
    })

  test('RFC 7592 §2.2: a public client has no secret to name', async () => {
    const world = await registrationWorld()
    const told = await register(world, { token_endpoint_auth_method: 'none' })
    const metadata = { token_endpoint_auth_method: 'none', client_secret: 'x' }
    assert.equal(outcomeOf(await change(world, told, metadata)), '400 invalid_client_metadata')
  })

  test('RFC 7592 §2.2: a body that is no JSON changes nothing', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const headers = { authorization: `Bearer ${told.registration_access_token}` }
    const sent = request({ method: 'PUT', path: pathOf(told), body: 'x', headers })
    assert.equal(outcomeOf(await world.handle(sent)), '400 invalid_request')
  })

  const others: readonly (readonly [name: string, before: object, after: object])[] = [
    ['pairwise ones', {}, { subject_type: 'pairwise' }],
    ['public ones', { subject_type: 'pairwise' }, {}],
    [
      'those of the sector of another',
      { subject_type: 'pairwise' },
      { subject_type: 'pairwise', redirect_uris: ['https://bank.example/cb'] },
    ],
  ]
  for (const [name, before, after] of others)
    test(`OpenID Connect Core §12.2: the subjects of a client do not become ${name}`, async () => {
      const world = await registrationWorld()
      const told = await register(world, { ...before })
      const response = await change(world, told, { ...after })
      assert.equal(outcomeOf(response), '400 invalid_client_metadata')
      assert.match(String(bodyOf(response)['error_description']), /^`subject_type`/)
    })

  test('OpenID Connect Core §12.2: pairwise subjects stay, so the client may change otherwise', async () => {
    const world = await registrationWorld()
    const told = await register(world, { subject_type: 'pairwise' })
    const moved = { subject_type: 'pairwise', redirect_uris: ['https://shop.example/moved'] }
    assert.equal((await change(world, told, moved)).status, 200)
  })

  test('RFC 7592 §2.2: of many changes at once one is made', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => change(world, told, { client_name: `Shop ${index}` })),
    )
    const done = answers.filter(({ status }) => status === 200)
    assert.equal(done.length, 1)
    const [changed] = done
    const client = await world.context.store.findClient(told.client_id)
    assert.equal(client?.name, bodyOf(changed as HttpResponse)['client_name'])
    const tokens = await world.context.store.listTickets({ kind: 'registration_token' }, 100)
    assert.equal(tokens.length, 1)
  })
})

describe('deleting', () => {
  test('RFC 7592 §2.3: ends the client, its tokens and its registration access token', async () => {
    const world = await registrationWorld()
    const told = await register(world, machine)
    const token = String(bodyOf(await askToken(world, told.client_id, told.client_secret))['access_token'])
    const response = await remove(world, told)
    assert.equal(response.status, 204)
    assert.equal(response.body, '')
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(await world.context.store.findClient(told.client_id), undefined)
    assert.equal(outcomeOf(await askToken(world, told.client_id, told.client_secret)), '401 invalid_client')
    const asked = request({ path: '/introspect', form: { token }, basic: ['api', 'a secret: with + & % ü'] })
    assert.deepEqual(bodyOf(await world.handle(asked)), { active: false })
    for (const again of [read, remove, change]) assert.equal(outcomeOf(await again(world, told)), '401 invalid_token')
    assert.deepEqual(await world.context.store.listTickets({ kind: 'registration_token' }, 10), [])
  })

  test('RFC 7592 §2.3: a change that was under way does not bring the client back', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const answers = await Promise.all([change(world, told), remove(world, told)])
    const isThere = (await world.context.store.findClient(told.client_id)) !== undefined
    assert.equal(answers.filter(({ status }) => status < 300).length, 1)
    assert.equal(isThere, answers[0].status === 200)
  })

  test('RFC 7592 §2.3: of two deletions at once one is made', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const outcomes = await Promise.all([remove(world, told), remove(world, told)])
    assert.deepEqual(
      outcomes.map(({ status }) => status).toSorted((a, b) => a - b),
      [204, 401],
    )
  })

  test('RFC 7592 §2.3: a client that its operator deletes meanwhile does not come back', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const { store } = world.options
    const deleting = {
      ...world.context.store,
      saveClient: async (client: Parameters<typeof store.saveClient>[0]) => {
        await store.deleteClient(client.clientId, world.clock.now())
        return store.saveClient(client)
      },
    }
    Object.assign(world.context, { store: deleting })
    assert.equal(outcomeOf(await change(world, told)), '401 invalid_token')
    assert.equal(await store.findClient(told.client_id), undefined)
  })
})

describe('who may', () => {
  test('RFC 7592 §2: nobody without the registration access token of this client', async () => {
    const world = await registrationWorld()
    const [told, other] = [await register(world), await register(world)]
    for (const act of [read, change, remove] as const)
      for (const token of ['x', `rg_${'A'.repeat(43)}`, other.registration_access_token, told.client_secret]) {
        const response = await act(world, told, ...((act === change ? [{}, token] : [token]) as [never]))
        assert.equal(outcomeOf(response), '401 invalid_token')
        assert.match(String(response.headers['www-authenticate']), /^Bearer .*error="invalid_token"/)
      }
    assert.ok(await world.context.store.findClient(told.client_id))
  })

  test('RFC 7592 §2: a request without any token is answered 401', async () => {
    const world = await registrationWorld()
    const path = pathOf(await register(world))
    for (const method of ['GET', 'PUT', 'DELETE'])
      assert.equal(outcomeOf(await sendMetadata(world, {}, { method, path })), '401 invalid_token')
  })

  test('RFC 7592 §2.1: whether a client exists is told to nobody', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const answers = await Promise.all(
      ['web', 'nobody', told.client_id].map(id =>
        sendMetadata(world, {}, { method: 'GET', path: `/register/${id}`, token: `rg_${'A'.repeat(43)}` }),
      ),
    )
    assert.equal(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size, 1)
  })

  test('RFC 7592 §2.1: a client that was removed otherwise is answered 401', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    await world.context.store.deleteClient(told.client_id as never, world.clock.now())
    assert.equal(outcomeOf(await read(world, told)), '401 invalid_token')
  })

  test('RFC 7592 §2.1: a client that goes between two looks is answered 401', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    Object.assign(world.context, { store: { ...world.context.store, findClient: async () => undefined } })
    assert.equal(outcomeOf(await read(world, told)), '401 invalid_token')
  })

  test('RFC 7592 §2.1: a client that the configuration has come to declare is changed there', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const client = await world.context.store.findClient(told.client_id)
    assert.ok(client)
    await world.context.store.saveClient({ ...client, isDeclared: true })
    for (const act of [read, change, remove]) assert.equal((await act(world, told)).status, 403)
  })

  test('RFC 7592 §2: other methods are not there', async () => {
    const world = await registrationWorld()
    const told = await register(world)
    const response = await sendMetadata(world, {}, { method: 'POST', path: pathOf(told) })
    assert.equal(response.status, 405)
    assert.match(String(response.headers['allow']), /GET, PUT, DELETE/)
  })

  test('RFC 7592 §2: a server can leave management out', async () => {
    const world = await registrationWorld({ management: false })
    const told = await register(world)
    assert.equal(told.registration_access_token, undefined)
    assert.equal(told.registration_client_uri, undefined)
    assert.equal((await read(world, told, 'x')).status, 404)
  })
})
