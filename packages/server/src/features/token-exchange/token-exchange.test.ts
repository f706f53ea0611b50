import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { decodeJwt } from 'jose'
import type { Feature } from '../../feature.ts'
import { createServer } from '../../server.ts'
import { inventory, pets } from '../../testing/catalogue.ts'
import { introspect, isActive } from '../../testing/client-requests.ts'
import { users } from '../../testing/clients.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { postToken, redeem, tokensOf } from '../../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../../testing/world.ts'
import type { ExchangePolicy } from './exchange-policy.ts'
import {
  exchange,
  exchangeClients,
  exchangeForm,
  exchangeWorld,
  ownToken,
  policy,
  subjectToken,
} from './testing/exchange-world.ts'
import { tokenExchange } from './token-exchange.ts'
import { tokenExchangeGrantType, tokenTypes } from './token-type.ts'

const impersonation = policy({ mode: 'impersonation' })
const own = (changes: Partial<ExchangePolicy> = {}): ExchangePolicy => ({
  client: 'pets-api',
  audience: pets,
  mode: 'impersonation',
  subjectAudience: [pets],
  ...changes,
})
const described = async (world: TestWorld, token: string) => bodyOf(await introspect(world, { token }, 'api'))

test('RFC 8693 §2.2.1: an exchange answers what it issued, and for how long', async () => {
  const world = await exchangeWorld()
  const body = bodyOf(await exchange(world, await subjectToken(world)))
  assert.equal(body['issued_token_type'], tokenTypes.accessToken)
  assert.equal(body['token_type'], 'Bearer')
  assert.equal(body['expires_in'], 600)
  assert.equal(body['scope'], 'order')
  assert.equal(body['refresh_token'], undefined)
  assert.equal(body['id_token'], undefined)
})

test('RFC 8693 §1.1: delegation says who acts; the subject stays the user', async () => {
  const world = await exchangeWorld()
  const { access_token } = tokensOf(await exchange(world, await subjectToken(world)))
  const said = await described(world, access_token)
  assert.equal(said['sub'], users.alice.userId)
  assert.equal(said['client_id'], 'pets-api')
  assert.equal(said['aud'], inventory)
  assert.deepEqual(said['act'], { sub: 'pets-api' })
})

test('RFC 8693 §1.1: impersonation does not say who acts', async () => {
  const world = await exchangeWorld({ policies: [impersonation] })
  const { access_token } = tokensOf(await exchange(world, await subjectToken(world)))
  const said = await described(world, access_token)
  assert.equal(said['act'], undefined)
  assert.equal(said['sub'], users.alice.userId)
})

test('RFC 8693 §4.1: a JWT carries the actor as `act`', async () => {
  const world = await exchangeWorld({ policies: [own({ mode: 'delegation' })] })
  const { access_token } = tokensOf(await exchange(world, await subjectToken(world), { audience: pets }))
  const claims = decodeJwt(access_token)
  assert.deepEqual(claims['act'], { sub: 'pets-api' })
  assert.equal(claims.aud, pets)
  assert.equal(claims.sub, users.alice.userId)
})

test('RFC 8693 §4.1: who acted before stays in the chain, the nearest first', async () => {
  const agent = policy({ client: 'agent', audience: pets, subjectAudience: [pets] })
  const world = await exchangeWorld({ policies: [agent, own({ mode: 'delegation' })] })
  const first = tokensOf(await exchange(world, await subjectToken(world), { audience: pets }, 'agent')).access_token
  const second = tokensOf(await exchange(world, first, { audience: pets })).access_token
  assert.deepEqual(decodeJwt(second)['act'], { sub: 'pets-api', act: { sub: 'agent' } })
})

