import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundaryCases, createEvaluator, policy } from '../index.ts'
import { anyModel } from '../testing/random-conditions.ts'
import { type Item, scopes, shop } from '../testing/shop.ts'

function table(model: typeof shop.model, action: string, rule: string): readonly string[] {
  return boundaryCases(model, action)
    .filter(one => one.rule === rule)
    .map(({ about, expected }) => `${about}: ${expected.kind}`)
}

test('a percentage has the numbers just inside and just outside of it', () => {
  assert.deepEqual(table(shop.model, 'item.updatePrice', 'at most 20 %'), [
    'input.newPrice 799: forbidden',
    'input.newPrice 800: allow',
    'input.newPrice 1200: allow',
    'input.newPrice 1201: forbidden',
    'input.newPrice (missing): forbidden',
    'input.newPrice "1000": forbidden',
    'item.price (missing): forbidden',
    'item.price "1000": forbidden',
  ])
})

test('an equality has the same, another, none and one of the wrong type', () => {
  assert.deepEqual(table(shop.model, 'item.read', 'own store'), [
    'item.store "one": allow',
    'item.store "not one": forbidden',
    'item.store (missing): forbidden',
    'item.store 7: forbidden',
    'token.store (missing): forbidden',
    'token.store 7: forbidden',
  ])
})

test('a part of a condition is tried where it matters', () => {
  assert.deepEqual(table(shop.model, 'item.updatePrice', 'locked'), [
    'item.locked true: forbidden',
    'item.locked false: allow',
    'item.locked (missing): forbidden',
    'item.locked "false": forbidden',
    'token.tier "internal": allow',
    'token.tier "not internal": forbidden',
    'token.tier (missing): forbidden',
    'token.tier 7: forbidden',
  ])
})

test('a step-up has the limit of its exception, and every level', () => {
  assert.deepEqual(table(shop.model, 'order.refund', 'urn:shop:mfa'), [
    'input.amount 5000: allow',
    'input.amount 4999: allow',
    'input.amount 5001: step_up',
    'input.amount (missing): step_up',
    'input.amount "5001": step_up',
    'token.acr "urn:shop:password": step_up',
    'token.acr "urn:shop:mfa": allow',
    'token.acr "another": step_up',
    'token.acr (missing): step_up',
    'token.acr 7: step_up',
  ])
})

test('ages, lists, levels, presence, facts and details have their limits too', () => {
  const { model } = policy(scopes)
    .levels(['low', 'high'])
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        read: item
          .needs('inventory:read')
          .details<{ shelf: { id: string } }>('shelf')
          .fact('friends', { load: () => ['one'] })
          .when('state', ({ item }) => item.tags.contains('new'))
          .when('friend', ({ fact, token }) => fact.friends.contains(token.sub))
          .when('shelf', ({ details }) => details.shelf.id.in(['a', 'b']))
          .forbid('noted', ({ item }) => item.note.present())
          .when('level', ({ token }) => token.acr.gte('high'))
          .stepUp({ maxAge: 300 }),
      }),
    })
  const lines = (rule: string) => table(model, 'item.read', rule)
  assert.deepEqual(lines('state').slice(0, 3), [
    'item.tags ["new"]: allow',
    'item.tags ["not new"]: forbidden',
    'item.tags []: forbidden',
  ])
  assert.ok(lines('friend').includes('fact.friends (missing): forbidden'))
  assert.ok(lines('friend').includes('token.sub "one": allow'))
  assert.deepEqual(lines('shelf').slice(0, 3), [
    'details.shelf.id "a": allow',
    'details.shelf.id "b": allow',
    'details.shelf.id "not a": forbidden',
  ])
  assert.ok(lines('noted').includes('item.note "one": forbidden'))
  assert.ok(lines('noted').includes('item.note (missing): allow'))
  assert.deepEqual(lines('level').slice(0, 2), ['token.acr "low": forbidden', 'token.acr "high": allow'])
  assert.deepEqual(lines('login at most 300 s ago'), [
    'token.auth_time 1799999700: allow',
    'token.auth_time 1799999699: step_up',
    'token.auth_time (missing): step_up',
    'token.auth_time "1800000000": step_up',
  ])
})

test('a level is tried without a step-up too, and a list with one of its items instead', () => {
  const { model } = policy(scopes)
    .levels(['low', 'high'])
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        read: item
          .needs('inventory:read')
          .when('level', ({ token }) => token.acr.gte('high'))
          .when('tag', ({ item }) => item.tags.contains('new')),
        list: item.needs('inventory:read').when('cheap', ({ item }) => item.price.lt(5)),
      }),
    })
  const levels = ['token.acr "low": forbidden', 'token.acr "high": allow', 'token.acr "another": forbidden']
  assert.deepEqual(table(model, 'item.read', 'level').slice(0, 3), levels)
  assert.ok(table(model, 'item.read', 'tag').includes('item.tags "new": forbidden'))
  assert.deepEqual(
    boundaryCases(model, 'item.list').map(({ token }) => token.claims),
    [{}, {}, {}, {}, {}],
  )
})

test('what is compared with each other is tried with each other’s limits, so that a step-up turns where it should', () => {
  const { model } = policy(scopes)
    .levels(['low', 'high'])
    .objects<{ account: { balance: number; currency: string } }>()
    .actions({
      account: account => ({
        pay: account
          .needs('inventory:read')
          .input<{ amount: number; currency: string; most?: number }>()
          .when('covered', ({ input, account }) => input.amount.lte(account.balance))
          .when('euro', ({ account }) => account.currency.eq('EUR'))
          .when('same currency', ({ input, account }) => input.currency.eq(account.currency))
          .when('capped', ({ input }) => input.most.present().not().or(input.amount.lte(input.most)))
          .stepUp('high', ({ input }) => input.amount.lte(5000)),
      }),
    })
  assert.deepEqual(table(model, 'account.pay', 'high').slice(0, 3), [
    'input.amount 5000: allow',
    'input.amount 4999: allow',
    'input.amount 5001: step_up',
  ])
  assert.deepEqual(table(model, 'account.pay', 'same currency').slice(0, 2), [
    'input.currency "EUR": allow',
    'input.currency "not EUR": forbidden',
  ])
  assert.ok(!table(model, 'account.pay', 'capped').includes('input.most "one": forbidden'))
})

test('a member called `__proto__` is one of the object, and changes nothing else', () => {
  const odd = policy(scopes)
    .objects<{ item: { readonly ['__proto__']: { readonly seen: string } } }>()
    .actions({
      item: item => ({
        read: item.needs('inventory:read').when('seen', subjects => subjects.item.at('__proto__').seen.eq('yes')),
      }),
    })
  assert.equal(table(odd.model, 'item.read', 'seen')[0], 'item.__proto__.seen "yes": allow')
  assert.ok(!('seen' in {}))
})

test('what is expected is what an evaluator decides, for any policy', () => {
  let count = 0
  fc.assert(
    fc.property(anyModel, model => {
      const evaluator = createEvaluator(model)
      for (const { token, circumstances, expected } of boundaryCases(model, 'thing.do')) {
        count++
        assert.deepEqual(evaluator.decide('thing.do', token, circumstances), expected)
      }
    }),
    { numRuns: 300 },
  )
  assert.ok(count > 300)
})

test('an action that nobody declared throws', () => {
  assert.throws(() => boundaryCases(shop.model, 'item.burn'), RangeError)
})
