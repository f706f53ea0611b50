import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Issued, Spending } from '../ports/store.ts'
import { authorize } from '../testing/authorization.ts'
import { inventory, pets } from '../testing/catalogue.ts'
import { clients, testClient } from '../testing/clients.ts'
import { codeForm, postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'
import { findAccessToken } from './find-access-token.ts'

test('RFC 9068 §2.1: a JWT access token is signed and says what it is', async () => {
  const { access_token } = await redeem(await testWorld())
  const header = decodeProtectedHeader(access_token)
  assert.equal(header.typ, 'at+jwt')
  assert.equal(header.alg, 'ES256')
  assert.equal(typeof header.kid, 'string')
})

test('RFC 9068 §2.2: a JWT access token has all claims that are required', async () => {
  const claims = decodeJwt((await redeem(await testWorld())).access_token)
  const { jti, ...rest } = claims
  assert.match(String(jti), /^[\w-]{43}$/)
  assert.deepEqual(rest, {
    iss: 'https://as.example',
    sub: 'user-alice',
    aud: pets,
    client_id: 'web',
    iat: 1_800_000_000,
    exp: 1_800_000_600,
    scope: 'openid read_pets offline_access',
    auth_time: 1_799_999_970,
    acr: 'urn:ambit:acr:password',
    amr: ['pwd'],
  })
})

test('RFC 9068 §2.2.3: the scope claim is the effective scope', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world, { scope: 'read_pets write_pets' })
  const form = { grant_type: 'refresh_token', refresh_token, scope: 'write_pets' }
  const tokens = tokensOf(await postToken(world, form))
  assert.equal(decodeJwt(tokens.access_token)['scope'], 'write_pets')
})

test('RFC 9068 §5: tokens of different clients have different pairwise subjects', async () => {
  const world = await testWorld()
  const { access_token, id_token } = await redeem(world, { client: clients.pairwise })
  const { sub } = decodeJwt(access_token)
  assert.notEqual(sub, 'user-alice')
  assert.equal(decodeJwt(id_token).sub, sub)
})

test('RFC 6749 §1.4: a resource chooses whether its tokens are opaque', async () => {
  const { access_token } = await redeem(await testWorld(), { scope: 'order', resources: [inventory] })
  assert.match(access_token, /^at_[\w-]{43}$/)
})

test('RFC 7518 §3.1: a resource that chooses no algorithm has that of the ID tokens', async () => {
  const { access_token, id_token } = await redeem(await testWorld({ idTokenAlgorithm: 'EdDSA' }))
  assert.equal(decodeProtectedHeader(access_token).alg, 'EdDSA')
  assert.equal(decodeProtectedHeader(id_token).alg, 'EdDSA')
})

test('RFC 7518 §3.1: a resource chooses the algorithm of its tokens', async () => {
  const resources = [{ resource: pets, name: 'Pets', tokenFormat: 'jwt', algorithm: 'EdDSA' }] as const
  const { access_token } = await redeem(await testWorld({ resources }))
  assert.equal(decodeProtectedHeader(access_token).alg, 'EdDSA')
})

const lifetimes: readonly (readonly [string, Parameters<typeof testWorld>[0], string, number])[] = [
  ['the server says', {}, 'read_pets', 600],
  [
    'its resource says',
    { resources: [{ resource: pets, name: 'Pets', tokenFormat: 'jwt', accessTokenTtl: seconds(90) }] },
    'read_pets',
    90,
  ],
  ['its client says', { clients: [testClient({ name: 'web', accessTokenTtl: seconds(30) })] }, 'read_pets', 30],
  ['the most careful of its scopes says', {}, 'read_pets admin', 60],
]
for (const [name, overrides, scope, expected] of lifetimes)
  test(`RFC 6749 §5.1: a token lives as long as ${name}, and expires_in says so`, async () => {
    const tokens = await redeem(await testWorld(overrides), { scope })
    assert.equal(tokens.expires_in, expected)
    const { iat = 0, exp = 0 } = decodeJwt(tokens.access_token)
    assert.equal(exp - iat, expected)
  })

test('RFC 9700 §2.3: an access token is for one resource alone', async () => {
  const world = await testWorld()
  const scope = 'openid read_pets order'
  const code = codeForm(await authorize(world, { scope, resources: [pets, inventory] }), { resource: pets })
  const { access_token } = tokensOf(await postToken(world, code))
  assert.equal(decodeJwt(access_token).aud, pets)
  assert.equal(decodeJwt(access_token)['scope'], 'openid read_pets')
})

test('RFC 6749 §10.10: two tokens issued at the same moment cannot be guessed from each other', async () => {
  const world = await testWorld()
  const both = [
    await redeem(world, { scope: 'order', resources: [inventory] }),
    await redeem(world, { scope: 'order', resources: [inventory] }),
  ]
  const [one = '', two = ''] = both.map(tokens => tokens.access_token.slice(3))
  assert.ok([...one].filter((character, index) => character === two[index]).length < 12)
})

test('RFC 6749 §10.3: what is stored of a token does not open anything', async () => {
  const world = await testWorld()
  const { access_token, refresh_token } = await redeem(world, { scope: 'openid order', resources: [inventory] })
  const found = await findAccessToken(world.context, access_token)
  const record = JSON.stringify(found)
  assert.ok(found && !record.includes(access_token) && !record.includes(access_token.slice(3)))
  assert.ok(!record.includes(refresh_token.slice(3)))
})

test('every issued token is told, with its scope and what was refused on the way', async () => {
  const world = await testWorld()
  await redeem(world)
  const event = world.events.find(each => each.kind === 'token.issued')
  assert.ok(event?.kind === 'token.issued')
  assert.equal(event.grantType, 'authorization_code')
  assert.equal(event.scope, 'openid read_pets offline_access')
  assert.equal(event.userId, 'user-alice')
  assert.equal(event.refused, 0)
})

test('the record of a token keeps what was asked and each step to what was granted', async () => {
  const world = await testWorld()
  const steps = [
    { at: 'consent', refused: [{ token: 'write_pets', reason: 'user_refused' }], left: 'read_pets' },
  ] as const
  const trace = { requestId: world.exchange({} as never).requestId, requested: 'read_pets write_pets', steps }
  const { access_token } = await redeem(world, { scope: 'read_pets', trace })
  const found = await findAccessToken(world.context, access_token)
  assert.equal(found?.record.trace.requested, 'read_pets write_pets')
  assert.deepEqual(found?.record.trace.steps, steps)
})

test('a repeated refresh whose successor is not on record is a bug, and says so', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  const store = {
    ...world.context.store,
    exchange: async () => ({ kind: 'repeated', spent: { spentAt: world.clock.now() } }) as const,
  }
  const broken = { ...world, context: { ...world.context, store } }
  await assert.rejects(postToken(broken, { grant_type: 'refresh_token', refresh_token }), /no successor/)
})

test('RFC 6749 §4.1.2, RFC 9700 §4.14.2: a code is spent without grace, a refresh token with the one that is set', async () => {
  const world = await testWorld()
  const graces: number[] = []
  const store = {
    ...world.context.store,
    exchange: (spending: Spending, issued: Issued) => {
      graces.push(spending.graceTtl)
      return world.context.store.exchange(spending, issued)
    },
  }
  const watched = { ...world, context: { ...world.context, store } }
  const { refresh_token } = await redeem(watched)
  tokensOf(await postToken(watched, { grant_type: 'refresh_token', refresh_token }))
  assert.deepEqual(graces, [0, 20])
})
