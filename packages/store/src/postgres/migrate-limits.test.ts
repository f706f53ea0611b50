import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { applyVersion } from './node/apply-version.ts'
import { migrate } from './node/migrate.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import type { SchemaVersion } from './node/schema.ts'
import type { Row } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction } from './testing/open-transaction.ts'

const limits = `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement`
const table: SchemaVersion = {
  statements: () => ['CREATE TABLE a (id bigint PRIMARY KEY)', `CREATE TABLE limits AS ${limits}`],
  oldestProgram: 1,
}
const indexed: SchemaVersion = { statements: () => [], concurrentIndexes: { a_id: 'ON a (id)' }, oldestProgram: 1 }
const wider: SchemaVersion = { statements: () => ['ALTER TABLE a ADD COLUMN more bigint'], oldestProgram: 1 }

describe('what a migration may hold up', { skip: noDatabase }, () => {
  let url = ''
  let db: OpenDatabase
  beforeEach(async () => {
    url = await emptyDatabase()
    db = openDatabase(url)
  })
  afterEach(() => db.close())

  const indexes = () => db.list("SELECT c.oid AS place FROM pg_class c WHERE c.oid = to_regclass('public.a_id')")

  test('a version waits shortly for a table, and takes as long as it needs', async () => {
    await migrate(db, { versions: [table] })
    assert.deepEqual(await db.list('SELECT * FROM limits'), [{ lock: '100ms', statement: '0' }])
  })

  test('an index waits and is built for as long as it takes, since nobody waits for it', async () => {
    const seen: Row[] = []
    await migrate(db, { versions: [table] })
    await db.hold(10_000, (query, engine) => {
      const watched: typeof query = async (sql, values) => {
        if (sql.startsWith('CREATE INDEX')) seen.push(...(await query(limits)))
        return query(sql, values)
      }
      const migration = { versions: [table, indexed], tell: () => undefined, until: 0 }
      return applyVersion({ query: watched, engine }, migration, 2)
    })
    assert.deepEqual(seen, [{ lock: '0', statement: '0' }])
  })

  test('an index that is there is not built again', async () => {
    await migrate(db, { versions: [table, indexed] })
    const before = await indexes()
    await db.transact([], query => query('UPDATE schema_version SET is_finished = false'))
    await migrate(db, { versions: [table, indexed] })
    assert.deepEqual([before.length, await indexes()], [1, before])
  })

  test('an index of that name in another schema is not taken for it', async () => {
    await db.transact([], async query => {
      await query('CREATE SCHEMA other')
      await query('CREATE TABLE other.a (id bigint)')
      await query('CREATE INDEX a_id ON other.a (id)')
    })
    await migrate(db, { versions: [table, indexed] })
    assert.equal((await indexes()).length, 1)
  })

  test('a table that is never free is given up', async () => {
    await migrate(db, { versions: [table] })
    const user = await beginTransaction(url)
    await user.query('INSERT INTO a VALUES (1)')
    await assert.rejects(migrate(db, { versions: [table, wider], waitMillis: 1 }), /lock was not free/)
    await user.end('ROLLBACK')
    await migrate(db, { versions: [table, wider] })
  })
})
