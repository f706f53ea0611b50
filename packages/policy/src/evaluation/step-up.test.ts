import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createEvaluator, policy } from '../index.ts'
import { type Order, scopes, tokenOf } from '../testing/shop.ts'

const now = 1_800_000_000
const order: Order = { id: 'o1', store: 's1', total: 9000 }

const orders = policy(scopes)
  .levels(['low', 'middle', 'high'])
  .claims<{ store: string }>()
  .objects<{ order: Order }>()
  .actions({
    order: order => ({
      strong: order.needs('order:refund').stepUp('middle'),
      fresh: order.needs('order:refund').stepUp({ maxAge: 300 }),
      small: order
        .needs('order:refund')
        .input<{ amount: number }>()
        .stepUp({ acr: 'high', maxAge: 60 }, ({ input }) => input.amount.lte(5000)),
      several: order.needs('order:refund').stepUp({ acr: 'middle', maxAge: 60 }).stepUp({ acr: 'high', maxAge: 300 }),
      ordered: order
        .needs('order:refund')
        .when('strong login', ({ token }) => token.acr.gte('high'))
        .stepUp('middle')
        .when('own store', ({ token, order }) => order.store.eq(token.store)),
      nested: order
        .needs('order:refund')
        .forbid('large, weak login', ({ token, order }) =>
          order.total.gt(100).and(token.acr.gte('high').or(token.acr.eq('middle')).not()),
        )
        .stepUp('middle'),
    }),
  })

function tokenWith(claims: Readonly<Record<string, unknown>>) {
  return tokenOf(scopes, ['order:refund'], { store: 's1', ...claims })
}

describe('a wanted level', () => {
  test('RFC 9470 §3: a login below it is asked to be stronger', () => {
    assert.deepEqual(orders.decide('order.strong', tokenWith({ acr: 'low' }), { order, now }), {
      kind: 'step_up',
      acr: 'middle',
      rule: 'middle',
    })
  })

  test('RFC 9470 §4: is reached by that level and by any above it', () => {
    for (const acr of ['middle', 'high'])
      assert.equal(orders.decide('order.strong', tokenWith({ acr }), { order, now }).kind, 'allow')
  })

  test('RFC 9470 §4: is not reached by an unknown class, none, or one of the wrong type', () => {
    for (const acr of ['other', undefined, null, 2, ['high'], 'HIGH'])
      assert.equal(orders.decide('order.strong', tokenWith({ acr }), { order, now }).kind, 'step_up')
  })
})

test('RFC 9470 §4: a rule of a model whose level is none is met by no login', () => {
  const action = orders.model.actions.get('order.strong')
  assert.ok(action)
  const rules = [{ kind: 'stepUp', name: 's', acr: 'highest', unless: { kind: 'constant', value: false } }] as const
  const model = { ...orders.model, actions: new Map([[action.name, { ...action, rules }]]) }
  for (const acr of ['high', 'highest', 'other', undefined]) {
    const decision = createEvaluator(model).decide('order.strong', tokenWith({ acr }), { now })
    assert.deepEqual(decision, { kind: 'step_up', acr: 'highest', rule: 's' })
  }
})

describe('a wanted age', () => {
  const decide = (authTime: unknown) => orders.decide('order.fresh', tokenWith({ auth_time: authTime }), { order, now })

  test('RFC 9470 §3: a login older than `max_age` is asked to be fresh', () => {
    assert.deepEqual(decide(now - 301), { kind: 'step_up', maxAge: 300, rule: 'login at most 300 s ago' })
    assert.equal(decide(now - 300).kind, 'allow')
  })

  test('RFC 9470 §4: a login without a time, or with none that is a number, is too old', () => {
    for (const at of [undefined, null, String(now), Number.NaN, Number.POSITIVE_INFINITY])
      assert.equal(decide(at).kind, 'step_up', String(at))
  })

  test('RFC 9470 §4: a login in the future, such as one in milliseconds, is too old', () => {
    for (const at of [now + 61, now * 1000]) assert.equal(decide(at).kind, 'step_up', String(at))
    assert.equal(decide(now + 60).kind, 'allow')
  })

  test('a clock that tells no time makes every login too old', () => {
    const token = tokenWith({ auth_time: 1_800_000_000 })
    assert.equal(orders.decide('order.fresh', token, { order, now: Number.NaN }).kind, 'step_up')
  })
})

describe('an exception', () => {
  const decide = (amount: unknown) =>
    orders.evaluator.decide('order.small', tokenWith({}), { resource: order, input: { amount }, now })

  test('that holds asks for no login', () => {
    assert.deepEqual(decide(5000), { kind: 'allow' })
  })

  test('that does not hold, or cannot be told, asks for one', () => {
    const wanted = { kind: 'step_up', acr: 'high', maxAge: 60, rule: 'high, login at most 60 s ago' }
    for (const amount of [5001, undefined, '1']) assert.deepEqual(decide(amount), wanted)
  })
})

describe('several rules', () => {
  test('RFC 9470 §3: are met by one login, with the strongest level and the shortest age', () => {
    assert.deepEqual(orders.decide('order.several', tokenWith({}), { order, now }), {
      kind: 'step_up',
      acr: 'high',
      maxAge: 60,
      rule: 'middle, login at most 60 s ago',
    })
  })

  test('that are met already are not asked again', () => {
    const token = tokenWith({ acr: 'middle', auth_time: now })
    assert.deepEqual(orders.decide('order.several', token, { order, now }), {
      kind: 'step_up',
      acr: 'high',
      maxAge: 300,
      rule: 'high, login at most 300 s ago',
    })
  })
})

describe('the order of answers', () => {
  test('nobody is asked to log in again for what stays forbidden', () => {
    const decision = orders.decide('order.ordered', tokenWith({ acr: 'low', store: 's2' }), { order, now })
    assert.deepEqual(decision, { kind: 'forbidden', rule: 'own store', isHidden: false })
  })

  test('a condition about the login is asked after the login is strong enough', () => {
    assert.equal(orders.decide('order.ordered', tokenWith({ acr: 'low' }), { order, now }).kind, 'step_up')
    assert.deepEqual(orders.decide('order.ordered', tokenWith({ acr: 'middle' }), { order, now }), {
      kind: 'forbidden',
      rule: 'strong login',
      isHidden: false,
    })
    assert.equal(orders.decide('order.ordered', tokenWith({ acr: 'high' }), { order, now }).kind, 'allow')
  })

  test('a condition that reads the login in some part is one about the login', () => {
    assert.equal(orders.decide('order.nested', tokenWith({ acr: 'low' }), { order, now }).kind, 'step_up')
    assert.equal(orders.decide('order.nested', tokenWith({ acr: 'middle' }), { order, now }).kind, 'allow')
  })
})
