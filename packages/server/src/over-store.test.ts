import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@ambit/store'
import { overStore } from './over-store.ts'
import type { Store } from './ports/store.ts'
import { clients } from './testing/clients.ts'

test('a method that is put before a store is called instead of its own, the others are its own', async () => {
  const store = memoryStore()
  await store.saveClient(clients.web)
  const over = overStore(store, { findClient: async () => undefined })
  assert.equal(await over.findClient('web'), undefined)
  assert.equal((await over.listClients()).length, 1)
  assert.equal((await store.findClient('web'))?.clientId, 'web')
})

test('a store of a class keeps its private state', async () => {
  class Pinged {
    #count = 0
    async ping(): Promise<void> {
      this.#count += 1
      if (this.#count > 1) throw new Error('pinged twice')
    }
  }
  const over = overStore(new Pinged() as unknown as Store, {})
  await over.ping()
  await assert.rejects(() => over.ping(), /pinged twice/)
})
