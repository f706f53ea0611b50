import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorize } from '../testing/authorization.ts'
import { isActive, revoke } from '../testing/client-requests.ts'
import { clientSecret, clients, testClient } from '../testing/clients.ts'
import { outcomeOf, request } from '../testing/requests.ts'
import { codeForm, postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'
import { revocationEndpoint } from './revocation.ts'
import { tokenEndpoint } from './token.ts'

test('RFC 7009 §2.1: an access token is revoked, at once and alone', async () => {
  const world = await testWorld()
  const { access_token, refresh_token } = await redeem(world)
  const response = await revoke(world, { token: access_token })
  assert.equal(response.status, 200)
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.body, '')
  assert.equal(await isActive(world, access_token), false)
  assert.equal(outcomeOf(await postToken(world, { grant_type: 'refresh_token', refresh_token })), '200')
  assert.ok(world.events.some(event => event.kind === 'token.revoked' && event.of === 'access_token'))
})

test('RFC 7009 §2.1: a refresh token takes the access tokens of its grant with it', async () => {
  const world = await testWorld()
  const { access_token, refresh_token } = await redeem(world)
  const other = await redeem(world)
  assert.equal((await revoke(world, { token: refresh_token })).status, 200)
  assert.equal(await isActive(world, access_token), false)
  assert.equal(outcomeOf(await postToken(world, { grant_type: 'refresh_token', refresh_token })), '400 invalid_grant')
  assert.equal(await isActive(world, other.access_token), true, 'another authorization lives')
  assert.ok(world.events.some(event => event.kind === 'token.revoked' && event.of === 'refresh_token'))
})

test('RFC 7009 §2.1: a refresh token that was spent still revokes what came of it', async () => {
  const world = await testWorld()
  const first = await redeem(world)
  const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  const second = tokensOf(await postToken(world, form))
  assert.equal((await revoke(world, { token: first.refresh_token })).status, 200)
  assert.equal(await isActive(world, second.access_token), false)
})

test('RFC 7009 §2.1: an opaque token of a machine client is revoked', async () => {
  const world = await testWorld()
  const issued = await postToken(world, { grant_type: 'client_credentials', scope: 'order' }, 'machine')
  const { access_token } = tokensOf(issued)
  assert.equal((await revoke(world, { token: access_token }, 'machine')).status, 200)
  assert.equal(await isActive(world, access_token), false)
})

test('RFC 7009 §2.1: another client’s token is refused and stays good', async () => {
  const world = await testWorld({ clients: [testClient({ name: 'web2' })] })
  const { access_token, refresh_token } = await redeem(world)
  assert.equal(outcomeOf(await revoke(world, { token: access_token }, 'web2')), '400 unauthorized_client')
  assert.equal(outcomeOf(await revoke(world, { token: refresh_token }, 'web2')), '400 unauthorized_client')
  assert.equal(await isActive(world, access_token), true)
  assert.equal(await isActive(world, refresh_token, 'web'), true)
})

test('RFC 7009 §2.2: an unknown token is answered 200, whatever the hint', async () => {
  const world = await testWorld()
  for (const token of ['x', `at_${'A'.repeat(43)}`, `rt_${'A'.repeat(43)}`, 'e30.e30.e30'])
    for (const token_type_hint of [undefined, 'access_token', 'refresh_token', 'unheard_of'])
      assert.equal((await revoke(world, { token, token_type_hint })).status, 200)
})

test('RFC 7009 §2.1: a wrong hint does not keep a token alive', async () => {
  const world = await testWorld()
  const { access_token, refresh_token } = await redeem(world)
  await revoke(world, { token: access_token, token_type_hint: 'refresh_token' })
  assert.equal(await isActive(world, access_token), false)
  await revoke(world, { token: refresh_token, token_type_hint: 'access_token' })
  assert.equal(await isActive(world, refresh_token, 'web'), false)
})

test('RFC 7009 §2.2: a token is revoked twice without an error', async () => {
  const world = await testWorld()
  const { access_token, refresh_token } = await redeem(world)
  for (const token of [access_token, access_token, refresh_token, refresh_token])
    assert.equal((await revoke(world, { token })).status, 200)
})

test('RFC 7009 §2.2.1: an ID token is unsupported_token_type', async () => {
  const world = await testWorld()
  const { id_token } = await redeem(world)
  assert.equal(outcomeOf(await revoke(world, { token: id_token })), '400 unsupported_token_type')
})

test('RFC 7009 §2.1: a request without token is invalid_request', async () => {
  assert.equal(outcomeOf(await revoke(await testWorld(), {})), '400 invalid_request')
})

test('RFC 7009 §2.1: a client that does not authenticate revokes nothing', async () => {
  const world = await testWorld()
  const { access_token } = await redeem(world)
  const sent = request({ form: { token: access_token, client_id: 'web' } })
  assert.equal(outcomeOf(await revocationEndpoint.handle(world.context, world.exchange(sent))), '401 invalid_client')
  assert.equal(await isActive(world, access_token), true)
})

test('RFC 7009 §2.1: a public client revokes its own token by naming itself, and no other’s', async () => {
  const world = await testWorld()
  const { context, exchange } = world
  const form = codeForm(await authorize(world, { client: clients.spa }), { client_id: 'spa' })
  const tokens = tokensOf(await tokenEndpoint.handle(context, exchange(request({ form }))))
  const own = request({ form: { token: tokens.access_token, client_id: 'spa' } })
  assert.equal((await revocationEndpoint.handle(context, exchange(own))).status, 200)
  assert.equal(await isActive(world, tokens.access_token), false)
  const other = await redeem(world)
  const strange = request({ form: { token: other.access_token, client_id: 'spa' } })
  assert.equal(outcomeOf(await revocationEndpoint.handle(context, exchange(strange))), '400 unauthorized_client')
})

test('RFC 7009 §2: parameters in the request URI are refused', async () => {
  const { context, exchange } = await testWorld()
  const sent = request({ form: { token: 'x' }, basic: ['web', clientSecret], query: 'callback=f' })
  assert.equal(outcomeOf(await revocationEndpoint.handle(context, exchange(sent))), '400 invalid_request')
})

test('RFC 8414 §2: metadata names the endpoint and every method', async () => {
  const { context } = await testWorld()
  const metadata = revocationEndpoint.metadata?.(context)
  assert.equal(metadata?.revocation_endpoint, 'https://as.example/revoke')
  assert.ok(metadata?.revocation_endpoint_auth_methods_supported?.includes('none'))
})