test('RFC 8693 §4.1: impersonation drops nobody from the chain', async () => {
  const agent = policy({ client: 'agent', audience: pets, subjectAudience: [pets] })
  const world = await exchangeWorld({ policies: [agent, own()] })
  const first = tokensOf(await exchange(world, await subjectToken(world), { audience: pets }, 'agent')).access_token
  const second = tokensOf(await exchange(world, first, { audience: pets })).access_token
  assert.deepEqual(decodeJwt(second)['act'], { sub: 'agent' })
})

test('RFC 8693 §4.1: the chain of actors is not longer than the options say', async () => {
  const world = await exchangeWorld({ policies: [own({ mode: 'delegation' })], options: { mostActors: 2 } })
  const once = tokensOf(await exchange(world, await subjectToken(world), { audience: pets })).access_token
  const twice = tokensOf(await exchange(world, once, { audience: pets })).access_token
  assert.equal(outcomeOf(await exchange(world, twice, { audience: pets })), '400 invalid_request')
})

test('RFC 8693 §2.1: the token of an actor says who acts', async () => {
  const world = await exchangeWorld({ policies: [policy({ actors: ['agent'] })] })
  const actor = { actor_token: await ownToken(world, 'agent'), actor_token_type: tokenTypes.accessToken }
  const { access_token } = tokensOf(await exchange(world, await subjectToken(world), actor))
  assert.deepEqual((await described(world, access_token))['act'], { sub: 'agent' })
})

test('RFC 8693 §4.4: only the one whom `may_act` names may act, in a JWT and in an opaque token', async () => {
  const agent = policy({ client: 'agent', audience: [pets, inventory], subjectAudience: [pets, inventory] })
  const given = [own({ mayAct: 'agent' }), policy({ mayAct: 'agent', mode: 'impersonation' }), agent]
  const world = await exchangeWorld({ policies: given })
  for (const audience of [pets, inventory]) {
    const marked = tokensOf(await exchange(world, await subjectToken(world), { audience })).access_token
    assert.deepEqual((await described(world, marked))['may_act'], { sub: 'agent' })
    const by = (client: string) => exchange(world, marked, { audience }, client)
    assert.equal(outcomeOf(await by('agent')), '200')
    assert.equal(outcomeOf(await by('pets-api')), '400 invalid_request')
  }
  const jwt = tokensOf(await exchange(world, await subjectToken(world), { audience: pets })).access_token
  assert.deepEqual(decodeJwt(jwt)['may_act'], { sub: 'agent' })
})

test('RFC 8693 §4.4: `may_act` can be wanted', async () => {
  const world = await exchangeWorld({ policies: [policy({ requiresMayAct: true })] })
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world))), '400 invalid_request')
})

test('RFC 8693 §4.4: who shall act further on must be registered', async () => {
  const world = await exchangeWorld({ policies: [policy({ mayAct: 'nobody' })] })
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world))), '400 invalid_target')
})

test('RFC 8693 §2.1: the scope is narrowed to what the subject token reaches at the audience', async () => {
  const world = await exchangeWorld()
  const token = await subjectToken(world, { scope: 'openid adopt write_pets profile offline_access' })
  assert.equal(tokensOf(await exchange(world, token)).scope, 'profile order')
  assert.equal(tokensOf(await exchange(world, token, { scope: 'order:items' })).scope, 'order:items')
})

test('RFC 8693 §2.1: at the resource of the subject token an umbrella stays what it is', async () => {
  const world = await exchangeWorld({ policies: [own()] })
  const token = await subjectToken(world)
  assert.equal(tokensOf(await exchange(world, token, { audience: pets })).scope, 'adopt')
})

