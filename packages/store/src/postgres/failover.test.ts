import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import type { Statement } from './node/statement.ts'
import { type DatabaseServer, startDatabaseServer } from './testing/database-server.ts'
import { noDatabase } from './testing/empty-database.ts'
import { clusterUrl, type Replica, startReplica } from './testing/replica.ts'

const insert: Statement<number, void> = {
  name: 'insert',
  input: { id: 'integer' },
  sql: input => `WITH input AS (${input}) INSERT INTO entry SELECT id FROM input RETURNING 0 AS n`,
  values: id => [id],
  parse: () => undefined,
}
const ids = 'SELECT id FROM entry ORDER BY id'

describe('a PostgreSQL with a replica', { skip: noDatabase }, () => {
  let primary: DatabaseServer
  let replica: Replica
  let db: OpenDatabase
  before(async () => {
    primary = await startDatabaseServer()
    await withDatabase(primary.url(), first =>
      first.transact([], query => query('CREATE TABLE entry (id integer PRIMARY KEY)')),
    )
    replica = await startReplica(primary)
    db = openDatabase({ url: clusterUrl([replica, primary]), replicaUrl: replica.url() })
  })
  after(async () => {
    await db.close()
    await replica.remove()
    await primary.remove()
  })

  test('what may be stale is read from the replica, and nothing else is', async () => {
    await db.write(insert)(1)
    await replica.pauseReplay()
    await db.write(insert)(2)
    assert.deepEqual(await db.list(ids), [{ id: 1 }, { id: 2 }])
    const stale = await db.list(ids, [], true)
    await replica.resumeReplay()
    assert.ok(stale.length < 2, `${stale.length} rows`)
  })

  test('a replica that is away is not missed', async () => {
    const away = openDatabase({
      url: primary.url(),
      replicaUrl: 'postgres://ambit@127.0.0.1:1/postgres',
      patienceMillis: 50,
    })
    assert.deepEqual(await away.list(ids, [], true), [{ id: 1 }, { id: 2 }])
    await away.close()
  })

  test('a replica alone is no store', async () => {
    const alone = openDatabase({ url: replica.url(), patienceMillis: 50 })
    await assert.rejects(alone.write(insert)(3), /may only be read$/)
    await alone.close()
  })

  test('a commit that did not wait for the replica is not called durable', async () => {
    await db.write(insert)(4)
    replica.freeze()
    const doubtful = db.write(insert)(5)
    const refused = assert.rejects(doubtful, /stopped waiting for its replica/)
    await withDatabase(primary.url(), async operator => {
      const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
      while ((await operator.list(waiting)).length === 0) await new Promise(resolve => setTimeout(resolve, 5))
      await operator.list(`SELECT pg_cancel_backend(pid) FROM (${waiting}) AS waiting`)
    })
    await refused
    replica.thaw()
  })

  test('nothing that was answered is lost when the replica takes the place of a primary that died under load', async () => {
    const write = db.write(insert)
    const answered: number[] = []
    let isEnding = false
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let id = 1_000_000 * (writer + 1); !isEnding; id++) {
        try {
          await write(id)
          answered.push(id)
        } catch (error) {
          assert.ok(error instanceof StoreUnavailable, String(error))
        }
      }
    })
    const untilMore = async () => {
      const goal = answered.length + 200
      while (answered.length < goal) await new Promise(resolve => setTimeout(resolve, 5))
    }
    await untilMore()
    await primary.halt('SIGKILL')
    await replica.promote()
    const promotedAt = performance.now()
    await untilMore()
    const backMillis = performance.now() - promotedAt
    isEnding = true
    await Promise.all(writers)
    const found = new Set((await db.list(ids)).map(row => Number(row['id'])))
    assert.deepEqual(
      answered.filter(id => !found.has(id)),
      [],
    )
    assert.ok(backMillis < 5_000, `${backMillis} ms`)
  })
})

async function withDatabase<T>(url: string, work: (db: OpenDatabase) => Promise<T>): Promise<T> {
  const db = openDatabase(url)
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
