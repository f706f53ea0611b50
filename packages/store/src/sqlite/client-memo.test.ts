import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { makeClient } from '../testing/records.ts'
import { rememberedClientContract } from '../testing/remembered-clients.ts'
import { ClientMemo } from './node/client-memo.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

describe('clients that are remembered', () => {
  const folder = makeFolder()
  const path = folder.file()
  const client = makeClient()
  let store: Store
  let other: Store
  before(() => {
    store = sqliteStore({ path })
    other = sqliteStore({ path })
  })
  after(async () => {
    await Promise.all([store.close(), other.close()])
    folder.remove()
  })

  rememberedClientContract(() => [store, other])

  test('are seen as they were committed by another process in the turn that asks for them', async () => {
    await store.saveClient(client)
    assert.ok(await store.findClient(client.clientId))
    const raw = new DatabaseSync(path)
    const asked = store.findClient(client.clientId)
    raw.exec('DELETE FROM client')
    raw.close()
    assert.equal(await asked, undefined)
  })

  test('are a bounded number', () => {
    const reads: string[] = []
    const memo = new ClientMemo(clientId => {
      reads.push(clientId)
      return '{}'
    })
    for (let index = 0; index <= 1_000; index++) memo.find(`client ${index}`, 1)
    memo.find('client 1000', 1)
    memo.find('client 0', 1)
    assert.equal(reads.length, 1_002)
  })
})
