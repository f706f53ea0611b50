import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import { decodeJwt } from 'jose'
import { passwordLimits } from '../accounts/check-password.ts'
import { introspectionEndpoint } from '../endpoints/introspection.ts'
import { tokenEndpoint } from '../endpoints/token.ts'
import { pets } from '../testing/catalogue.ts'
import { clientSecret, clients, password, testClient, users } from '../testing/clients.ts'
import { oneTimeCodes } from '../testing/one-time-codes.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { postToken, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'

type Form = Parameters<typeof postToken>[1]

const right = { grant_type: 'password', username: 'alice', password, scope: 'openid read_pets' }
const on = (more: Parameters<typeof testWorld>[0] = {}) => testWorld({ dangerouslyAllowPassword: true, ...more })
const ask = async (form: Form = {}, world?: TestWorld, client = 'legacy') =>
  postToken(world ?? (await on()), { ...right, ...form }, client)

test('RFC 6749 §4.3: a password is exchanged for tokens', async () => {
  const tokens = tokensOf(await ask())
  assert.equal(tokens.scope, 'openid read_pets')
  assert.match(tokens.refresh_token, /^rt_/)
  const claims = decodeJwt(tokens.access_token)
  assert.equal(claims.sub, 'user-alice')
  assert.deepEqual(claims['amr'], ['pwd'])
})

test('RFC 6749 §6: what a password brought is refreshed, also where a process whose clock is ahead has just changed it', async () => {
  const world = await on()
  const passwordChangedAt = after(world.clock.now(), seconds(5))
  await world.context.store.saveUser({ ...users.alice, passwordChangedAt })
  const { refresh_token } = tokensOf(await ask({}, world))
  assert.equal(outcomeOf(await postToken(world, { grant_type: 'refresh_token', refresh_token }, 'legacy')), '200')
})

test('RFC 9700 §2.4: the password grant is not there unless it is switched on', async () => {
  assert.equal(outcomeOf(await ask({}, await testWorld())), '400 unsupported_grant_type')
})

test('RFC 9700 §2.4: the password grant needs the client’s switch too', async () => {
  const careful = testClient({ name: 'careful', grantTypes: ['password'] })
  assert.equal(outcomeOf(await ask({}, await on({ clients: [careful] }), 'careful')), '400 unauthorized_client')
})

test('RFC 6749 §4.3: a password is not enough for a client whose logins all want more', async () => {
  const strict = { ...clients.legacy, requiredAcr: 'urn:ambit:acr:otp' }
  const world = await on({ clients: [strict], oneTimeCodes })
  assert.equal(outcomeOf(await ask({}, world)), '400 unauthorized_client')
  assert.equal(outcomeOf(await ask({ password: 'wrong' }, world)), '400 unauthorized_client')
  const content = await on({ clients: [{ ...strict, requiredAcr: 'urn:ambit:acr:password' }], oneTimeCodes })
  assert.equal(outcomeOf(await ask({}, content)), '200')
})

const refused: readonly (readonly [string, Form, string])[] = [
  ['RFC 6749 §4.3.2: no username', { username: undefined }, '400 invalid_request'],
  ['RFC 6749 §4.3.2: no password', { password: undefined }, '400 invalid_request'],
  ['RFC 6749 §5.2: a wrong password', { password: 'wrong' }, '400 invalid_grant'],
  ['RFC 6749 §5.2: an unknown user', { username: 'nobody' }, '400 invalid_grant'],
  ['RFC 6749 §3.3: unknown scope', { scope: 'fly' }, '400 invalid_scope'],
  ['RFC 8707 §2: an unknown resource', { resource: 'https://other.example' }, '400 invalid_target'],
  ['RFC 8707 §2.2: scope of two resources', { scope: 'read_pets order' }, '400 invalid_target'],
  ['RFC 6749 §3.3: scope that the user may not pass on', { username: 'bob', scope: 'write_pets' }, '400 invalid_scope'],
]
for (const [name, form, outcome] of refused)
  test(`${name} is ${outcome}`, async () => assert.equal(outcomeOf(await ask(form)), outcome))

test('RFC 6749 §3.3: the user passes on no more than they may', async () => {
  assert.equal(tokensOf(await ask({ username: 'bob', scope: 'read_pets write_pets' })).scope, 'read_pets')
})

test('RFC 6749 §3.3: a password passes on nothing that needs a stronger authentication', async () => {
  const catalogue = defineScopes({
    scopes: { read_pets: { resource: pets }, vault: { resource: pets, acr: 'urn:example:strong' } },
  })
  const client = testClient({ ...clients.legacy, scope: 'read_pets vault' })
  const world = await on({ catalogue, clients: [client] })
  assert.equal(tokensOf(await ask({ scope: 'read_pets vault' }, world)).scope, 'read_pets')
  assert.equal(outcomeOf(await ask({ scope: 'vault' }, world)), '400 invalid_scope')
})

test('RFC 6749 §3.3: a password passes on nothing that the operator’s hook takes away', async () => {
  const scopeHook = async () => ['openid']
  assert.equal(tokensOf(await ask({}, await on({ scopeHook }))).scope, 'openid')
})

test('RFC 6749 §4.3.2: wrong passwords are throttled', async () => {
  const world = await on()
  for (let count = 0; count < passwordLimits.perUsername; count++)
    assert.equal(outcomeOf(await ask({ password: 'wrong' }, world)), '400 invalid_grant')
  const throttled = await ask({ password: 'wrong' }, world)
  assert.equal(outcomeOf(throttled), '429 invalid_grant')
  assert.ok(Number(throttled.headers['retry-after']) > 0)
})

test('RFC 6749 §4.3: the password stands for consent, so the user can take it back', async () => {
  const world = await on()
  const { context, exchange, clock } = world
  const { access_token } = tokensOf(await ask({}, world))
  const isActive = async () => {
    const sent = request({ form: { token: access_token }, basic: ['api', clientSecret] })
    return bodyOf(await introspectionEndpoint.handle(context, exchange(sent)))['active']
  }
  assert.equal(await isActive(), true)
  await context.store.removeFromGrant(users.alice.userId, clients.legacy.clientId, ['read_pets'], clock.now())
  assert.equal(await isActive(), false)
})

test('RFC 6749 §4.3: tokens for a password form a family that is refreshed and rotated', async () => {
  const world = await on()
  const { refresh_token } = tokensOf(await ask({ resource: pets }, world))
  const next = tokensOf(await postToken(world, { grant_type: 'refresh_token', refresh_token }, 'legacy'))
  assert.notEqual(next.refresh_token, refresh_token)
})

test('RFC 6749 §4.3.2: the client must authenticate', async () => {
  const { context, exchange } = await on()
  const sent = request({ form: { ...right, client_id: 'legacy' } })
  assert.equal(outcomeOf(await tokenEndpoint.handle(context, exchange(sent))), '401 invalid_client')
})
