import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '@ambit/resource'
import type { Call } from './operation.ts'
import { cancelOrder, changeOrder, listOrders, placeOrder, seeOrder } from './orders.ts'
import { openShop } from './shop.ts'

const issuer = 'https://as.test'
const caller = (subject: string) => ({ subject, principal: `user ${issuer} ${subject}` as Principal })

function callBy(subject: string, { id = '', body, query = '' }: { id?: string; body?: unknown; query?: string }): Call {
  return { body, caller: caller(subject), parameters: new Map([['id', id]]), query: new URLSearchParams(query) }
}

test('orders: everybody sees their own', () => {
  const shop = openShop(issuer)
  assert.deepEqual(listOrders(shop, callBy('ada', {})), {
    kind: 'done',
    value: [
      { id: 1, pet: 'Minka', by: 'ada' },
      { id: 3, pet: 'Bello', by: 'ada' },
    ],
  })
  assert.partialDeepStrictEqual(seeOrder(shop, callBy('ada', { id: '1' })), { value: { id: 1 } })
})

test('orders: those of others are as if they were not there', () => {
  const shop = openShop(issuer)
  const others = callBy('grace', { id: '1', body: { pet: 'Bello' }, query: 'ids=1,2' })
  for (const act of [seeOrder, changeOrder, cancelOrder]) assert.equal(act(shop, others).kind, 'missing')
  assert.partialDeepStrictEqual(listOrders(shop, others), { value: [{ id: 2 }] })
})

test('orders: they are placed for the caller, changed and cancelled', () => {
  const shop = openShop(issuer)
  assert.deepEqual(placeOrder(shop, callBy('ada', { body: { pet: 'Minka', by: 'grace' } })), {
    kind: 'done',
    value: { id: 5, pet: 'Minka', by: 'ada' },
  })
  const own = callBy('ada', { id: '5', body: { pet: 'Bello' } })
  assert.partialDeepStrictEqual(changeOrder(shop, own), { value: { pet: 'Bello' } })
  assert.equal(cancelOrder(shop, own).kind, 'done')
  assert.equal(seeOrder(shop, own).kind, 'missing')
})

test('RFC 9110 §9.2.2: to cancel once more comes to the same', () => {
  const shop = openShop(issuer)
  for (const _ of [1, 2]) assert.equal(cancelOrder(shop, callBy('ada', { id: '3' })).kind, 'done')
  assert.equal(cancelOrder(shop, callBy('grace', { id: '3' })).kind, 'missing')
})

test('orders: nobody orders what is not there', () => {
  const shop = openShop(issuer)
  const call = callBy('ada', { id: '1', body: { pet: 'Nobody' } })
  assert.equal(placeOrder(shop, call).kind, 'unfit')
  assert.equal(changeOrder(shop, call).kind, 'unfit')
})

test('orders: the shop forgets old ones, but not those that it opened with', () => {
  const shop = openShop(issuer)
  for (let each = 0; each < 200; each++) placeOrder(shop, callBy('ada', { body: { pet: 'Minka' } }))
  assert.equal(shop.orders.size, 100)
  assert.deepEqual([...shop.orders.keys()].slice(0, 5), [1, 2, 3, 4, 109])
})
