import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { makeClient, start } from '../testing/records.ts'
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

  test('stay the same record while their row stays the same, whatever else is written', async () => {
    await store.saveClient(client)
    const found = await store.findClient(client.clientId)
    await store.ping()
    assert.equal(await store.findClient(client.clientId), found)
    await other.ping()
    assert.equal(await store.findClient(client.clientId), found)
    await other.saveClient(client)
    assert.equal(await store.findClient(client.clientId), found)
  })

  test('are another record as soon as this process or another one has changed them', async () => {
    await store.saveClient({ ...client, name: 'first' })
    assert.equal((await store.findClient(client.clientId))?.name, 'first')
    await other.saveClient({ ...client, name: 'second' })
    assert.equal((await store.findClient(client.clientId))?.name, 'second')
    await store.saveClient({ ...client, name: 'third' })
    assert.equal((await store.findClient(client.clientId))?.name, 'third')
  })

  test('are gone as soon as this process or another one has removed them', async () => {
    for (const by of [store, other]) {
      await store.saveClient(client)
      assert.ok(await store.findClient(client.clientId))
      assert.equal(await by.deleteClient(client.clientId, start), true)
      assert.equal(await store.findClient(client.clientId), undefined)
    }
  })

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
