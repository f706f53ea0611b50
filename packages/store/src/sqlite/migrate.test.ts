import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { accessTokenData } from '../credential-row.ts'
import { at, makeAccessToken, makeFamily, makeRef, makeTicket, start } from '../testing/records.ts'
import { migrate } from './node/migrate.ts'
import { schemaVersions } from './node/schema.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

const first = 'CREATE TABLE a (x)'
const second = 'CREATE TABLE b (x); INSERT INTO a VALUES (1)'

describe('migrations of a SQLite store', () => {
  const folder = makeFolder()
  after(() => folder.remove())

  test('a file gets the versions that it does not have yet, each once', () => {
    const connection = new DatabaseSync(':memory:')
    migrate(connection, 'a', [first])
    migrate(connection, 'a', [first, second])
    migrate(connection, 'a', [first, second])
    assert.equal(connection.prepare('SELECT count(*) AS rows FROM a').get()?.['rows'], 1)
    assert.equal(connection.prepare('PRAGMA user_version').get()?.['user_version'], 2)
    connection.close()
  })

  test('a migration that fails leaves the file at the version where it was', () => {
    const connection = new DatabaseSync(':memory:')
    migrate(connection, 'a', [first])
    assert.throws(() => migrate(connection, 'a', [first, second, 'CREATE TABLE a (y)']), /already exists/)
    assert.equal(connection.prepare('PRAGMA user_version').get()?.['user_version'], 1)
    assert.equal(connection.prepare('SELECT count(*) AS rows FROM a').get()?.['rows'], 0)
    assert.equal(connection.isTransaction, false)
    migrate(connection, 'a', [first, second])
    connection.close()
  })

  test('what stood in a file before there were tickets stands in it afterwards', async () => {
    const path = folder.file()
    const older = new DatabaseSync(path)
    migrate(older, path, schemaVersions.slice(0, 2))
    const { familyId, clientId, userId } = makeFamily()
    const { locator, hash } = makeRef('access')
    const token = makeAccessToken({ status: { list: 0, index: 1 } })
    older
      .prepare(`INSERT INTO family VALUES (?, ?, ?, NULL, 1, ?, ?, NULL)`)
      .run(familyId, clientId, userId, start, at(3_600))
    older
      .prepare(
        `INSERT INTO credential (locator, hash, kind, client_id, user_id, family_id, request_id, expires_at, kept_until,
         data, trace) VALUES (?, ?, 'access_token', ?, ?, ?, 'request', ?7, ?7, ?6, '')`,
      )
      .run(locator, hash, clientId, userId, familyId, accessTokenData(token), at(300))
    older
      .prepare(`INSERT INTO token_status VALUES (?, ?, 0, 1, ?, ?, ?, NULL)`)
      .run(locator, hash, clientId, familyId, at(300))
    older.close()
    const store = sqliteStore({ path })
    assert.deepEqual(await store.findAccessToken(token.ref), { record: token, family: makeFamily() })
    assert.equal(await store.saveTicket(makeTicket()), true)
    await store.revokeFamilies({ familyId }, at(5))
    assert.deepEqual(await store.findRevokedStatuses(0, at(6)), [1])
    await store.close()
  })

  test('a file newer than the program is refused with a sentence', async () => {
    const path = folder.file()
    const store = sqliteStore({ path })
    await store.close()
    const newer = new DatabaseSync(path)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    assert.throws(
      () => sqliteStore({ path }),
      /^Error: the store `.+` has schema version 99, and this program knows versions up to \d+; start a newer program$/,
    )
  })

  test('a current file is opened while another process holds the lock', async () => {
    const path = folder.file()
    await sqliteStore({ path }).close()
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const store = sqliteStore({ path, busyMillis: 0 })
    assert.deepEqual(await store.listUsers(), [])
    await store.close()
    other.exec('ROLLBACK')
    other.close()
  })
})
