import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { inventory, pets } from '../testing/catalogue.ts'
import { introspect, isActive, revoke } from '../testing/client-requests.ts'
import { clients, testClient, users } from '../testing/clients.ts'
import { sessionId } from '../testing/ids.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'
import { introspectionEndpoint } from './introspection.ts'

const machineToken = async (world: TestWorld, scope = 'order') =>
  tokensOf(await postToken(world, { grant_type: 'client_credentials', scope }, 'machine')).access_token

test('RFC 7662 §2.2: an opaque token of a machine client is described to the resource server', async () => {
  const world = await testWorld()
  const response = await introspect(world, { token: await machineToken(world) })
  assert.deepEqual(bodyOf(response), {
    active: true,
    scope: 'order',
    client_id: 'machine',
    sub: 'machine',
    iss: 'https://as.example',
    iat: 1_800_000_000,
    exp: 1_800_000_600,
    token_type: 'Bearer',
    aud: inventory,
  })
  assert.equal(response.headers['cache-control'], 'no-store')
})

test('RFC 9068 §6: a JWT access token of a user is described like an opaque one', async () => {
  const world = await testWorld()
  const { access_token } = await redeem(world)
  const body = bodyOf(await introspect(world, { token: access_token }))
  assert.equal(body['active'], true)
  assert.equal(body['scope'], 'openid read_pets offline_access')
  assert.equal(body['sub'], 'user-alice')
  assert.equal(body['aud'], pets)
  assert.equal(body['acr'], 'urn:ambit:acr:password')
  assert.equal(body['auth_time'], 1_799_999_970)
})

test('RFC 9470 §6.2: introspection tells how and when the user logged in', async () => {
  const world = await testWorld()
  const login = { acr: 'urn:ambit:acr:otp', authTime: world.clock.now() }
  const { access_token } = await redeem(world, { scope: 'order', resources: [inventory], ...login })
  const { acr, auth_time: authTime } = bodyOf(await introspect(world, { token: access_token }))
  assert.deepEqual({ acr, authTime }, login)
})

test('OpenID Connect Core §8.1: the subject is the one that the token’s client knows', async () => {
  const world = await testWorld()
  const { access_token } = await redeem(world, { client: clients.pairwise })
  const body = bodyOf(await introspect(world, { token: access_token }))
  assert.equal(body['active'], true)
  assert.notEqual(body['sub'], 'user-alice')
})

test('RFC 7662 §2.1: the hint is only a hint', async () => {
  const world = await testWorld()
  const { access_token, refresh_token } = await redeem(world)
  for (const token_type_hint of ['access_token', 'refresh_token', 'unheard_of']) {
    assert.equal(bodyOf(await introspect(world, { token: access_token, token_type_hint }, 'web'))['active'], true)
    assert.equal(bodyOf(await introspect(world, { token: refresh_token, token_type_hint }, 'web'))['active'], true)
  }
})

test('RFC 7662 §2.2: a client learns of its own refresh token', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  const body = bodyOf(await introspect(world, { token: refresh_token }, 'web'))
  assert.equal(body['token_type'], 'refresh_token')
  assert.equal(body['scope'], 'openid read_pets offline_access')
  assert.equal(body['aud'], undefined)
})

test('RFC 7662 §4: a public client cannot introspect', async () => {
  const { context, exchange } = await testWorld()
  const sent = request({ form: { token: 'x', client_id: 'spa' } })
  assert.equal(outcomeOf(await introspectionEndpoint.handle(context, exchange(sent))), '401 invalid_client')
})

test('RFC 7662 §2.1: without authentication nobody introspects', async () => {
  const { context, exchange } = await testWorld()
  const response = await introspectionEndpoint.handle(context, exchange(request({ form: { token: 'x' } })))
  assert.equal(outcomeOf(response), '401 invalid_client')
  assert.match(String(response.headers['www-authenticate']), /^Basic /)
})

test('RFC 7662 §2.1: a request without token is invalid_request', async () => {
  assert.equal(outcomeOf(await introspect(await testWorld(), {})), '400 invalid_request')
})

