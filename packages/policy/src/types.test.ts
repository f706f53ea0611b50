// what does not compile has no type, which is what these rules complain about
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PolicyError, policy } from './index.ts'
import { type Item, type Order, scopes, shop, tokenOf } from './testing/shop.ts'

const token = tokenOf(scopes, ['inventory:read', 'inventory:price:write'], { store: 's1', tier: 'partner' })
const item: Item = { store: 's1', price: 1000, locked: false, tags: [] }
const order: Order = { id: 'o1', store: 's1', total: 10 }
const now = 1_800_000_000

const shops = policy(scopes)
  .claims<{ store: string; tier: 'partner' | 'internal'; since?: number }>()
  .levels(['urn:shop:password', 'urn:shop:mfa'])
  .objects<{ item: Item }>()

test('an unknown scope does not compile', () => {
  // @ts-expect-error: `inventory:reed` is misspelt
  assert.throws(() => shops.actions({ item: item => ({ read: item.needs('inventory:reed') }) }), PolicyError)
})

test('an unknown action does not compile', () => {
  // @ts-expect-error: there is no such action
  assert.throws(() => shop.decide('item.raed', token, { item, now }), RangeError)
})

test('a missing input does not compile', () => {
  // @ts-expect-error: the new price is wanted
  assert.equal(shop.decide('item.updatePrice', token, { item, now }).kind, 'forbidden')
})

test('a wrong input does not compile', () => {
  // @ts-expect-error: the new price is a number
  assert.equal(shop.decide('item.updatePrice', token, { item, input: { newPrice: '900' }, now }).kind, 'forbidden')
  // @ts-expect-error: a member of the input is misspelt
  assert.equal(shop.decide('item.updatePrice', token, { item, input: { price: 900 }, now }).kind, 'forbidden')
})

test('a wrong object does not compile', () => {
  // @ts-expect-error: an order is no item
  assert.equal(shop.decide('item.updatePrice', token, { item: order, input: { newPrice: 1 }, now }).kind, 'forbidden')
  // @ts-expect-error: the action is about an item
  assert.equal(shop.decide('item.read', token, { order, now }).kind, 'forbidden')
})

test('a text compared with a number does not compile', () => {
  shops.actions({
    item: item => ({
      // @ts-expect-error: the store is a text
      literal: item.needs('inventory:read').when('a', ({ item }) => item.store.eq(5)),
      // @ts-expect-error: the price is a number
      attribute: item.needs('inventory:read').when('a', ({ item }) => item.store.eq(item.price)),
      // @ts-expect-error: texts have no order
      operator: item.needs('inventory:read').when('a', ({ item }) => item.store.lte(5)),
      // @ts-expect-error: the list holds texts
      list: item.needs('inventory:read').when('a', ({ item }) => item.tags.contains(item.price)),
      // @ts-expect-error: the tier is never called this
      member: item.needs('inventory:read').when('a', ({ token }) => token.tier.eq('extern')),
    }),
  })
})

test('a misspelt claim or attribute does not compile', () => {
  assert.throws(
    () =>
      shops.actions({
        item: item => ({
          // @ts-expect-error: the claim is called `store`
          claim: item.needs('inventory:read').when('a', ({ token, item }) => item.store.eq(token.stor)),
          // @ts-expect-error: the attribute is called `locked`
          attribute: item.needs('inventory:read').when('a', ({ item }) => item.lokced.isTrue()),
          // @ts-expect-error: the action has no input
          input: item.needs('inventory:read').when('a', ({ input }) => input.newPrice.lte(5)),
          // @ts-expect-error: no such fact is declared
          fact: item.needs('inventory:read').when('a', ({ fact }) => fact.sharedWith.present()),
        }),
      }),
    PolicyError,
  )
})

test('an opaque closure as a condition does not compile, and throws where types are not checked', () => {
  assert.throws(
    () =>
      shops.actions({
        item: item => ({
          // @ts-expect-error: a boolean is no condition
          boolean: item.needs('inventory:read').when('a', () => true),
          // @ts-expect-error: nor is a function that gives one
          thunk: item.needs('inventory:read').when('a', () => () => true),
          // @ts-expect-error: nor is a promise of one
          promise: item.needs('inventory:read').when('a', async ({ item }) => item.locked.isTrue()),
          // @ts-expect-error: JavaScript's own operators see no value
          operator: item.needs('inventory:read').when('a', ({ item }) => item.price < 5),
        }),
      }),
    (error: unknown) => error instanceof PolicyError && error.problems.length === 4,
  )
})

test('an unknown level does not compile', () => {
  assert.throws(
    () =>
      shops.actions({
        item: item => ({
          // @ts-expect-error: no such level
          stepUp: item.needs('inventory:read').stepUp('urn:shop:sms'),
          // @ts-expect-error: no such level
          acr: item.needs('inventory:read').when('a', ({ token }) => token.acr.gte('urn:shop:sms')),
        }),
      }),
    (error: unknown) => error instanceof PolicyError && error.problems.length === 2,
  )
})

test('what is right compiles', () => {
  const right = shops.actions({
    item: item => ({
      read: item
        .needs('inventory:read')
        .fact('sharedWith', { load: ({ item, token }) => [item.store, String(token.claims.store)], timeout: 50 })
        .details<{ creditor: { iban: string } }>('payment')
        .when('a', ({ item, fact }) => fact.sharedWith.contains(item.store))
        .when('b', ({ token }) => token.since.gte(3).or(token.since.present().not()))
        .when('c', ({ item, token }) => item.note.in(['a', 'b']).and(token.tier.eq(item.store)))
        .when('d', ({ details }) => details.creditor.iban.eq('x').or(details.creditor.at('iban').eq('y')))
        .when('e', ({ token }) => token.acr.gte('urn:shop:mfa').or(token.auth_time.gt(5))),
    }),
  })
  assert.deepEqual([...right.model.actions.keys()], ['item.read'])
  const promised: Promise<unknown> = right.decide('item.read', token, { item, now })
  assert.ok(promised instanceof Promise)
})
