import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, seconds } from '@ambit/protocol'
import { defineScopes } from '@ambit/scope'
import { decodeJwt } from 'jose'
import { locateSecret } from '../secret.ts'
import { authorize } from '../testing/authorization.ts'
import { inventory, pets } from '../testing/catalogue.ts'
import { introspect } from '../testing/client-requests.ts'
import { clients, testClient, users } from '../testing/clients.ts'
import { sessionId } from '../testing/ids.ts'
import { bodyOf, outcomeOf } from '../testing/requests.ts'
import { codeForm, postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testTtls, testWorld } from '../testing/world.ts'

type Form = Parameters<typeof postToken>[1]

const refresh = (world: TestWorld, refresh_token: string, form: Form = {}, client = 'web') =>
  postToken(world, { grant_type: 'refresh_token', refresh_token, ...form }, client)

const everything = 'openid read_pets write_pets offline_access'

test('RFC 6749 §6: a refresh token gives an access token for the same user, client and scope', async () => {
  const world = await testWorld()
  const first = await redeem(world, { scope: everything })
  world.clock.advance(100)
  const second = tokensOf(await refresh(world, first.refresh_token))
  assert.equal(second.scope, everything)
  const [before, now] = [first, second].map(tokens => decodeJwt(tokens.access_token))
  assert.equal(now?.sub, before?.sub)
  assert.equal(now?.['client_id'], 'web')
  assert.equal(now?.iat, 1_800_000_100)
  assert.equal(now?.['auth_time'], before?.['auth_time'], 'the login is still that of the beginning')
})

test('OpenID Connect Core §12.2: an ID token of a refresh has the same subject and login, and no nonce', async () => {
  const world = await testWorld()
  const first = await redeem(world)
  const second = tokensOf(await refresh(world, first.refresh_token))
  const [before, now] = [first, second].map(tokens => decodeJwt(tokens.id_token))
  assert.equal(now?.sub, before?.sub)
  assert.equal(now?.aud, 'web')
  assert.equal(now?.['auth_time'], before?.['auth_time'])
  assert.equal(now?.['nonce'], undefined)
})

test('RFC 9700 §4.14.2: each use gives another refresh token', async () => {
  const world = await testWorld()
  let { refresh_token } = await redeem(world)
  const seen = new Set([refresh_token])
  for (let count = 0; count < 5; count++) {
    refresh_token = tokensOf(await refresh(world, refresh_token)).refresh_token
    seen.add(refresh_token)
  }
  assert.equal(seen.size, 6)
})

test('RFC 6749 §6: the scope can be narrowed, for that access token alone', async () => {
  const world = await testWorld()
  const first = await redeem(world, { scope: everything })
  const narrow = tokensOf(await refresh(world, first.refresh_token, { scope: 'read_pets' }))
  assert.equal(narrow.scope, 'read_pets')
  assert.equal(narrow.id_token, undefined)
  assert.equal(tokensOf(await refresh(world, narrow.refresh_token)).scope, everything)
})

test('RFC 6749 §6: an umbrella of the grant opens what it covers', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: 'admin' })
  assert.equal(tokensOf(await refresh(world, refresh_token, { scope: 'read_orders' })).scope, 'read_orders')
})

const refused: readonly (readonly [string, Form, string])[] = [
  ['RFC 6749 §6: no refresh token', { refresh_token: undefined }, '400 invalid_request'],
  ['RFC 6749 §5.2: a text that is no refresh token', { refresh_token: 'rt_x' }, '400 invalid_grant'],
  [
    'RFC 6749 §5.2: a refresh token that nobody was given',
    { refresh_token: `rt_${'A'.repeat(43)}` },
    '400 invalid_grant',
  ],
  ['RFC 6749 §6: scope beyond the grant', { scope: 'read_pets write_orders' }, '400 invalid_scope'],
  ['RFC 6749 §6: an umbrella wider than the grant', { scope: 'admin' }, '400 invalid_scope'],
  ['RFC 6749 §6: unknown scope', { scope: 'read_pets fly' }, '400 invalid_scope'],
  ['RFC 6749 §3.3: malformed scope', { scope: ' read_pets' }, '400 invalid_scope'],
  ['RFC 8707 §2.2: a resource that was not granted', { resource: inventory }, '400 invalid_target'],
]
for (const [name, form, outcome] of refused)
  test(`${name} is ${outcome}`, async () => {
    const world = await testWorld()
    const { refresh_token } = await redeem(world)
    assert.equal(outcomeOf(await refresh(world, refresh_token, form)), outcome)
    assert.equal(outcomeOf(await refresh(world, refresh_token)), '200', 'the refresh token is still good')
  })

