import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy, printExpression, type Residual, residualOf } from '../index.ts'
import { type Item, scopes, shop, tokenOf } from '../testing/shop.ts'

const now = 1_800_000_000
const item: Item = { store: 's1', price: 1000, locked: false, tags: [] }
const token = tokenOf(scopes, ['inventory:read', 'inventory:price:write', 'order:refund'], {
  store: 's1',
  tier: 'partner',
})

function printed(residual: Residual, resource: string): readonly string[] {
  return residual.kind === 'if'
    ? residual.anyOf.map(({ condition }) => printExpression(condition, resource))
    : [residual.kind]
}

test('what the token does not say remains, with what it says filled in', () => {
  assert.deepEqual(printed(shop.residual('item.read', token, { now }), 'item'), ['item.store = "s1"'])
  assert.deepEqual(printed(shop.residual('item.updatePrice', token, { now }), 'item'), [
    'item.store = "s1" and input.newPrice within 20 % of item.price and not (item.locked is true)',
  ])
})

test('a known object leaves what only the input can tell', () => {
  assert.deepEqual(printed(shop.residual('item.updatePrice', token, { item, now }), 'item'), [
    'input.newPrice within 20 % of 1000',
  ])
  assert.deepEqual(shop.residual('item.updatePrice', token, { item: { ...item, locked: true }, now }), {
    kind: 'no',
    decision: { kind: 'forbidden', rule: 'locked', isHidden: false },
  })
})

test('where all is known the answer is yes or no', () => {
  assert.deepEqual(shop.residual('item.updatePrice', token, { item, input: { newPrice: 1000 }, now }), { kind: 'yes' })
  const refused = shop.residual('item.updatePrice', token, { item, input: { newPrice: 1 }, now })
  assert.deepEqual(refused, { kind: 'no', decision: { kind: 'forbidden', rule: 'at most 20 %', isHidden: false } })
})

test('no condition helps a token without the scope, or with a claim of the wrong type', () => {
  const poor = shop.residual('item.read', tokenOf(scopes, []), { now })
  assert.ok(poor.kind === 'no' && poor.decision.kind === 'insufficient_scope')
  const wrong = tokenOf(scopes, ['inventory:read'], { store: 5 })
  assert.deepEqual(printed(shop.residual('item.read', wrong, { now }), 'item'), ['item.store = 5'])
  const missing = shop.residual('item.read', tokenOf(scopes, ['inventory:read']), { now })
  assert.deepEqual(missing, { kind: 'no', decision: { kind: 'forbidden', rule: 'own store', isHidden: false } })
})

test('what the token says in the wrong type is refused, whatever the rest is', () => {
  const capped = policy(scopes)
    .claims<{ most: number }>()
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        buy: item.needs('inventory:read').when('not dearer', ({ item, token }) => item.price.lte(token.most)),
      }),
    })
  const reach = (most: unknown) => capped.residual('item.buy', tokenOf(scopes, ['inventory:read'], { most }), { now })
  assert.deepEqual(
    ['1000', 1000].map(most => reach(most).kind),
    ['no', 'if'],
  )
})

test('a fact that nobody gave is open, also where another is known', () => {
  const shared = policy(scopes)
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        read: item
          .needs('inventory:read')
          .fact('friends', { load: () => ['ann'] })
          .fact('isOpen', { load: () => true })
          .when('open', ({ fact }) => fact.isOpen.isTrue())
          .when('friend', ({ fact, token }) => fact.friends.contains(token.sub)),
      }),
    })
  const ann = tokenOf(scopes, ['inventory:read'], { sub: 'ann' })
  assert.deepEqual(printed(shared.residual('item.read', ann, { now, facts: { isOpen: true } }), 'item'), [
    '"ann" in fact.friends',
  ])
})

test('where one authorization detail wants another login, that is what stands in the way', () => {
  const paid = policy(scopes)
    .levels(['low', 'high'])
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        buy: item
          .needs('inventory:read')
          .details<{ isOpen: boolean }>('payment')
          .when('open', ({ details }) => details.isOpen.isTrue())
          .stepUp('high'),
      }),
    })
  const details = [false, true].map(isOpen => ({ type: 'payment', isOpen }))
  for (const all of [details, details.toReversed()]) {
    const reached = paid.residual('item.buy', tokenOf(scopes, ['inventory:read'], { authorization_details: all }), {
      now,
    })
    assert.deepEqual(reached, { kind: 'no', decision: { kind: 'step_up', acr: 'high', rule: 'high' } })
  }
})

test('a login that is too weak leaves the exception, and one that is strong leaves nothing of the rule', () => {
  const [weak] = printed(shop.residual('order.refund', token, { now }), 'order')
  assert.equal(weak, 'order.store = "s1" and input.amount ≤ 5000')
  const order = { id: 'o', store: 's1', total: 1 }
  assert.deepEqual(shop.residual('order.refund', token, { order, input: { amount: 5001 }, now }), {
    kind: 'no',
    decision: { kind: 'step_up', acr: 'urn:shop:mfa', rule: 'urn:shop:mfa' },
  })
  const strong = { ...token, claims: { ...token.claims, acr: 'urn:shop:mfa' } }
  assert.deepEqual(printed(shop.residual('order.refund', strong, { now }), 'order'), ['order.store = "s1"'])
})

test('an object that is known to be missing is not an object that is unknown', () => {
  assert.equal(residualOf(shop.model, 'item.read', { token, known: { resource: undefined, now } }).kind, 'no')
  assert.equal(residualOf(shop.model, 'item.read', { token, known: { now } }).kind, 'if')
})

test('an action that nobody declared throws', () => {
  assert.throws(() => residualOf(shop.model, 'item.burn', { token, known: { now } }), RangeError)
})

test('whether something is there is never an error, so it cannot spoil what the token says', () => {
  const noted = policy(scopes)
    .claims<{ store: string }>()
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        read: item
          .needs('inventory:read')
          .when('noted, or of s1', ({ item, token }) => item.note.present().or(token.store.eq('s1'))),
        write: item
          .needs('inventory:read')
          .when('locked, or of s1', ({ item, token }) => item.locked.isTrue().or(token.store.eq('s1'))),
      }),
    })
  assert.equal(noted.residual('item.read', token, { now }).kind, 'yes')
  assert.equal(noted.residual('item.write', token, { now }).kind, 'if')
})

test('lists are filled in too, and each authorization detail that may serve is a way of its own', () => {
  const paid = policy(scopes)
    .claims<{ stores: string[] }>()
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        buy: item
          .needs('inventory:read')
          .details<{ shops: string[]; most: number }>('payment')
          .when('own store', ({ item, token }) => item.store.in(token.stores))
          .when('paid store', ({ item, details }) => details.shops.contains(item.store))
          .when('not dearer', ({ item, details }) => item.price.lte(details.most)),
      }),
    })
  const claims = {
    stores: ['s1', 's2'],
    authorization_details: [
      { type: 'payment', shops: [], most: 10 },
      { type: 'payment', shops: ['s1'], most: 20 },
      { type: 'other', shops: ['s2'], most: 30 },
      { type: 'payment', shops: 's1', most: 40 },
    ],
  }
  const token = tokenOf(scopes, ['inventory:read'], claims)
  assert.deepEqual(printed(paid.residual('item.buy', token, { now }), 'item'), [
    'item.store in ["s1", "s2"] and item.store in [] and item.price ≤ 10',
    'item.store in ["s1", "s2"] and item.store in ["s1"] and item.price ≤ 20',
  ])
})
