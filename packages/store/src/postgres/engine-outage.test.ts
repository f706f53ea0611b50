import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import type { Statement } from './node/statement.ts'
import { type DatabaseServer, startDatabaseServer } from './testing/database-server.ts'
import { noDatabase } from './testing/empty-database.ts'

const insert: Statement<number, void> = {
  name: 'insert',
  input: { id: 'integer' },
  sql: input => `WITH input AS (${input}) INSERT INTO entry SELECT id FROM input RETURNING 0 AS n`,
  values: id => [id],
  parse: () => undefined,
}

const mostConnections = 20

/** Calls one after the other until told to stop; what was answered. Any refusal must be an honest one. */
function keepWriting(write: (id: number) => Promise<void>, from: number) {
  const answered: number[] = []
  let isEnding = false
  const ended = (async () => {
    for (let id = from; !isEnding; id++) {
      try {
        await write(id)
        answered.push(id)
      } catch (error) {
        assert.ok(error instanceof StoreUnavailable, String(error))
        assert.ok(error.retryAfter > 0)
      }
    }
  })()
  return {
    answered,
    stop: async () => {
      isEnding = true
      await ended
    },
  }
}

describe('a PostgreSQL that goes away and comes back', { skip: noDatabase }, () => {
  let server: DatabaseServer
  const opened: OpenDatabase[] = []
  before(async () => {
    server = await startDatabaseServer({ settings: { max_connections: String(mostConnections) } })
    await open().transact([], query => query('CREATE TABLE entry (id integer PRIMARY KEY)'))
  })
  afterEach(async () => {
    server.thaw()
    await Promise.all(opened.splice(0).map(db => db.close()))
  })
  after(() => server.remove())

  function open(options: Partial<Parameters<typeof openDatabase>[0] & object> = {}): OpenDatabase {
    const db = openDatabase({ url: server.url(), ...options })
    opened.push(db)
    return db
  }
  const stored = async (db: OpenDatabase) =>
    new Set((await db.list('SELECT id FROM entry')).map(row => Number(row['id'])))

  test('nothing that was answered is lost when it crashes under load, and it is found again', async () => {
    const db = open()
    const write = db.write(insert)
    const writers = Array.from({ length: 8 }, (_, index) => keepWriting(write, 1_000_000 * (index + 1)))
    await untilMore(writers)
    await server.halt('SIGKILL')
    await server.start()
    await untilMore(writers)
    await Promise.all(writers.map(writer => writer.stop()))
    const found = await stored(db)
    const lost = writers.flatMap(({ answered }) => answered).filter(id => !found.has(id))
    assert.deepEqual(lost, [])
  })

  test('calls wait for one that restarts, and are answered', async () => {
    const db = open({ patienceMillis: 20_000 })
    await db.list('SELECT 1')
    await server.halt('SIGINT')
    const answer = db.list('SELECT count(*) AS count FROM entry')
    const written = db.write(insert)(-1)
    await server.start()
    assert.equal((await answer).length, 1)
    await written
    assert.ok((await stored(db)).has(-1))
  })

  test('calls that have waited for too long are refused with the reason, also where many wait', async () => {
    const db = open({ patienceMillis: 100 })
    await server.halt('SIGINT')
    const read = db.read({ ...insert, name: 'read', sql: input => `SELECT n FROM (${input}) AS input` })
    const results = await Promise.allSettled(Array.from({ length: 1_000 }, (_, id) => read(id)))
    await server.start()
    for (const result of results) {
      assert.ok(result.status === 'rejected' && result.reason instanceof StoreUnavailable)
      assert.match(result.reason.message, /^nothing listens at the database at `127\.0\.0\.1:\d+`$/)
    }
  })

  test('one that stands still is given up, a write is refused as unknown, and its connections are not used again', async () => {
    const db = open({ statementMillis: 100, graceMillis: 50, patienceMillis: 300, connectMillis: 100 })
    await db.write(insert)(-10)
    server.freeze()
    await assert.rejects(db.write(insert)(-11), /did not answer within 150 ms/)
    await assert.rejects(db.list('SELECT 1'), /does not answer within 100 ms/)
    server.thaw()
    await db.write(insert)(-12)
    assert.ok((await stored(db)).has(-12))
  })

  test('a transaction in one that stands still is given up', async () => {
    const db = open({ statementMillis: 100, graceMillis: 50, patienceMillis: 200, connectMillis: 100 })
    const work = db.transact([], async query => {
      await query('SELECT 1')
      server.freeze()
      await query('SELECT 1')
    })
    await assert.rejects(work, StoreUnavailable)
    server.thaw()
    await db.list('SELECT 1')
  })

  test('one that stands still does not keep a program from ending', async () => {
    const db = open()
    await db.list('SELECT 1')
    server.freeze()
    await db.close()
    server.thaw()
  })

  test('one that has no connection left is waited for', async () => {
    const crowd = open({ poolSize: mostConnections })
    let hold = 0
    const free = Promise.withResolvers<void>()
    const full = Promise.withResolvers<void>()
    const holding = Promise.all(
      Array.from({ length: mostConnections }, () =>
        crowd.hold(5_000, () => {
          if (++hold === mostConnections) full.resolve()
          return free.promise
        }),
      ),
    )
    await full.promise
    await assert.rejects(open({ patienceMillis: 100 }).list('SELECT 1'), /too many connections already/)
    const answer = open().list('SELECT 1 AS one')
    free.resolve()
    assert.deepEqual(await answer, [{ one: 1 }])
    await holding
  })
})

/** Until each has been answered some more. */
async function untilMore(writers: readonly { readonly answered: readonly number[] }[]): Promise<void> {
  const goals = writers.map(({ answered }) => answered.length + 20)
  while (writers.some(({ answered }, index) => answered.length < (goals[index] ?? 0)))
    await new Promise(resolve => setTimeout(resolve, 5))
}