test('RFC 6749 §10.4: a refresh token is bound to its client', async () => {
  const world = await testWorld({ clients: [testClient({ name: 'web2' })] })
  const { refresh_token } = await redeem(world)
  assert.equal(outcomeOf(await refresh(world, refresh_token, {}, 'web2')), '400 invalid_grant')
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '200', 'and still good for its own')
})

test('RFC 9700 §4.14.2: a replayed refresh token ends its family, and no other', async () => {
  const world = await testWorld()
  const [one, other] = [await redeem(world), await redeem(world)]
  const second = tokensOf(await refresh(world, one.refresh_token))
  const third = tokensOf(await refresh(world, second.refresh_token))
  assert.equal(outcomeOf(await refresh(world, one.refresh_token)), '400 invalid_grant')
  assert.ok(world.events.some(event => event.kind === 'replay.detected' && event.of === 'refresh_token'))
  assert.equal(outcomeOf(await refresh(world, third.refresh_token)), '400 invalid_grant', 'the newest is dead')
  assert.equal(outcomeOf(await refresh(world, other.refresh_token)), '200', 'another authorization lives')
})

test('RFC 9700 §4.14.2: a refresh token used again after the grace ends its family', async () => {
  const world = await testWorld()
  const first = await redeem(world)
  const second = tokensOf(await refresh(world, first.refresh_token))
  world.clock.advance(testTtls.refreshGrace + 1)
  assert.equal(outcomeOf(await refresh(world, first.refresh_token)), '400 invalid_grant')
  assert.equal(outcomeOf(await refresh(world, second.refresh_token)), '400 invalid_grant')
})

test('RFC 9700 §4.14.2: a lost answer is given again within the grace: the same successor, a further access token', async () => {
  const world = await testWorld()
  const first = await redeem(world)
  const lost = tokensOf(await refresh(world, first.refresh_token))
  world.clock.advance(5)
  const again = tokensOf(await refresh(world, first.refresh_token))
  assert.equal(again.refresh_token, lost.refresh_token)
  assert.notEqual(again.access_token, lost.access_token)
  assert.ok(world.events.some(event => event.kind === 'refresh.repeated'))
  assert.equal(outcomeOf(await refresh(world, again.refresh_token)), '200')
})

test('RFC 9700 §4.14.2: without a grace a second use is a replay at once', async () => {
  const world = await testWorld({ ttl: { ...testTtls, refreshGrace: seconds(0) } })
  const { refresh_token } = await redeem(world)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '200')
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 9700 §4.14.2: two refreshes at once leave one live branch', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  const both = await Promise.all([refresh(world, refresh_token), refresh(world, refresh_token)])
  const successors = both.map(response => tokensOf(response).refresh_token)
  assert.equal(new Set(successors).size, 1, 'both got the same successor')
  assert.equal(outcomeOf(await refresh(world, successors[0] ?? '')), '200')
})

test('RFC 9700 §4.14.2: of many refreshes at once without a grace one wins', async () => {
  const world = await testWorld({ ttl: { ...testTtls, refreshGrace: seconds(0) } })
  const { refresh_token } = await redeem(world)
  const all = await Promise.all(Array.from({ length: 20 }, () => refresh(world, refresh_token)))
  assert.equal(all.filter(response => response.status === 200).length, 1)
})

test('RFC 9700 §4.14.2: a refresh token that is not used dies', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  world.clock.advance(testTtls.refreshIdle)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 9700 §4.14.2: use does not keep an authorization alive beyond its end', async () => {
  const world = await testWorld()
  let { refresh_token } = await redeem(world)
  const step = testTtls.refreshIdle - 1
  for (let spent = 0; spent + step < testTtls.refreshAbsolute; spent += step) {
    world.clock.advance(step)
    refresh_token = tokensOf(await refresh(world, refresh_token)).refresh_token
  }
  world.clock.advance(step)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 9700 §4.14.2: an access token never outlives its authorization', async () => {
  const world = await testWorld({ ttl: { ...testTtls, refreshAbsolute: seconds(900) } })
  const { refresh_token } = await redeem(world)
  world.clock.advance(800)
  assert.equal(tokensOf(await refresh(world, refresh_token)).expires_in, 100)
})

test('OpenID Connect Core §11: without offline_access the refresh token ends with the session, with it it does not', async () => {
  const world = await testWorld()
  const bound = await redeem(world, { scope: 'openid read_pets' })
  const offline = await redeem(world)
  await world.context.store.revokeFamilies({ sessionId: sessionId('session-1') }, world.clock.now())
  assert.equal(outcomeOf(await refresh(world, bound.refresh_token)), '400 invalid_grant')
  assert.equal(outcomeOf(await refresh(world, offline.refresh_token)), '200')
})

