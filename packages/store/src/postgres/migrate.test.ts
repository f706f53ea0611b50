import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { migrate, pendingMigrations } from './node/migrate.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import { type SchemaVersion, schemaVersions } from './node/schema.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const first: SchemaVersion = {
  statements: ({ text }) => [`CREATE TABLE a (id bigint PRIMARY KEY, note ${text})`],
  oldestProgram: 1,
}
const adds: SchemaVersion = {
  statements: ({ text }) => [`ALTER TABLE a ADD COLUMN more ${text}`, 'INSERT INTO a (id) VALUES (1)'],
  concurrentIndexes: { a_more: 'ON a (more)' },
  oldestProgram: 1,
}
const removes: SchemaVersion = { statements: () => ['ALTER TABLE a DROP COLUMN note'], oldestProgram: 2 }
const broken: SchemaVersion = {
  statements: () => ['CREATE TABLE c (id bigint)', 'CREATE TABLE a (x text)'],
  oldestProgram: 1,
}

async function withDatabase(work: (db: OpenDatabase, url: string) => Promise<void>): Promise<void> {
  const url = await emptyDatabase()
  const db = openDatabase(url)
  try {
    await work(db, url)
  } finally {
    await db.close()
  }
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

const isIndexed = `SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'a_more'`

describe('migrations of a PostgreSQL store', { skip: noDatabase }, () => {
  test('a database gets the versions that it does not have yet, each once', () =>
    withDatabase(async db => {
      await migrate(db, { versions: [first] })
      await migrate(db, { versions: [first, adds] })
      await migrate(db, { versions: [first, adds] })
      assert.deepEqual(await db.list('SELECT id FROM a'), [{ id: 1 }])
      assert.deepEqual(await db.list(isIndexed), [{ indisvalid: true }])
      const { found, known, pending } = await pendingMigrations(db, [first, adds, removes])
      assert.deepEqual({ found, known, pending }, { found: 2, known: 3, pending: [3] })
    }))

  test('the schema of the store is made on an empty database', () =>
    withDatabase(async db => {
      await migrate(db)
      assert.deepEqual((await pendingMigrations(db)).pending, [])
      assert.equal((await pendingMigrations(db)).found, schemaVersions.length)
    }))

  test('of ten that start at once on an empty database one migrates', async () => {
    const url = await emptyDatabase()
    const told: string[] = []
    const all = Array.from({ length: 10 }, () => openDatabase({ url, poolSize: 2 }))
    await Promise.all(
      all.map(db => migrate(db, { versions: [first, adds, removes], tell: message => told.push(message) })),
    )
    assert.deepEqual(await all[0]?.list('SELECT id FROM a'), [{ id: 1 }])
    assert.equal(told.filter(message => message === 'schema version 2').length, 1)
    await Promise.all(all.map(db => db.close()))
  })

  test('a version that fails leaves the database at the one before, and a corrected program goes on', () =>
    withDatabase(async db => {
      await assert.rejects(migrate(db, { versions: [first, broken] }), /tables of another program/)
      assert.deepEqual((await pendingMigrations(db, [first, adds])).pending, [2])
      assert.deepEqual(await db.list(`SELECT 1 FROM pg_class WHERE relname = 'c'`), [])
      await migrate(db, { versions: [first, adds] })
    }))

  test('an index that a program left half built when it died is built again', () =>
    withDatabase(async (db, url) => {
      await migrate(db, { versions: [first] })
      await db.transact([], query => query('INSERT INTO a (id) VALUES (7), (8)'))
      const unique: SchemaVersion = { ...adds, statements: () => [], concurrentIndexes: { a_more: 'ON a ((id % 1))' } }
      await withClient(url, client =>
        assert.rejects(
          client.query('CREATE UNIQUE INDEX CONCURRENTLY a_more ON a ((id % 1))'),
          /could not create unique index/,
        ),
      )
      assert.deepEqual(await db.list(isIndexed), [{ indisvalid: false }])
      await migrate(db, { versions: [first, unique] })
      assert.deepEqual(await db.list(isIndexed), [{ indisvalid: true }])
    }))

  test('a program that died between a version and its index is followed by one that finishes', () =>
    withDatabase(async (db, url) => {
      await migrate(db, { versions: [first, { ...adds, concurrentIndexes: {} }] })
      await withClient(url, async client => {
        await client.query('UPDATE schema_version SET is_finished = false WHERE version = 2')
      })
      assert.deepEqual((await pendingMigrations(db, [first, adds])).pending, [2])
      await migrate(db, { versions: [first, adds] })
      assert.deepEqual(await db.list(isIndexed), [{ indisvalid: true }])
      assert.deepEqual(await db.list('SELECT id FROM a'), [{ id: 1 }])
    }))

  test('an older program works on a newer database that has only got more', () =>
    withDatabase(async db => {
      await migrate(db, { versions: [first, adds] })
      await migrate(db, { versions: [first] })
    }))

  test('an older program is refused on a database that has lost what it needs', () =>
    withDatabase(async db => {
      await migrate(db, { versions: [first, adds, removes] })
      await migrate(db, { versions: [first, adds] })
      await assert.rejects(
        migrate(db, { versions: [first] }),
        /^Error: the database has schema version 3, which wants a program that knows version 2, and this one knows versions up to 1; start a newer program$/,
      )
    }))

  test('where the operator migrates by hand an older schema is refused, and says what to run', () =>
    withDatabase(async db => {
      await migrate(db, { versions: [first] })
      await migrate(db, { versions: [first], isMigrating: false })
      await assert.rejects(
        migrate(db, { versions: [first, adds], isMigrating: false }),
        /^Error: the database has schema version 1, and this program wants version 2; run `ambit store migrate`$/,
      )
      assert.equal((await pendingMigrations(db, [first, adds])).found, 1)
    }))

  test('a table in use is not queued for: others go on, and the change is made once it is free', () =>
    withDatabase(async (db, url) => {
      await migrate(db, { versions: [first] })
      await withClient(url, async busy => {
        await busy.query('BEGIN')
        await busy.query('INSERT INTO a (id) VALUES (2)')
        let hasSteppedBack: () => void = () => undefined
        const steppedBack = new Promise<void>(resolve => {
          hasSteppedBack = resolve
        })
        const tell = (message: string) => message.includes('busy') && hasSteppedBack()
        const migrated = migrate(db, { versions: [first, adds], tell })
        await steppedBack
        await db.list('SELECT id FROM a')
        await busy.query('COMMIT')
        await migrated
      })
      assert.deepEqual(await db.list('SELECT id FROM a ORDER BY id'), [{ id: 1 }, { id: 2 }])
    }))

  test('a migration that is given up says who is in the way', () =>
    withDatabase(async (db, url) => {
      await migrate(db, { versions: [first] })
      await withClient(url, async other => {
        await other.query('BEGIN')
        await other.query('SELECT id FROM schema_turn FOR UPDATE')
        await assert.rejects(migrate(db, { versions: [first, adds], waitMillis: 1 }), /another node has been changing/)
        await other.query('ROLLBACK')
      })
    }))

  test('an index is built while a table is written, and waits for whoever began before', () =>
    withDatabase(async (db, url) => {
      await migrate(db, { versions: [first, { ...adds, concurrentIndexes: {} }] })
      await withClient(url, async client => {
        await client.query('UPDATE schema_version SET is_finished = false WHERE version = 2')
        await client.query('BEGIN')
        await client.query('INSERT INTO a (id) VALUES (3)')
        const migrated = migrate(db, { versions: [first, adds] })
        const building = `SELECT 1 FROM pg_stat_progress_create_index`
        while ((await db.list(building)).length === 0) await pause(5)
        await db.transact([], query => query('INSERT INTO a (id) VALUES (4)'))
        await client.query('COMMIT')
        await migrated
      })
      assert.deepEqual(await db.list(isIndexed), [{ indisvalid: true }])
    }))

  test('a user who may not make tables is told what to do', () =>
    withDatabase(async (db, url) => {
      await db.transact([], query => query('DROP SCHEMA public CASCADE'))
      const poor = openDatabase(url)
      await assert.rejects(migrate(poor), /search_path names no schema/)
      await poor.close()
    }))
})
