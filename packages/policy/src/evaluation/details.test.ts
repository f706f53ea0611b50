import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy } from '../index.ts'
import { type Order, scopes, tokenOf } from '../testing/shop.ts'

const now = 1_800_000_000
const order: Order = { id: 'o1', store: 's1', total: 500 }

const payments = policy(scopes)
  .levels(['high'])
  .objects<{ order: Order }>()
  .actions({
    order: order => ({
      pay: order
        .needs({ allOf: [] })
        .details<{ creditor: string; limit: number }>('payment')
        .when('creditor', ({ details, order }) => details.creditor.eq(order.store))
        .when('limit', ({ details, order }) => order.total.lte(details.limit)),
      payLarge: order
        .needs({ allOf: [] })
        .details<{ creditor: string; limit: number }>('payment')
        .when('creditor', ({ details, order }) => details.creditor.eq(order.store))
        .stepUp('high', ({ details }) => details.limit.lte(100)),
    }),
  })

function pay(...details: readonly unknown[]) {
  const token = tokenOf(scopes, [], { authorization_details: details })
  return payments.decide('order.pay', token, { order, now }).kind
}

test('RFC 9396 §2: a detail of the declared type opens what its members allow', () => {
  assert.equal(pay({ type: 'payment', creditor: 's1', limit: 500 }), 'allow')
  assert.equal(pay({ type: 'payment', creditor: 's1', limit: 499 }), 'forbidden')
})

test('RFC 9396 §2: a detail of another type, or of none, does not count', () => {
  assert.equal(pay({ type: 'Payment', creditor: 's1', limit: 500 }), 'forbidden')
  assert.equal(pay({ creditor: 's1', limit: 500 }), 'forbidden')
  assert.equal(pay('payment', null, ['payment']), 'forbidden')
  assert.equal(pay(), 'forbidden')
})

test('one of several details is enough, and two of them never add up', () => {
  const right = { type: 'payment', creditor: 's1', limit: 500 }
  assert.equal(pay({ type: 'payment', creditor: 's2', limit: 1 }, right), 'allow')
  assert.equal(
    pay({ type: 'payment', creditor: 's2', limit: 500 }, { type: 'payment', creditor: 's1', limit: 1 }),
    'forbidden',
  )
})

test('details that are no list count for nothing', () => {
  for (const details of [{ type: 'payment', creditor: 's1', limit: 500 }, 'payment', undefined, 5]) {
    const token = tokenOf(scopes, [], { authorization_details: details })
    assert.equal(payments.decide('order.pay', token, { order, now }).kind, 'forbidden')
  }
})

test('the detail that comes nearest makes the answer, and is the one that is explained', () => {
  const details = [
    { type: 'payment', creditor: 's2', limit: 200 },
    { type: 'payment', creditor: 's1', limit: 300 },
  ]
  for (const all of [details, details.toReversed()]) {
    const token = tokenOf(scopes, [], { authorization_details: all })
    const explanation = payments.explain('order.payLarge', token, { order, now })
    assert.equal(explanation.decision.kind, 'step_up')
    assert.equal(explanation.rules[0]?.text, 'details.creditor "s1" = order.store "s1"')
  }
})

test('a fact that only a later detail needs is fetched for it', async () => {
  let fetched = 0
  const shared = policy(scopes)
    .objects<{ order: Order }>()
    .actions({
      order: order => ({
        pay: order
          .needs({ allOf: [] })
          .details<{ creditor: string }>('payment')
          .fact('partners', {
            load: () => {
              fetched++
              return ['s2']
            },
          })
          .when('partner', ({ details, order, fact }) =>
            details.creditor.eq(order.id).and(fact.partners.contains(order.store)),
          ),
      }),
    })
  const details = ['other', 'o1'].map(creditor => ({ type: 'payment', creditor }))
  const token = tokenOf(scopes, [], { authorization_details: details })
  assert.equal((await shared.decide('order.pay', token, { order: { ...order, store: 's2' }, now })).kind, 'allow')
  assert.equal(fetched, 1)
  assert.equal((await shared.decide('order.pay', token, { order, now })).kind, 'forbidden')
})
