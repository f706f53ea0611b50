import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@ambit/store'
import { nodeCrypto } from '../node/crypto.ts'
import type { TokenStatus } from '../ports/records.ts'
import { countLists, listSize, takeStatus } from './status.ts'

const crypto = nodeCrypto()
const keyOf = ({ list, index }: TokenStatus) => list * listSize + index

test('Token Status List §12.5.1, §13.3: each token has a place of its own, in no order', async () => {
  const world = { store: memoryStore(), crypto }
  const taken = (await Promise.all(Array.from({ length: 1500 }, () => takeStatus(world)))).map(keyOf)
  assert.equal(new Set(taken).size, 1500)
  assert.ok(taken.every(place => place < 2048))
  assert.deepEqual(
    taken.slice(0, 1024).toSorted((a, b) => a - b),
    Array.from({ length: 1024 }, (_, place) => place),
  )
  const neighbours = taken.filter((place, index) => Math.abs(place - (taken[index + 1] ?? 0)) === 1)
  assert.ok(neighbours.length < 20, `${neighbours.length} neighbours`)
  assert.equal(await world.store.findNumber('status block'), 2)
})

test('Token Status List §13.3: processes that share a store take places from different blocks', async () => {
  const store = memoryStore()
  const ask = () => ({ store: { ...store }, crypto })
  const [one, other] = [ask(), ask()]
  const taken: TokenStatus[] = []
  for (let round = 0; round < 10; round++) taken.push(await takeStatus(one), await takeStatus(other))
  const blockOf = (parity: number) => taken.filter((_, index) => index % 2 === parity).map(each => keyOf(each) >> 10)
  assert.deepEqual([...new Set(blockOf(0))], [0])
  assert.deepEqual([...new Set(blockOf(1))], [1])
})

test('Token Status List §13.4: a list that is full is followed by another', async () => {
  const store = memoryStore()
  assert.equal(await countLists({ store }), 0)
  for (let block = 0; block < 127; block++) await store.takeNumber('status block')
  assert.equal((await takeStatus({ store: { ...store }, crypto })).list, 0)
  assert.equal(await countLists({ store }), 1)
  const next = await takeStatus({ store: { ...store }, crypto })
  assert.equal(next.list, 1)
  assert.ok(next.index < 1024)
  assert.equal(await countLists({ store }), 2)
})

test('a store that fails once is asked again', async () => {
  const store = memoryStore()
  let isDown = true
  const takeNumber = async (name: string) => {
    if (isDown) throw new Error('down')
    return store.takeNumber(name)
  }
  const world = { store: { ...store, takeNumber }, crypto }
  await assert.rejects(takeStatus(world), /down/)
  isDown = false
  assert.equal((await takeStatus(world)).list, 0)
})