test('RFC 8693 §2.1: without a scope parameter the ceiling, the policy and the grant type narrow; with one they refuse', async () => {
  const broad = { scope: 'read_pets write_pets browser_only' }
  const narrow = own({ client: 'narrow' })
  const world = await exchangeWorld({ policies: [narrow, own({ scope: ['write_pets', 'browser_only'] })] })
  const token = await subjectToken(world, broad)
  const at = { audience: pets }
  assert.equal(tokensOf(await exchange(world, token, at, 'narrow')).scope, 'read_pets')
  assert.equal(tokensOf(await exchange(world, token, at)).scope, 'write_pets')
  const ask = async (scope: string, client?: string) =>
    outcomeOf(await exchange(world, token, { ...at, scope }, client))
  assert.equal(await ask('write_pets', 'narrow'), '400 invalid_scope')
  assert.equal(await ask('read_pets'), '400 invalid_scope')
  assert.equal(await ask('browser_only'), '400 invalid_scope')
  assert.equal(await ask('write_pets'), '200')
})

test('RFC 8693 §2.1: a token that reaches nothing at the audience is not exchanged for it', async () => {
  const world = await exchangeWorld()
  const token = await subjectToken(world, { scope: 'openid read_pets' })
  assert.equal(outcomeOf(await exchange(world, token)), '400 invalid_scope')
})

test('RFC 8693 §2.1: neither the operator’s hook nor the level of the login is gone round', async () => {
  const hooked = await exchangeWorld({ policies: [own()], scopeHook: async () => ['read_pets'] })
  const token = await subjectToken(hooked, { scope: 'read_pets write_pets' })
  assert.equal(tokensOf(await exchange(hooked, token, { audience: pets })).scope, 'read_pets')
  const world = await exchangeWorld({ policies: [own()] })
  const low = await subjectToken(world, { scope: 'read_pets vault' })
  assert.equal(tokensOf(await exchange(world, low, { audience: pets })).scope, 'read_pets')
  const high = await subjectToken(world, { scope: 'read_pets vault', acr: 'urn:example:strong' })
  assert.equal(tokensOf(await exchange(world, high, { audience: pets })).scope, 'read_pets vault')
})

test('RFC 8693 §2.1: a logical name stands for its resource, and `audience` and `resource` may name the same', async () => {
  const world = await exchangeWorld({ options: { audiences: { stock: inventory } } })
  const token = await subjectToken(world)
  for (const audience of ['stock', inventory])
    assert.equal(
      (await described(world, tokensOf(await exchange(world, token, { audience })).access_token))['aud'],
      inventory,
    )
  assert.equal(outcomeOf(await exchange(world, token, { audience: 'stock', resource: inventory })), '200')
  assert.equal(outcomeOf(await exchange(world, token, { audience: undefined, resource: inventory })), '200')
  assert.equal(outcomeOf(await exchange(world, token, { audience: 'constructor' })), '400 invalid_target')
})

test('RFC 8693 §2.1: without a target it is that of the subject token', async () => {
  const world = await exchangeWorld({ policies: [own()] })
  const { access_token } = tokensOf(await exchange(world, await subjectToken(world), { audience: undefined }))
  assert.equal(decodeJwt(access_token).aud, pets)
})

test('RFC 8693 §3: a JWT is issued as one where the audience’s tokens are JWTs', async () => {
  const world = await exchangeWorld({ policies: [own(), policy()] })
  const token = await subjectToken(world)
  const asJwt = { requested_token_type: tokenTypes.jwt, subject_token_type: tokenTypes.jwt }
  const body = bodyOf(await exchange(world, token, { ...asJwt, audience: pets }))
  assert.equal(body['issued_token_type'], tokenTypes.jwt)
  assert.equal(outcomeOf(await exchange(world, token, asJwt)), '400 invalid_request')
})

test('RFC 8693 §1.1: a client exchanges its own token for a narrower one', async () => {
  const world = await exchangeWorld({ policies: [{ client: 'agent', audience: pets, mode: 'impersonation' }] })
  const { access_token } = await redeem(world, { client: exchangeClients.agent, scope: 'read_pets write_pets' })
  const asked = { audience: pets, scope: 'read_pets' }
  assert.equal(tokensOf(await exchange(world, access_token, asked, 'agent')).scope, 'read_pets')
})

