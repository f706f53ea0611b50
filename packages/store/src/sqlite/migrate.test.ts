import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { accessTokenData } from '../credential-row.ts'
import {
  at,
  makeAccessToken,
  makeFamily,
  makeRef,
  makeTicket,
  makeUser,
  parseUserId,
  start,
} from '../testing/records.ts'
import { openConnection } from './node/connection.ts'
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

  /** As a program writes users that knows five versions of the schema. */
  const saveAsOlder = (connection: DatabaseSync, names: readonly string[], host = 'example.org') => {
    const save = connection.prepare(
      `INSERT INTO account (user_id, folded_name, data) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET folded_name = excluded.folded_name, data = excluded.data`,
    )
    connection.exec('BEGIN')
    for (const name of names) {
      const { userId, ...user } = makeUser({
        userId: parseUserId(name),
        username: name,
        claims: { email: `${name}@${host}`, email_verified: true },
      })
      save.run(userId, name, JSON.stringify(user))
    }
    connection.exec('COMMIT')
  }
  const ownersIn = async (store: Store, email: string) =>
    (await store.findUsersByEmail(email, 9)).map(({ userId }) => userId)

  test('users from before there was an index of addresses are found by theirs, as soon as the file is opened', async () => {
    const path = folder.file()
    const old = new DatabaseSync(path)
    migrate(old, path, schemaVersions.slice(0, 5))
    const names = Array.from({ length: 1_100 }, (_, index) => `user${index}`)
    saveAsOlder(old, names)
    old.close()
    const told: number[] = []
    openConnection(path, 0, rows => told.push(rows)).close()
    assert.deepEqual(told, [500, 1_000, 1_100])
    openConnection(path, 0, () => assert.fail('filled again')).close()
    const store = sqliteStore({ path })
    assert.deepEqual(await ownersIn(store, 'USER1099@example.org'), ['user1099'])
    assert.equal((await store.listUsers()).length, names.length)
    await store.close()
  })

  test('whoever a program writes that had the file open since before is found by the address that they have now', async () => {
    const path = folder.file()
    const old = new DatabaseSync(path)
    migrate(old, path, schemaVersions.slice(0, 5))
    saveAsOlder(old, ['ada'])
    const store = sqliteStore({ path })
    assert.deepEqual(await ownersIn(store, 'ada@example.org'), ['ada'])
    saveAsOlder(
      old,
      Array.from({ length: 501 }, (_, index) => `user${index}`),
    )
    saveAsOlder(old, ['ada'], 'example.com')
    assert.deepEqual(await ownersIn(store, 'ada@example.org'), [])
    assert.deepEqual(await ownersIn(store, 'ada@example.com'), ['ada'])
    assert.deepEqual(await ownersIn(store, 'user500@example.org'), ['user500'])
    await store.close()
    old.close()
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