type Death = (world: TestWorld, tokens: Awaited<ReturnType<typeof redeem>>) => Promise<unknown>
const deaths: readonly (readonly [string, Death])[] = [
  ['garbage', async () => 'garbage'],
  ['an unknown opaque token', async () => `at_${'A'.repeat(43)}`],
  ['a text longer than any token', async () => 'a'.repeat(9000)],
  ['a JWT that is not ours', async (_world, { id_token }) => id_token],
  ['a JWT whose signature was changed', async (_world, { access_token }) => `${access_token.slice(0, -2)}AA`],
  ['a JWT without a jti', async () => 'e30.e30.e30'],
  ['a JWT of broken JSON', async () => 'AAAA.AAAA.AAAA'],
  ['an expired token', async world => world.clock.advance(600)],
  [
    'a token that was revoked',
    async (world, { access_token }) => (await revoke(world, { token: access_token })).status,
  ],
  [
    'a token whose family was revoked',
    async ({ context, clock }) => context.store.revokeFamilies({ userId: users.alice.userId }, clock.now()),
  ],
  [
    'a token of which the user took back a scope',
    async ({ context, clock }) =>
      context.store.removeFromGrant(users.alice.userId, clients.web.clientId, ['read_pets'], clock.now()),
  ],
  [
    'a token of a user who ended the whole grant',
    async ({ context, clock }) => context.store.deleteGrant(users.alice.userId, clients.web.clientId, clock.now()),
  ],
  [
    'a token of a client that was removed',
    async ({ context, clock }) => context.store.deleteClient(clients.web.clientId, clock.now()),
  ],
]
for (const [name, die] of deaths)
  test(`RFC 7662 §2.2, §4: of ${name} nothing is said but that it is not active`, async () => {
    const world = await testWorld()
    const tokens = await redeem(world)
    const other = await die(world, tokens)
    const token = typeof other === 'string' ? other : tokens.access_token
    const response = await introspect(world, { token })
    assert.equal(response.status, 200)
    assert.equal(response.headers['cache-control'], 'no-store')
    assert.equal(response.body, '{"active":false}')
  })

test('RFC 7662 §4: of a token for another resource nothing is said', async () => {
  const stranger = testClient({ name: 'stranger', introspects: [inventory] })
  const world = await testWorld({ clients: [stranger] })
  const { access_token, refresh_token } = await redeem(world)
  const opaque = await machineToken(world)
  assert.equal(await isActive(world, access_token, 'stranger'), false)
  assert.equal(await isActive(world, refresh_token, 'stranger'), false)
  assert.equal(await isActive(world, refresh_token, 'api'), false)
  assert.equal(await isActive(world, opaque, 'stranger'), true)
})

test('RFC 7662 §2.1: a client may look at a token of its own', async () => {
  const world = await testWorld()
  const { access_token } = await redeem(world)
  assert.equal(await isActive(world, access_token, 'web'), true)
})

test('RFC 7662 §2.2: a refresh token that was spent, has expired or lost its family is not active', async () => {
  const world = await testWorld()
  const one = await redeem(world, { scope: 'openid read_pets' })
  const two = await redeem(world)
  await postToken(world, { grant_type: 'refresh_token', refresh_token: one.refresh_token })
  assert.equal(await isActive(world, one.refresh_token, 'web'), false, 'spent')
  const three = await redeem(world, { scope: 'openid read_pets' })
  await world.context.store.revokeFamilies({ sessionId: sessionId('session-1') }, world.clock.now())
  assert.equal(await isActive(world, three.refresh_token, 'web'), false, 'without its session')
  assert.equal(await isActive(world, two.refresh_token, 'web'), true)
  world.clock.advance(86_400)
  assert.equal(await isActive(world, two.refresh_token, 'web'), false, 'not used for a day')
})

test('a scope that is given without asking needs no grant', async () => {
  const catalogue = defineScopes({ scopes: { read_pets: { consent: 'pre-granted' }, order: {} } })
  const world = await testWorld({ catalogue })
  const { access_token } = await redeem(world, { scope: 'read_pets order' })
  const { store, clock } = world.context
  await store.removeFromGrant(users.alice.userId, clients.web.clientId, ['read_pets'], clock.now())
  assert.equal(await isActive(world, access_token), true)
  await store.removeFromGrant(users.alice.userId, clients.web.clientId, ['order'], clock.now())
  assert.equal(await isActive(world, access_token), false)
})

test('RFC 8414 §2: metadata names the endpoint and no public method', async () => {
  const { context } = await testWorld()
  const metadata = introspectionEndpoint.metadata?.(context)
  assert.equal(metadata?.introspection_endpoint, 'https://as.example/introspect')
  assert.equal(metadata?.introspection_endpoint_auth_methods_supported?.includes('none'), false)
})
