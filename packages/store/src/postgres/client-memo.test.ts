import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { makeClient } from '../testing/records.ts'
import { rememberedClientContract } from '../testing/remembered-clients.ts'
import { ClientMemo } from './node/client-memo.ts'
import { postgresStore } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction } from './testing/open-transaction.ts'

describe('clients that a node remembers', { skip: noDatabase }, () => {
  const client = makeClient()
  let url = ''
  let store: Store
  let other: Store
  before(async () => {
    url = await emptyDatabase()
    store = await postgresStore({ url })
    other = await postgresStore({ url })
  })
  after(() => Promise.all([store?.close(), other?.close()]))

  rememberedClientContract(() => [store, other])

  test('are one record for those who ask at once', async () => {
    await store.saveClient({ ...client, name: 'at once' })
    const found = await Promise.all(Array.from({ length: 10 }, () => store.findClient(client.clientId)))
    assert.equal(new Set(found).size, 1)
  })

  test('are not sent again while their row is of the same version', async () => {
    await store.saveClient(client)
    const found = await store.findClient(client.clientId)
    const transaction = await beginTransaction(url)
    await transaction.query("UPDATE client SET data = 'not read'")
    await transaction.end('COMMIT')
    assert.equal(await store.findClient(client.clientId), found)
  })

  test('are a bounded number', () => {
    const memo = new ClientMemo()
    for (let index = 0; index <= 1_000; index++) memo.remember(`client ${index}`, '1', '{}')
    assert.ok(memo.find('client 1000'))
    assert.equal(memo.find('client 0'), undefined)
  })
})
