import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { tokenEndpoint } from '../endpoints/token.ts'
import { dpop } from '../features/dpop/dpop.ts'
import { authorize } from '../testing/authorization.ts'
import { isActive } from '../testing/client-requests.ts'
import { clientSecret, clients, testClient } from '../testing/clients.ts'
import { proofFor, proofKey } from '../testing/proofs.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { codeForm, postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testTtls, testWorld, type WorldOverrides } from '../testing/world.ts'

const refresh = (world: TestWorld, refresh_token: string, client = 'web') =>
  postToken(world, { grant_type: 'refresh_token', refresh_token }, client)

const keeping = (overrides: WorldOverrides = {}) => testWorld({ refreshTokens: 'kept', ...overrides })

test('RFC 6749 §6: where refresh tokens are kept, the same one gives access tokens again and again, and no other', async () => {
  const world = await keeping()
  const { refresh_token } = await redeem(world)
  for (let count = 0; count < 3; count++) {
    world.clock.advance(1_000)
    const response = await refresh(world, refresh_token)
    assert.equal(outcomeOf(response), '200')
    assert.equal(bodyOf(response)['refresh_token'], undefined)
    assert.equal(await isActive(world, tokensOf(response).access_token), true)
  }
})

test('RFC 6749 §6: of two refreshes at once with a kept token each gets an access token', async () => {
  const world = await keeping()
  const { refresh_token } = await redeem(world)
  const [a, b] = await Promise.all([refresh(world, refresh_token), refresh(world, refresh_token)])
  assert.equal(outcomeOf(a), '200')
  assert.equal(outcomeOf(b), '200')
})

test('RFC 6749 §10.4: a kept refresh token ends with its authorization, used or not, and its last access token too', async () => {
  const world = await keeping()
  const { refresh_token } = await redeem(world)
  world.clock.advance(testTtls.refreshIdle + 1)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '200', 'it was not used for long')
  world.clock.advance(testTtls.refreshAbsolute - testTtls.refreshIdle - 61)
  const { exp = 0 } = decodeJwt(tokensOf(await refresh(world, refresh_token)).access_token)
  assert.equal(exp - world.clock.now(), 60)
  world.clock.advance(60)
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '400 invalid_grant')
})

test('RFC 6749 §6: a kept refresh token is of use to its client alone', async () => {
  const world = await keeping({ clients: [testClient({ name: 'other' })] })
  const { refresh_token } = await redeem(world)
  assert.equal(outcomeOf(await refresh(world, refresh_token, 'other')), '400 invalid_grant')
  assert.equal(outcomeOf(await refresh(world, refresh_token)), '200')
})

test('RFC 9700 §4.14.2: a refresh token of a public client is rotated wherever others are kept', async () => {
  const world = await keeping()
  const code = await authorize(world, { client: clients.spa })
  const { refresh_token } = tokensOf(await postToken(world, codeForm(code, { client_id: 'spa' }), null))
  const form = { grant_type: 'refresh_token', refresh_token, client_id: 'spa' }
  const second = tokensOf(await postToken(world, form, null))
  assert.notEqual(second.refresh_token, refresh_token)
  world.clock.advance(testTtls.refreshGrace + 1)
  assert.equal(outcomeOf(await postToken(world, form, null)), '400 invalid_grant', 'a second use')
})

test('RFC 9700 §4.14.2: a refresh token that was spent before they were kept still revokes its family', async () => {
  const rotating = await testWorld()
  const { refresh_token } = await redeem(rotating)
  tokensOf(await refresh(rotating, refresh_token))
  const kept: TestWorld = { ...rotating, context: { ...rotating.context, refreshTokens: 'kept' } }
  kept.clock.advance(testTtls.refreshGrace + 1)
  assert.equal(outcomeOf(await refresh(kept, refresh_token)), '400 invalid_grant')
  assert.ok(kept.events.some(({ kind }) => kind === 'replay.detected'))
})

test('RFC 9449 §5: a bound refresh token of a client that was public wants its key wherever others are kept', async () => {
  const world = await keeping({ features: [dpop()] })
  const key = proofKey()
  const send = (form: ReturnType<typeof codeForm>, isProved: boolean, isPublic = false) => {
    const headers = isProved ? { dpop: proofFor(world, key) } : {}
    const from = isPublic ? { form: { ...form, client_id: 'spa' } } : { form, basic: ['spa', clientSecret] as const }
    return tokenEndpoint.handle(world.context, world.exchange(request({ path: '/token', headers, ...from })))
  }
  const code = await authorize(world, { client: clients.spa })
  const { refresh_token } = tokensOf(await send(codeForm(code), true, true))
  await world.context.store.saveClient(testClient({ name: 'spa' }))
  const form = { grant_type: 'refresh_token', refresh_token }
  assert.equal(outcomeOf(await send(form, false)), '400 invalid_grant')
  assert.equal(outcomeOf(await send(form, true)), '200')
})
