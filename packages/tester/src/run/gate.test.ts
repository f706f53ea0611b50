import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate } from './gate.ts'

function watched(places: number) {
  const gate = createGate(places)
  const seen: { readonly name: string; readonly beside: number }[] = []
  let inside = 0
  const work = (name: string, isAlone = false) =>
    gate.enter(async () => {
      inside++
      seen.push({ name, beside: inside - 1 })
      await new Promise(resolve => setImmediate(resolve))
      inside--
    }, isAlone)
  return { work, seen }
}

test('no more than its places are inside', async () => {
  const { work, seen } = watched(3)
  await Promise.all(Array.from({ length: 20 }, (_, index) => work(String(index))))
  assert.equal(seen.length, 20)
  assert.equal(Math.max(...seen.map(({ beside }) => beside)), 2)
})

test('who wants to be alone is alone, and comes in turn', async () => {
  const { work, seen } = watched(4)
  await Promise.all([work('a'), work('b'), work('alone', true), work('c'), work('d')])
  assert.deepEqual(
    seen.map(({ name, beside }) => `${name} ${beside}`),
    ['a 0', 'b 1', 'alone 0', 'c 0', 'd 1'],
  )
})

test('a place is free again after work that throws', async () => {
  const gate = createGate(1)
  await assert.rejects(gate.enter(async () => Promise.reject(new Error('no'))))
  assert.equal(await gate.enter(async () => 7), 7)
})
