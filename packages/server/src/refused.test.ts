import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clients } from './testing/clients.ts'
import { outcomeOf } from './testing/requests.ts'
import { postToken } from './testing/token-requests.ts'
import { testWorld } from './testing/world.ts'

test('what is kept and told of a refused request is bounded, whatever was sent', async () => {
  const world = await testWorld()
  const kept: string[] = []
  const { store } = world.context
  const watched = { ...store, saveRefusal: async (refusal: unknown) => void kept.push(JSON.stringify(refusal)) }
  const there = { ...world, context: { ...world.context, store: watched } }
  const long = 'x'.repeat(12_000)
  const form = { grant_type: 'client_credentials', scope: long }
  assert.equal(
    outcomeOf(await postToken(there, { ...form, client_id: long, client_secret: 'y' }, null)),
    '401 invalid_client',
  )
  assert.equal(outcomeOf(await postToken(there, form, clients.machine.clientId)), '400 invalid_scope')
  assert.equal(kept.length, 2)
  for (const text of [...kept, ...world.events.map(event => JSON.stringify(event))])
    assert.ok(text.length < 10_000, text)
})

test('RFC 6749 §5.2: with a refusal of scope the steps that led to it are kept', async () => {
  const world = await testWorld()
  await postToken(world, { grant_type: 'client_credentials', scope: 'read_pets admin' }, clients.machine.clientId)
  const [event] = world.events.filter(each => each.kind === 'request.refused')
  assert.ok(event)
  const kept = await world.context.store.findRefusal(event.requestId)
  assert.deepEqual(kept?.steps.at(-1)?.refused, [{ token: 'admin', reason: 'above_ceiling' }])
})