test('RFC 6749 §6: scope that the user took back is not refreshed, nor can it be asked for', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: everything })
  const { store, clock } = world.context
  await store.removeFromGrant(users.alice.userId, clients.web.clientId, ['write_pets'], clock.now())
  assert.equal(outcomeOf(await refresh(world, refresh_token, { scope: 'write_pets' })), '400 invalid_scope')
  const tokens = tokensOf(await refresh(world, refresh_token))
  assert.equal(tokens.scope, 'openid read_pets offline_access')
})

test('RFC 6749 §6: where the user took everything back nothing is refreshed', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: 'read_pets' })
  const { store, clock } = world.context
  await store.removeFromGrant(users.alice.userId, clients.web.clientId, ['read_pets'], clock.now())
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 6749 §6: a consent that has expired refreshes nothing', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: 'read_pets' })
  const { store, clock } = world.context
  const grant = await store.findGrant(users.alice.userId, clients.web.clientId)
  assert.ok(grant)
  await store.addToGrant({
    ...grant,
    updatedAt: after(clock.now(), seconds(1)),
    expiresAt: after(clock.now(), seconds(10)),
  })
  world.clock.advance(11)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 6749 §6: what the client may no longer have, and what the user may no longer pass on, is not refreshed', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: 'read_pets write_pets read_orders' })
  await world.context.store.saveClient({ ...clients.web, scope: 'read_pets read_orders' })
  await world.context.store.saveUser({ ...users.alice, scope: 'read_pets write_pets' })
  assert.equal(tokensOf(await refresh(world, refresh_token)).scope, 'read_pets')
})

test('OpenID Connect Core §11: without offline_access a refresh token ends with the session that it was granted in', async () => {
  const world = await testWorld()
  const { sessionAbsolute } = world.context.ttl
  let { refresh_token } = await redeem(world, { scope: 'openid read_pets', authTime: world.clock.now() })
  let offline = (await redeem(world, { authTime: world.clock.now() })).refresh_token
  world.clock.advance(sessionAbsolute - 10)
  const last = tokensOf(await refresh(world, refresh_token))
  assert.equal(last.expires_in, 10)
  refresh_token = last.refresh_token
  offline = tokensOf(await refresh(world, offline)).refresh_token
  world.clock.advance(10)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
  assert.equal(outcomeOf(await refresh(world, offline)), '200')
})

test('OpenID Connect Core §11: a code without offline_access is not redeemed after the end of its session', async () => {
  const world = await testWorld()
  const authTime = after(world.clock.now(), seconds(10 - world.context.ttl.sessionAbsolute))
  const [code, offline] = [
    await authorize(world, { scope: 'read_pets', authTime }),
    await authorize(world, { authTime }),
  ]
  world.clock.advance(10)
  assert.equal(outcomeOf(await postToken(world, codeForm(code))), '400 invalid_grant')
  assert.equal(outcomeOf(await postToken(world, codeForm(offline))), '200')
})

test('RFC 6749 §6: scope that a refresh may not carry, or that now needs a stronger login, is not refreshed', async () => {
  const catalogue = defineScopes({
    scopes: {
      read_pets: { resource: pets },
      pay: { resource: pets, grantTypes: ['authorization_code'] },
      vault: { resource: pets, acr: 'urn:example:strong' },
    },
  })
  const scope = 'read_pets pay vault'
  const world = await testWorld({ catalogue, clients: [testClient({ name: 'web', scope })] })
  const { refresh_token } = await redeem(world, { scope })
  assert.equal(tokensOf(await refresh(world, refresh_token)).scope, 'read_pets')
})

test('RFC 6749 §6: the operator’s hook is asked at each refresh', async () => {
  const scopeHook = async ({ grantType }: { readonly grantType: string }) => [
    grantType === 'refresh_token' ? 'read_pets' : 'admin',
  ]
  const world = await testWorld({ scopeHook })
  const { refresh_token } = await redeem(world, { scope: 'read_pets write_pets' })
  assert.equal(tokensOf(await refresh(world, refresh_token)).scope, 'read_pets')
})

test('RFC 9700 §4.14: the refresh tokens of a user who was removed are dead', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  await world.context.store.deleteUser(users.alice.userId, world.clock.now())
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 8707 §2.2: each refresh chooses one of the granted resources', async () => {
  const world = await testWorld()
  const code = await authorize(world, { resources: [pets, inventory], scope: 'openid read_pets order' })
  const first = tokensOf(await postToken(world, codeForm(code, { resource: pets })))
  assert.equal(first.scope, 'openid read_pets')
  const second = tokensOf(await refresh(world, first.refresh_token, { resource: inventory }))
  assert.equal(second.scope, 'openid order')
  const form = { resource: inventory, scope: 'read_pets' }
  assert.equal(outcomeOf(await refresh(world, second.refresh_token, form)), '400 invalid_target')
})

