import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { makeRefusal, parseRequestId } from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction } from './testing/open-transaction.ts'

describe('refusals in a database that is slow', { skip: noDatabase }, () => {
  let url = ''
  let store: Store
  before(async () => {
    url = await emptyDatabase()
    store = await postgresStore({ url })
  })
  after(() => store?.close())

  test('hold nobody up who is refused, and are found by whoever asks for them then', async () => {
    const transaction = await beginTransaction(url)
    await transaction.query('LOCK TABLE refusal IN ACCESS EXCLUSIVE MODE')
    await store.saveRefusal(makeRefusal())
    const found = store.findRefusal(makeRefusal().requestId)
    await transaction.waiting()
    await transaction.end('COMMIT')
    assert.deepEqual(await found, makeRefusal())
  })

  test('are stored before the store is closed', async () => {
    const closing = await postgresStore({ url })
    const last = makeRefusal({ requestId: parseRequestId('last') })
    await closing.saveRefusal(last)
    await closing.close()
    assert.deepEqual(await store.findRefusal(last.requestId), last)
  })

  test('that cannot be stored cost only their story', async () => {
    const transaction = await beginTransaction(url)
    await transaction.query('ALTER TABLE refusal RENAME TO elsewhere')
    await transaction.end('COMMIT')
    await store.saveRefusal(makeRefusal({ requestId: parseRequestId('lost') }))
    await store.ping()
    const back = await beginTransaction(url)
    await back.query('ALTER TABLE elsewhere RENAME TO refusal')
    await back.end('COMMIT')
    assert.equal(await store.findRefusal(parseRequestId('lost')), undefined)
  })

  test('of one request are told by the last one, as another node tells it too', async () => {
    const requestId = parseRequestId('twice')
    const other = await postgresStore({ url })
    await store.saveRefusal(makeRefusal({ requestId, reason: 'first' }))
    await store.saveRefusal(makeRefusal({ requestId, reason: 'second' }))
    assert.equal((await store.findRefusal(requestId))?.reason, 'second')
    assert.equal((await other.findRefusal(requestId))?.reason, 'second')
    await other.close()
  })
})
