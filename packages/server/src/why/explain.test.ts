import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenEndpoint } from '../endpoints/token.ts'
import { authorize } from '../testing/authorization.ts'
import { revoke } from '../testing/client-requests.ts'
import { clientSecret, clients, users } from '../testing/clients.ts'
import { request } from '../testing/requests.ts'
import { postToken, redeem, tokensOf } from '../testing/token-requests.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'
import { explain } from './explain.ts'
import { printExplanation } from './print-explanation.ts'

async function why({ context }: TestWorld, text: string): Promise<string> {
  const explanation = await explain(context, text)
  return explanation === undefined ? 'nothing' : printExplanation(explanation)
}

const steps = [
  { at: 'consent', refused: [{ token: 'write_pets', reason: 'user_refused' }], left: 'openid read_pets' },
  { at: 'hook', refused: [{ token: 'admin', reason: 'refused_by_hook', because: ['write_orders'] }], left: '' },
] as const

async function traced(world: TestWorld) {
  const { requestId } = world.exchange(request())
  const trace = { requestId, requested: 'openid read_pets write_pets admin', steps }
  return redeem(world, { scope: 'openid read_pets', trace })
}

test('why tells of an access token what was asked, each step, and what it has now', async () => {
  const world = await testWorld()
  const { access_token } = await traced(world)
  const text = await why(world, access_token)
  assert.match(text, /^access token of client web, for user user-alice\n/)
  assert.match(text, /for {8}https:\/\/api\.example\/pets\n/)
  assert.match(text, /requested {2}openid read_pets write_pets admin\n/)
  assert.match(text, /- write_pets: the user did not allow it, or took it back \(consent\)\n/)
  assert.match(text, /- admin: the operator’s hook refused it, because of write_orders \(hook\)\n {2}left {7}nothing\n/)
  assert.match(text, /effective {2}openid read_pets\n/)
  assert.match(text, /now {8}good$/)
})

test('why still knows the way of the grant after a refresh that was narrowed', async () => {
  const world = await testWorld()
  const { refresh_token } = await traced(world)
  const form = { grant_type: 'refresh_token', refresh_token, scope: 'read_pets' }
  const next = tokensOf(await postToken(world, form))
  const access = await why(world, next.access_token)
  assert.match(access, /requested {2}read_pets\n/)
  assert.match(access, /- write_pets: the user did not allow it/)
  const refreshed = await why(world, next.refresh_token)
  assert.match(refreshed, /requested {2}openid read_pets write_pets admin\n/)
  assert.match(refreshed, /effective {2}openid read_pets\n/)
})

test('why tells what the user took back between two refreshes, once', async () => {
  const world = await testWorld()
  let { refresh_token } = await redeem(world, { scope: 'openid read_pets write_pets' })
  const { store, clock } = world.context
  await store.removeFromGrant(users.alice.userId, clients.web.clientId, ['write_pets'], clock.now())
  for (let count = 0; count < 3; count++)
    refresh_token = tokensOf(await postToken(world, { grant_type: 'refresh_token', refresh_token })).refresh_token
  const text = await why(world, refresh_token)
  assert.equal(text.split('- write_pets: ').length, 2, text)
})

test('why knows refresh tokens, codes and tokens of machine clients', async () => {
  const world = await testWorld()
  assert.match(await why(world, (await redeem(world)).refresh_token), /^refresh token of client web.*\n[^]*now {8}good/)
  assert.match(await why(world, await authorize(world)), /^authorization code of client web/)
  const issued = await postToken(world, { grant_type: 'client_credentials', scope: 'order' }, 'machine')
  const text = await why(world, tokensOf(issued).access_token)
  assert.match(text, /^access token of client machine, for the client itself/)
})

type Change = (world: TestWorld, tokens: Awaited<ReturnType<typeof redeem>>) => Promise<unknown>
const states: readonly (readonly [string, Change, RegExp])[] = [
  ['expired', async world => world.clock.advance(600), /now {8}expired/],
  ['revoked', (world, { access_token }) => revoke(world, { token: access_token }), /now {8}revoked$/],
  [
    'revoked with its family',
    (world, { refresh_token }) => revoke(world, { token: refresh_token }),
    /now {8}revoked with its whole authorization/,
  ],
  [
    'stripped of a scope by the user',
    ({ context, clock }) =>
      context.store.removeFromGrant(users.alice.userId, clients.web.clientId, ['read_pets'], clock.now()),
    /now {8}dead, since the user took back scope that it carries\n {2}taken back read_pets$/,
  ],
]
for (const [name, change, expected] of states)
  test(`why tells that a token is ${name}`, async () => {
    const world = await testWorld()
    const tokens = await redeem(world)
    await change(world, tokens)
    assert.match(await why(world, tokens.access_token), expected)
  })

test('why tells of a refresh token that it was spent, that it expired, and that its authorization ended', async () => {
  const world = await testWorld()
  const { refresh_token } = await redeem(world)
  await postToken(world, { grant_type: 'refresh_token', refresh_token })
  assert.match(await why(world, refresh_token), /now {8}spent/)
  const idle = await redeem(world)
  world.clock.advance(86_400)
  assert.match(await why(world, idle.refresh_token), /now {8}expired/)
})

test('why tells of a refused request what was asked, the error, and the reason that the public is not told', async () => {
  const world = await testWorld()
  const sent = request({ form: { grant_type: 'client_credentials', scope: 'order' }, basic: ['machine', 'wrong'] })
  const exchange = world.exchange(sent)
  await tokenEndpoint.handle(world.context, exchange)
  const text = await why(world, exchange.requestId)
  assert.match(text, /was refused at the token endpoint\n/)
  assert.match(text, /requested {2}order\n/)
  assert.match(
    text,
    /error {6}invalid_client: client authentication failed\n {2}because {4}client `machine`: the client secret is wrong$/,
  )
})

test('why tells of a request what was issued for it', async () => {
  const world = await testWorld()
  const form = { grant_type: 'client_credentials', scope: 'order' }
  const exchange = world.exchange(request({ form, basic: ['machine', clientSecret] }))
  await tokenEndpoint.handle(world.context, exchange)
  const text = await why(world, exchange.requestId)
  assert.match(text, new RegExp(`^request ${exchange.requestId}\naccess token of client machine`))
})

test('why tells of a request that issued a code', async () => {
  const world = await testWorld()
  const { requestId } = world.exchange(request())
  await authorize(world, { trace: { requestId, requested: 'openid', steps: [] } })
  assert.match(await why(world, requestId), /authorization code of client web/)
})

test('why knows nothing of what never was', async () => {
  const world = await testWorld()
  const unknown = world.exchange(request()).requestId
  for (const text of ['', 'garbage', unknown, `at_${'A'.repeat(43)}`, `rt_${'A'.repeat(43)}`, 'e30.e30.e30'])
    assert.equal(await why(world, text), 'nothing')
})
