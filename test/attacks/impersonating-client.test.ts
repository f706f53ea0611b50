// RFC 9700 §4.15
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { issuer, obtainTokens, startTarget, tokensOf, users } from './target.ts'

/** A client whose identifier is that of a user. */
const namesake = testClient({
  name: users.alice.userId,
  redirectUris: [],
  responseTypes: [],
  grantTypes: ['client_credentials'],
  scope: 'read_pets order',
})

const machineForm = { grant_type: 'client_credentials', scope: 'read_pets' }

test('RFC 9700 §4.15.1: a token of a client alone names the client as its subject, and nothing that tells of a login', async () => {
  const target = await startTarget()
  const { access_token = '' } = tokensOf(await target.post('/token', machineForm, 'machine'))
  const claims = decodeJwt(access_token)
  assert.equal(claims.sub, 'machine')
  assert.equal(claims['client_id'], 'machine')
  for (const name of ['auth_time', 'acr', 'amr']) assert.ok(!(name in claims), name)
})

test('RFC 9700 §4.15: no client is called like a user, and no user like a client', async () => {
  const { store } = (await startTarget()).world.options
  assert.equal(await store.saveClient(namesake), false)
  await store.deleteUser(users.alice.userId, users.alice.createdAt)
  assert.equal(await store.saveClient(namesake), true)
  assert.equal(await store.saveUser(users.alice), false)
})

test('RFC 9700 §4.15.1: a resource server can tell the tokens of a client from those of a user', async () => {
  const target = await startTarget()
  const ofClient = decodeJwt(tokensOf(await target.post('/token', machineForm, 'machine'))['access_token'] ?? '')
  const ofUser = decodeJwt((await obtainTokens(target))['access_token'] ?? '')
  assert.equal(ofClient.sub, ofClient['client_id'])
  assert.notEqual(ofUser.sub, ofUser['client_id'])
  assert.ok('auth_time' in ofUser && !('auth_time' in ofClient))
})

test('RFC 9700 §4.15.1: so it can where it asks', async () => {
  const target = await startTarget()
  const form = { ...machineForm, scope: 'order' }
  const { access_token } = tokensOf(await target.post('/token', form, 'machine'))
  const { body } = await target.post('/introspect', { token: access_token }, 'machine')
  assert.equal(body['sub'], body['client_id'])
  assert.ok(!('auth_time' in body))
})

test('RFC 9700 §4.15.1: a client alone would not get at the claims of a user even if it were called like them', async () => {
  const target = await startTarget({
    clients: [testClient({ ...namesake, name: namesake.clientId, scope: 'openid read_pets' })],
  })
  Object.assign(target.world.options.store, { findUser: async () => users.alice })
  const answer = await target.post('/token', { ...machineForm, scope: 'openid read_pets' }, namesake.clientId)
  const { access_token } = tokensOf(answer)
  const request = new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.ok([401, 403].includes((await target.send(request)).status))
})

test('RFC 6749 §4.4: a token request of a client alone has no say in its subject', async () => {
  const target = await startTarget()
  const form = { ...machineForm, sub: users.alice.userId, username: 'alice', subject: users.alice.userId }
  assert.equal(decodeJwt(tokensOf(await target.post('/token', form, 'machine'))['access_token'] ?? '').sub, 'machine')
})

test('RFC 6749 §4.4.3: a client alone gets no refresh token, even if it asks for offline access', async () => {
  const target = await startTarget()
  assert.equal(tokensOf(await target.post('/token', machineForm, 'machine'))['refresh_token'], undefined)
  const offline = await target.post('/token', { ...machineForm, scope: 'read_pets offline_access' }, 'machine')
  assert.equal(offline.body['error'], 'invalid_scope')
})

test('RFC 6749 §4.4: the client credentials grant is not for public clients', async () => {
  const client = testClient({ name: 'open', authenticationMethod: 'none', grantTypes: ['client_credentials'] })
  const target = await startTarget({ clients: [client] })
  const answer = await target.post('/token', machineForm, { publicClient: 'open' })
  assert.equal(answer.body['error'], 'unauthorized_client')
})
