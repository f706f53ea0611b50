// RFC 9449 §5, RFC 8705 §3, RFC 9700 §2.2.1
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Confirmation, isRefusal, refuse } from '@ambit/protocol'
import type { AuthenticatedClient } from './client/authenticated-client.ts'
import type { ClientPossession, Feature, SenderBinding } from './feature.ts'
import { isBindingRequired, provePossession } from './possession.ts'
import { clients } from './testing/clients.ts'
import { request } from './testing/requests.ts'
import { testWorld } from './testing/world.ts'

const client = clients.machine as never as AuthenticatedClient

function binding(member: keyof Confirmation, more: Partial<SenderBinding> = {}): Feature {
  const headers = { [`x-${member.slice(0, 3)}`]: 'told' }
  const proves: SenderBinding = {
    member,
    prove: async () => ({ confirmation: { [member]: 'proved' }, headers }),
    ...more,
  }
  return { name: member, senderBindings: [proves] }
}

const provesNothing = { prove: async () => ({}) }

async function prove(
  features: readonly Feature[],
  given: { readonly place?: ClientPossession['place']; readonly requireSenderConstraint?: boolean } = {},
) {
  const { place = 'token', requireSenderConstraint = false } = given
  const { context, exchange } = await testWorld({ features, requireSenderConstraint })
  const proved = await provePossession(context, exchange(request()), { place, client })
  return isRefusal(proved) ? proved.error : proved
}

test('RFC 7800 §3.1: what is proved by several ways adds up, and so do the headers of the answer', async () => {
  assert.deepEqual(await prove([binding('jkt'), binding('x5t#S256')]), {
    confirmation: { jkt: 'proved', 'x5t#S256': 'proved' },
    headers: { 'x-jkt': 'told', 'x-x5t': 'told' },
  })
  assert.deepEqual(await prove([binding('jkt'), binding('x5t#S256', provesNothing)]), {
    confirmation: { jkt: 'proved' },
    headers: { 'x-jkt': 'told' },
  })
  assert.deepEqual(await prove([]), {})
})

test('RFC 9449 §5: what one way refuses is refused', async () => {
  const refusing = { prove: async () => refuse('invalid_dpop_proof', 'no') }
  assert.equal(await prove([binding('x5t#S256'), binding('jkt', refusing)]), 'invalid_dpop_proof')
})

test('RFC 8705 §3.4: the binding that a client must use is not made up for by another', async () => {
  const required = { ...provesNothing, isRequired: () => true }
  assert.equal(await prove([binding('jkt'), binding('x5t#S256', required)]), 'invalid_request')
  assert.equal(await prove([binding('jkt', required), binding('x5t#S256')]), 'invalid_request')
  assert.notEqual(await prove([binding('jkt', { isRequired: () => true })]), 'invalid_request')
})

test('RFC 9449 §5.2: a pushed request need not prove what a token request must', async () => {
  const required = binding('jkt', { ...provesNothing, isRequired: () => true })
  assert.notEqual(
    await prove([required], { place: 'pushed_request', requireSenderConstraint: true }),
    'invalid_request',
  )
})

test('RFC 9700 §2.2.1: where tokens must be bound, any binding will do, and none will not', async () => {
  const requireSenderConstraint = true
  assert.equal(await prove([binding('jkt', provesNothing)], { requireSenderConstraint }), 'invalid_request')
  assert.notEqual(await prove([binding('x5t#S256')], { requireSenderConstraint }), 'invalid_request')
})

test('RFC 9700 §2.2.1: whether tokens must be bound is said by the server, or by a binding of the client', async () => {
  const isRequired = (_context: unknown, { name }: { readonly name: string }) => name === 'web'
  const { context } = await testWorld({ features: [binding('jkt', { isRequired })] })
  assert.equal(isBindingRequired(context, clients.web), true)
  assert.equal(isBindingRequired(context, clients.machine), false)
  assert.equal(isBindingRequired({ ...context, requireSenderConstraint: true }, clients.machine), true)
})