test('RFC 6749 §5.2: why a refresh token is dead is told to the operator, and not to the public', async () => {
  const world = await testWorld({ clients: [testClient({ name: 'web2' })] })
  const strangers = await redeem(world)
  const revoked = await redeem(world)
  const { familyId } = await familyOf(world, revoked.refresh_token)
  await world.context.store.revokeFamilies({ familyId }, world.clock.now())
  const idle = await redeem(world)
  const answers = [
    await refresh(world, strangers.refresh_token, {}, 'web2'),
    await refresh(world, revoked.refresh_token),
  ]
  world.clock.advance(testTtls.refreshIdle)
  answers.push(await refresh(world, idle.refresh_token), await refresh(world, `rt_${'A'.repeat(43)}`))
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1)
  assert.deepEqual(
    world.events.flatMap(event => (event.kind === 'request.refused' ? [event.reason] : [])).slice(0, 3),
    [
      'the refresh token is another client’s',
      'the authorization was revoked',
      'the refresh token was not used for too long',
    ],
  )
})

test('RFC 9700 §4.14.2: a refresh token that was spent before its authorization ended is refused as ended', async () => {
  const world = await testWorld({ ttl: { ...testTtls, refreshAbsolute: seconds(100) } })
  const { refresh_token } = await redeem(world)
  world.clock.advance(100)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
  const event = world.events.at(-1)
  assert.ok(event?.kind === 'request.refused' && event.reason === 'the authorization has reached its end')
})

test('RFC 6749 §6: a user who vanishes while the request is on its way is refused', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  const store = { ...world.context.store, findUser: async () => undefined }
  const response = await refresh({ ...world, context: { ...world.context, store } }, refresh_token)
  assert.equal(outcomeOf(response), '400 invalid_grant')
})

test('RFC 9700 §2.2.2: the refresh tokens of a public client are rotated, and a replay ends them', async () => {
  const world = await testWorld({ ttl: { ...testTtls, refreshGrace: seconds(0) } })
  const code = codeForm(await authorize(world, { client: clients.spa }), { client_id: 'spa' })
  const first = tokensOf(await postToken(world, code, null))
  const again = (refresh_token: string) =>
    postToken(world, { grant_type: 'refresh_token', refresh_token, client_id: 'spa' }, null)
  const second = tokensOf(await again(first.refresh_token))
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal(outcomeOf(await again(first.refresh_token)), '400 invalid_grant')
  assert.equal(outcomeOf(await again(second.refresh_token)), '400 invalid_grant')
})

test('RFC 6749 §6, §10.4: a confidential client must authenticate to refresh', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  const form = { grant_type: 'refresh_token', refresh_token, client_id: 'web' }
  assert.equal(outcomeOf(await postToken(world, form, null)), '401 invalid_client')
})

test('RFC 9700 §4.14.2: a changed password ends what was granted by logins before it', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  await world.context.store.saveUser({ ...users.alice, passwordChangedAt: world.clock.now() })
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
  const later = await redeem(world, { authTime: world.clock.now() })
  assert.equal(outcomeOf(await refresh(world, later.refresh_token)), '200')
})

async function familyOf({ context }: TestWorld, refreshToken: string) {
  const ref = locateSecret(context.crypto, 'refresh_token', refreshToken)
  const found = ref && (await context.store.findSpendable(ref, 'refresh_token'))
  assert.ok(found)
  return found.record
}

test('RFC 9700 §4.14.2: a refresh token never outlives its authorization, however long it may be idle', async () => {
  const ttl = { ...testTtls, refreshAbsolute: seconds(100_000) }
  const world = await testWorld({ ttl })
  const { refresh_token: first } = await redeem(world)
  world.clock.advance(50_000)
  const { refresh_token: second } = tokensOf(await refresh(world, first))
  const { exp } = bodyOf(await introspect(world, { token: second }, 'web'))
  assert.equal(exp, 1_800_100_000)
})

test('RFC 6749 §6: a client whose logins all want more by now refreshes nothing that was granted with less', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: 'read_pets' })
  const refresh = async (requiredAcr: string) => {
    await world.context.store.saveClient({ ...clients.web, requiredAcr })
    return outcomeOf(await postToken(world, { grant_type: 'refresh_token', refresh_token }))
  }
  assert.equal(await refresh('urn:ambit:acr:otp'), '400 invalid_grant')
  assert.equal(await refresh('urn:ambit:acr:password'), '200')
})
