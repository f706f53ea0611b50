import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPet, changePrice, changeStock, openShop, withdraw } from './shop.ts'

const open = () => openShop('https://as.test')

test('shop: pets, stock and prices change', () => {
  const shop = open()
  assert.deepEqual(addPet(shop, { body: { name: 'Rex' } }), { kind: 'done', value: { id: 3, name: 'Rex' } })
  assert.partialDeepStrictEqual(changeStock(shop, { body: { item: 'hay', number: 30 } }), { kind: 'done' })
  assert.partialDeepStrictEqual(withdraw(shop, { body: { item: 'hay', number: 27 } }), { kind: 'done' })
  assert.partialDeepStrictEqual(changePrice(shop, { body: { item: 'hay', price: 9 } }), { kind: 'done' })
  assert.partialDeepStrictEqual(shop.items.get('hay'), { number: 3, price: 9 })
})

for (const body of [undefined, null, 7, 'Rex', {}, { name: '' }, { name: 7 }, { name: 'x'.repeat(41) }])
  test(`shop: no pet is made of ${JSON.stringify(body)?.slice(0, 24)}`, () => {
    assert.equal(addPet(open(), { body }).kind, 'unfit')
  })

test('shop: it is a small one', () => {
  const shop = open()
  for (let each = 0; each < 200; each++) addPet(shop, { body: { name: 'Rex' } })
  assert.equal(shop.pets.length, 100)
  assert.deepEqual(
    shop.pets.slice(0, 3).map(({ id }) => id),
    [1, 2, 105],
  )
})

for (const body of [
  { item: 'gold', price: 1 },
  { item: 'hay' },
  { item: 'hay', price: -1 },
  { item: 'hay', price: '1' },
])
  test(`shop: no price is made of ${JSON.stringify(body)}`, () => {
    assert.equal(changePrice(open(), { body }).kind, 'unfit')
  })

test('shop: there are no halves', () => {
  assert.equal(changeStock(open(), { body: { item: 'hay', number: 1.5 } }).kind, 'unfit')
})

test('RFC 9110 §15.5.10: what somebody else has just taken is a conflict', () => {
  const shop = open()
  assert.equal(withdraw(shop, { body: { item: 'bell', number: 3 } }).kind, 'done')
  assert.equal(withdraw(shop, { body: { item: 'bell', number: 1 } }).kind, 'overtaken')
})
