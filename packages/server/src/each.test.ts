import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@ambit/store'
import { eachClient } from './each.ts'
import type { ListPart } from './ports/store.ts'
import { testClient } from './testing/clients.ts'

for (const [count, lists] of [
  [0, 1],
  [499, 1],
  [500, 2],
  [1_201, 3],
] as const)
  test(`${count} clients are gone through in ${lists} parts, each once and in order`, async () => {
    const store = memoryStore()
    const ids = Array.from({ length: count }, (_, index) => `client ${String(index).padStart(4, '0')}`)
    for (const name of ids.toReversed()) await store.saveClient(testClient({ name }))
    const parts: (ListPart | undefined)[] = []
    const listClients = (part?: ListPart) => {
      parts.push(part)
      return store.listClients(part)
    }
    const found: string[] = []
    for await (const { clientId } of eachClient({ listClients })) found.push(clientId)
    assert.deepEqual(found, ids)
    assert.equal(parts.length, lists)
    assert.ok(parts.every(part => part?.limit === 500))
  })

test('those after an identifier are gone through alone', async () => {
  const store = memoryStore()
  for (const name of ['a', 'b', 'c']) await store.saveClient(testClient({ name }))
  const found: string[] = []
  for await (const { clientId } of eachClient(store, 'a')) found.push(clientId)
  assert.deepEqual(found, ['b', 'c'])
})