test('RFC 8693 §2.1: a token without a user is exchanged, and is about the client that got it', async () => {
  const world = await exchangeWorld({ policies: [policy({ mode: 'delegation' }), own()] })
  const token = await ownToken(world, 'agent', 'adopt')
  const opaque = tokensOf(await exchange(world, token)).access_token
  const said = await described(world, opaque)
  assert.equal(said['sub'], 'agent')
  assert.equal(said['client_id'], 'pets-api')
  assert.deepEqual(said['act'], { sub: 'pets-api' })
  assert.equal(decodeJwt(tokensOf(await exchange(world, token, { audience: pets })).access_token).sub, 'agent')
})

test('RFC 8693 §2.1: however often a token without a user is exchanged, it is about the client that got it first', async () => {
  const world = await exchangeWorld({
    policies: [policy({ client: 'narrow', audience: pets }), policy({ audience: pets })],
  })
  const first = await ownToken(world, 'agent', 'read_pets')
  const once = tokensOf(await exchange(world, first, { audience: pets }, 'narrow')).access_token
  const twice = tokensOf(await exchange(world, once, { audience: pets })).access_token
  assert.deepEqual([decodeJwt(once).sub, decodeJwt(twice).sub], ['agent', 'agent'])
  await world.context.store.deleteClient(exchangeClients.agent.clientId, world.clock.now())
  assert.equal(await isActive(world, twice), false)
})

test('OpenID Connect Core §8.1: the audience sees the user as the acting client would', async () => {
  const world = await exchangeWorld({ policies: [own({ client: 'pairwise-api' })] })
  const { access_token } = tokensOf(
    await exchange(world, await subjectToken(world), { audience: pets }, 'pairwise-api'),
  )
  const { sub } = decodeJwt(access_token)
  assert.ok(sub && sub !== users.alice.userId)
  const direct = await redeem(world, { client: exchangeClients.pairwiseApi, scope: 'openid' })
  assert.equal(decodeJwt(direct.id_token).sub, sub)
})

test('RFC 8693 §2.2.1: the token ends no later than the subject token', async () => {
  const world = await exchangeWorld()
  const token = await subjectToken(world)
  world.clock.advance(550)
  assert.equal(tokensOf(await exchange(world, token)).expires_in, 50)
})

test('RFC 8693 §2: without the feature there is no such grant', async () => {
  const world = await testWorld({ clients: Object.values(exchangeClients) })
  const form = exchangeForm('at_x', {})
  assert.equal(outcomeOf(await postToken(world, form, 'pets-api')), '400 unsupported_grant_type')
  const grants = (features: readonly Feature[]) =>
    createServer({ ...world.options, features }).metadata.grant_types_supported?.includes(tokenExchangeGrantType)
  assert.equal(grants([]), false)
  assert.equal(grants([tokenExchange({ policies: [] })]), true)
})

test('RFC 8693 §2: the grant type must be registered, too', async () => {
  const world = await exchangeWorld({ policies: [policy({ client: 'web' })] })
  assert.equal(outcomeOf(await exchange(world, await subjectToken(world), {}, 'web')), '400 unauthorized_client')
})

test('RFC 8693 §5: what is exchanged is told, and leaves the subject token as it was', async () => {
  const world = await exchangeWorld()
  const token = await subjectToken(world)
  await exchange(world, token)
  assert.equal(await isActive(world, token), true)
  const told = world.events.at(-1)
  assert.ok(told?.kind === 'token.issued' && told.grantType === tokenExchangeGrantType)
  assert.equal(told.clientId, 'pets-api')
})

test('RFC 8693 §2.1: where no resource is declared, the server itself is the audience', async () => {
  const { options } = await testWorld()
  const policies = [policy({ audience: options.issuer, subjectAudience: [options.issuer] })]
  const catalogue = defineScopes({ scopes: { read_notes: {} } })
  const features = [tokenExchange({ policies })]
  assert.ok(createServer({ ...options, catalogue, resources: [], features }))
})
