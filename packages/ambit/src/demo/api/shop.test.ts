import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPet, changePrice, changeStock, openShop, placeOrder } from './shop.ts'

const caller = { subject: 'ada' }

test('shop: pets, orders, stock and prices change', () => {
  const shop = openShop()
  assert.deepEqual(addPet(shop, { name: 'Rex' }), { kind: 'done', status: 201, value: { id: 3, name: 'Rex' } })
  assert.partialDeepStrictEqual(placeOrder(shop, { pet: 'Rex' }, caller), { kind: 'done', value: { by: 'ada' } })
  assert.partialDeepStrictEqual(changeStock(shop, { item: 'hay', number: 3 }), { kind: 'done' })
  assert.partialDeepStrictEqual(changePrice(shop, { item: 'hay', price: 9 }), { kind: 'done' })
  assert.partialDeepStrictEqual(shop.items.get('hay'), { number: 3, price: 9 })
})

for (const body of [undefined, null, 7, 'Rex', {}, { name: '' }, { name: 7 }, { name: 'x'.repeat(41) }])
  test(`shop: no pet is made of ${JSON.stringify(body)?.slice(0, 24)}`, () => {
    assert.equal(addPet(openShop(), body).kind, 'unfit')
  })

test('shop: it is a small one', () => {
  const shop = openShop()
  for (let each = 0; each < 200; each++) {
    addPet(shop, { name: 'Rex' })
    placeOrder(shop, { pet: 'Rex' }, caller)
  }
  assert.deepEqual([shop.pets.length, shop.orders.length], [100, 100])
})

test('shop: nobody orders what is not there', () => {
  assert.equal(placeOrder(openShop(), { pet: 'Nobody' }, caller).kind, 'unfit')
})

for (const body of [
  { item: 'gold', price: 1 },
  { item: 'hay' },
  { item: 'hay', price: -1 },
  { item: 'hay', price: '1' },
])
  test(`shop: no price is made of ${JSON.stringify(body)}`, () => {
    assert.equal(changePrice(openShop(), body).kind, 'unfit')
  })
