// RFC 7591
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import {
  plainMetadata,
  type RegistrationWorld,
  register,
  registrationWorld,
  sendMetadata,
} from '../../testing/registration.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { type Invitation, inviteClients } from './initial-token.ts'

const invitedOnly = () => registrationWorld({ access: 'initial_token' })
const attempt = async (world: RegistrationWorld, token: string | undefined) => {
  const response = await sendMetadata(world, plainMetadata, { token })
  return response.status === 201 ? 'registered' : outcomeOf(response)
}

test('RFC 7591 §3: where an initial access token is needed, nobody registers without one', async () => {
  const world = await invitedOnly()
  const response = await sendMetadata(world, plainMetadata)
  assert.equal(outcomeOf(response), '401 invalid_token')
  assert.match(String(response.headers['www-authenticate']), /^Bearer realm="https:\/\/as\.example"/)
})

test('RFC 7591 §3: a client registers with an initial access token, once', async () => {
  const world = await invitedOnly()
  const token = await inviteClients(world.context)
  assert.match(token, /^ia_/)
  assert.equal(await attempt(world, token), 'registered')
  assert.equal(await attempt(world, token), '401 invalid_token')
})

test('RFC 7591 §3: an initial access token is stored as a hash alone', async () => {
  const world = await invitedOnly()
  const token = await inviteClients(world.context)
  const tickets = await world.context.store.listTickets({ kind: 'initial_token' }, 10)
  assert.equal(tickets.length, 1)
  assert.ok(!JSON.stringify(tickets).includes(token.slice(3)))
})

test('RFC 7591 §3: of many who use an initial access token at once, no more register than it has uses', async () => {
  const world = await invitedOnly()
  const token = await inviteClients(world.context, { uses: 3 })
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => attempt(world, token)))
  assert.equal(outcomes.filter(each => each === 'registered').length, 3)
  assert.equal(outcomes.filter(each => each === '401 invalid_token').length, 7)
})

test('RFC 7591 §3: metadata that are refused use up nothing', async () => {
  const world = await invitedOnly()
  const token = await inviteClients(world.context)
  assert.equal(outcomeOf(await sendMetadata(world, {}, { token })), '400 invalid_redirect_uri')
  assert.equal(await attempt(world, token), 'registered')
})

test('RFC 7591 §3: an initial access token expires', async () => {
  const world = await invitedOnly()
  const token = await inviteClients(world.context, { ttl: seconds(60) })
  world.clock.advance(60)
  assert.equal(await attempt(world, token), '401 invalid_token')
})

test('RFC 7591 §3: what is no initial access token is refused, also where anybody may register', async () => {
  for (const world of [await invitedOnly(), await registrationWorld()]) {
    const { registration_access_token: other } = await register(
      world,
      {},
      { token: await inviteClients(world.context) },
    )
    for (const token of ['x', `ia_${'A'.repeat(43)}`, other])
      assert.equal(await attempt(world, token), '401 invalid_token', token)
  }
})

test('RFC 6750 §2.1: a header that is no bearer token, or two of them, are refused', async () => {
  const world = await registrationWorld()
  for (const authorization of ['Basic d2ViOng=', 'Bearer', 'Bearer a b', ['Bearer a', 'Bearer b']])
    assert.equal(
      outcomeOf(await sendMetadata(world, plainMetadata, { headers: { authorization } })),
      '400 invalid_request',
    )
})

const scopeOf = async (invitation: Invitation, metadata: object = {}) => {
  const world = await invitedOnly()
  const token = await inviteClients(world.context, invitation)
  return bodyOf(await sendMetadata(world, { ...plainMetadata, ...metadata }, { token }))['scope']
}

test('RFC 7591 §3: an initial access token has a ceiling of its own, which stays the client’s', async () => {
  assert.equal(await scopeOf({ scope: ['order'] }), 'order')
  assert.equal(await scopeOf({ scope: ['order', 'read_pets'] }, { scope: 'read_pets write_pets' }), 'read_pets')
  const world = await invitedOnly()
  const token = await inviteClients(world.context, { scope: ['order'] })
  const told = await register(world, {}, { token })
  const changed = await sendMetadata(
    world,
    { ...plainMetadata, client_id: told.client_id, scope: 'order read_pets' },
    { method: 'PUT', path: `/register/${told.client_id}`, token: told.registration_access_token },
  )
  assert.equal(bodyOf(changed)['scope'], 'order')
})

test('RFC 9700 §4.11.2: who registers uninvited is a stranger, and stays one; who was invited is none', async () => {
  const world = await registrationWorld()
  const isStranger = async (id: string) => (await world.context.store.findClient(id))?.isStranger ?? false
  const own = await register(world)
  assert.equal(await isStranger(own.client_id), true)
  const path = new URL(own.registration_client_uri).pathname
  const { registration_access_token: token } = own
  const changed = await sendMetadata(
    world,
    { ...plainMetadata, client_id: own.client_id },
    { method: 'PUT', path, token },
  )
  assert.equal(changed.status, 200)
  assert.equal(await isStranger(own.client_id), true)
  const invited = await register(world, {}, { token: await inviteClients(world.context) })
  assert.equal(await isStranger(invited.client_id), false)
})

test('RFC 7591 §5: links of a client that was invited are its own affair', async () => {
  const world = await invitedOnly()
  const told = await register(
    world,
    { client_uri: 'https://elsewhere.example/' },
    { token: await inviteClients(world.context) },
  )
  assert.equal(told['client_uri'], 'https://elsewhere.example/')
})

test('RFC 7591 §5: whoever was invited is not counted among the strangers of a network', async () => {
  const world = await registrationWorld({ limits: { perNetwork: 1 } })
  const token = await inviteClients(world.context, { uses: 3 })
  assert.equal(await attempt(world, token), 'registered')
  assert.equal(await attempt(world, token), 'registered')
  assert.equal(await attempt(world, undefined), 'registered')
  assert.equal(await attempt(world, undefined), '429 temporarily_unavailable')
  assert.equal(await attempt(world, token), 'registered')
})

test('RFC 7591 §3: an invitation that makes no sense is not made', async () => {
  const { context } = await invitedOnly()
  for (const uses of [0, -1, 1.5, Number.NaN]) await assert.rejects(inviteClients(context, { uses }), RangeError)
  await assert.rejects(inviteClients(context, { scope: ['unknown'] }), /unknown scope `unknown`/)
})
