import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { endLostTokens } from '../../issue/end-lost-tokens.ts'
import { pets } from '../../testing/catalogue.ts'
import { isActive, revoke } from '../../testing/client-requests.ts'
import { clients, users } from '../../testing/clients.ts'
import { sessionId } from '../../testing/ids.ts'
import { outcomeOf } from '../../testing/requests.ts'
import { redeem, tokensOf } from '../../testing/token-requests.ts'
import type { TestWorld } from '../../testing/world.ts'
import { exchange, exchangeClients, exchangeWorld, ownToken, policy } from './testing/exchange-world.ts'

type Ending = (world: TestWorld, refreshToken: string) => Promise<unknown>

const alice = users.alice.userId

/** What ends the authorization that the subject token came from, and with it whatever was exchanged for it. */
const endings: readonly (readonly [string, Ending])[] = [
  [
    'the user takes the scope back from the first client',
    ({ context }) => context.store.removeFromGrant(alice, clients.web.clientId, ['adopt'], context.clock.now()),
  ],
  [
    'the user takes the whole grant back from the first client',
    ({ context }) => context.store.deleteGrant(alice, clients.web.clientId, context.clock.now()),
  ],
  [
    'the user logs out',
    ({ context }) => context.store.revokeFamilies({ sessionId: sessionId('session-1') }, context.clock.now()),
  ],
  ['the first client revokes its refresh token', (world, token) => revoke(world, { token })],
  [
    'the first client is deleted',
    ({ context }) => context.store.deleteClient(clients.web.clientId, context.clock.now()),
  ],
  [
    'the acting client is deleted',
    ({ context }) => context.store.deleteClient(exchangeClients.petsApi.clientId, context.clock.now()),
  ],
  ['the user is deleted', ({ context }) => context.store.deleteUser(alice, context.clock.now())],
]

for (const [name, end] of endings)
  test(`RFC 8693 §2.2.1: an exchanged token is good no longer when ${name}`, async () => {
    const { world, first, exchanged } = await exchangedWorld()
    assert.equal(await isActive(world, exchanged), true)
    await end(world, first.refresh_token)
    assert.equal(await isActive(world, exchanged), false)
  })

test('RFC 8693 §2.2.1: what was exchanged for an exchanged token falls with the first authorization, too', async () => {
  const agent = policy({ client: 'agent', audience: pets })
  const { world, first } = await exchangedWorld([agent, policy()])
  const once = tokensOf(await exchange(world, first.access_token, { audience: pets }, 'agent')).access_token
  const twice = tokensOf(await exchange(world, once)).access_token
  assert.equal(await isActive(world, twice), true)
  await world.context.store.removeFromGrant(alice, clients.web.clientId, ['adopt'], world.clock.now())
  assert.equal(await isActive(world, twice), false)
})

test('RFC 8693 §2.2.1: it does not outlive a role that its user lost', async () => {
  let held: readonly string[] = ['adopt', 'order']
  const world = await exchangeWorld({ grantable: async () => held })
  const { access_token } = await redeem(world, { scope: 'adopt' })
  const exchanged = tokensOf(await exchange(world, access_token)).access_token
  assert.equal(await isActive(world, exchanged), true)
  held = []
  assert.equal(await isActive(world, exchanged), false)
  assert.equal(outcomeOf(await exchange(world, access_token)), '400 invalid_request')
})

test('RFC 8693 §2.1: the user passes on no more by exchange than they may', async () => {
  const world = await exchangeWorld({ policies: [policy({ audience: pets })], roles: { everyone: ['write_pets'] } })
  const { access_token } = await redeem(world, { scope: 'write_pets profile' })
  assert.equal(tokensOf(await exchange(world, access_token, { audience: pets })).scope, 'write_pets profile')
})

test('Token Status List §7.1: an exchanged JWT is revoked in its list when scope is taken back', async () => {
  const world = await exchangeWorld({
    policies: [policy({ audience: pets })],
    statusList: { window: seconds(60) },
  })
  const { access_token } = await redeem(world, { scope: 'read_pets' })
  tokensOf(await exchange(world, access_token, { audience: pets }))
  const { store } = world.context
  const revoked = async () => (await store.findRevokedStatuses(0, world.clock.now())).length
  assert.equal(await revoked(), 0)
  await store.removeFromGrant(alice, clients.web.clientId, ['read_pets'], world.clock.now())
  await endLostTokens(world.context, { userId: alice, clientId: clients.web.clientId })
  assert.equal(await revoked(), 2)
})

for (const client of [exchangeClients.agent, exchangeClients.petsApi])
  test(`RFC 8693 §2.2.1: a token without a user ends when the client \`${client.clientId}\` is deleted, for good`, async () => {
    const world = await exchangeWorld()
    const exchanged = tokensOf(await exchange(world, await ownToken(world, 'agent', 'adopt'))).access_token
    assert.equal(await isActive(world, exchanged), true)
    await world.context.store.deleteClient(client.clientId, world.clock.now())
    assert.equal(await isActive(world, exchanged), false)
    world.clock.advance(1)
    await world.context.store.saveClient({ ...client, createdAt: world.clock.now() })
    assert.equal(await isActive(world, exchanged), false)
  })

async function exchangedWorld(policies = [policy()]) {
  const world = await exchangeWorld({ policies })
  const first = await redeem(world, { scope: 'openid adopt' })
  const exchanged = tokensOf(await exchange(world, first.access_token)).access_token
  return { world, first, exchanged }
}
