import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Store, UserRecord } from '@ambit/server'
import { makeUser, parseUserId } from '../testing/records.ts'
import { foldUsername } from '../username.ts'
import type { Query } from './node/database.ts'
import { migrate } from './node/migrate.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import { storeIn } from './node/postgres-store.ts'
import { schemaVersions } from './node/schema.ts'
import { fillEmails } from './node/user-email.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const older = schemaVersions.slice(0, 2)

/** As a program writes a user that knows two versions of the schema. */
async function saveAsOlder(db: OpenDatabase, users: readonly UserRecord[]): Promise<void> {
  await db.transact([], async query => {
    for (const { userId, ...rest } of users)
      await query(
        `INSERT INTO account (user_id, folded_name, registration, is_declared, data) VALUES ($1, $2, $1, false, $3)
         ON CONFLICT (user_id) DO UPDATE SET folded_name = excluded.folded_name, is_declared = excluded.is_declared,
         data = excluded.data`,
        [userId, foldUsername(rest.username), JSON.stringify(rest)],
      )
  })
}

function userWith(name: string, email = `${name}@example.org`): UserRecord {
  return makeUser({ userId: parseUserId(name), username: name, claims: { email, email_verified: true } })
}

function manyUsers(count: number): readonly UserRecord[] {
  return Array.from({ length: count }, (_, index) => userWith(`user${index}`))
}

async function ownersIn(store: Store, email: string): Promise<readonly string[]> {
  return (await store.findUsersByEmail(email, 9)).map(({ userId }) => userId).toSorted()
}

async function withDatabase(work: (db: OpenDatabase, store: Store, url: string) => Promise<void>): Promise<void> {
  const url = await emptyDatabase()
  const db = openDatabase(url)
  try {
    await work(db, storeIn(db), url)
  } finally {
    await db.close()
  }
}

const countDue = `SELECT count(*)::integer AS due FROM account WHERE substr(data, 1, 1) <> ' '`

describe('addresses of users in PostgreSQL that an older program has written', { skip: noDatabase }, () => {
  test('users from before the index are found after the migration, which says how far it is', () =>
    withDatabase(async (db, store) => {
      await migrate(db, { versions: older })
      const users = manyUsers(1_100)
      await saveAsOlder(db, users)
      await migrate(db)
      assert.deepEqual(await db.list(countDue), [{ due: 0 }])
      assert.deepEqual(await store.findUsersByEmail('USER1099@example.org', 2), [userWith('user1099')])
      assert.equal((await store.listUsers()).length, users.length)
    }))

  test('a migration that was broken off while it filled goes on, and one that was finished is not repeated', () =>
    withDatabase(async (db, store) => {
      await migrate(db, { versions: older })
      await saveAsOlder(db, manyUsers(600))
      let parts = 0
      const breaking = schemaVersions.map(version => ({
        ...version,
        ...(version.fill && {
          fill: async (query: Query, after: string) => {
            if (++parts === 2) throw new Error('broken off')
            return version.fill?.(query, after)
          },
        }),
      }))
      await assert.rejects(migrate(db, { versions: breaking }), /broken off/)
      assert.deepEqual(await db.list(countDue), [{ due: 100 }])
      await migrate(db)
      assert.deepEqual(await db.list(countDue), [{ due: 0 }])
      assert.deepEqual(await ownersIn(store, 'user599@example.org'), ['user599'])
      parts = 1
      await migrate(db, { versions: breaking })
    }))

  test('while old and new programs run side by side, whoever the old one writes is found by the new one', () =>
    withDatabase(async (db, store) => {
      await migrate(db)
      await store.saveUser(userWith('ada'))
      await store.saveUser(userWith('bob'))
      await saveAsOlder(db, [userWith('ada', 'countess@example.org'), userWith('eve')])
      assert.deepEqual(await ownersIn(store, 'ada@example.org'), [])
      assert.deepEqual(await ownersIn(store, 'Countess@example.org'), ['ada'])
      assert.deepEqual(await ownersIn(store, 'eve@example.org'), ['eve'])
      await saveAsOlder(db, [makeUser({ userId: parseUserId('bob'), username: 'bob', claims: {} })])
      assert.deepEqual(await ownersIn(store, 'bob@example.org'), [])
      assert.deepEqual(await db.list(countDue), [{ due: 0 }])
    }))

  test('more than one part of such rows is brought up to date, also where many ask at once in two processes', () =>
    withDatabase(async (db, store, url) => {
      await migrate(db)
      await saveAsOlder(db, manyUsers(1_100))
      const other = openDatabase(url)
      const stores = [store, storeIn(other)]
      const asked = Array.from({ length: 20 }, (_, index) => `user${index * 50}`)
      const found = await Promise.all(
        stores.flatMap(each => asked.map(name => ownersIn(each, `${name}@example.org`).then(owners => [name, owners]))),
      )
      await other.close()
      for (const [name, owners] of found) assert.deepEqual(owners, [name])
      assert.deepEqual(await db.list(countDue), [{ due: 0 }])
    }))

  test('whoever an old program writes between the look at what it wrote and the answer is not found by what they had', () =>
    withDatabase(async db => {
      await migrate(db)
      await storeIn(db).saveUser(userWith('ada'))
      let hasSaved = false
      const list: typeof db.list = async (sql, values) => {
        if (sql.includes('folded_email = $1') && !hasSaved) {
          hasSaved = true
          await saveAsOlder(db, [userWith('ada', 'countess@example.org')])
        }
        return db.list(sql, values)
      }
      assert.deepEqual(await ownersIn(storeIn({ ...db, list }), 'ada@example.org'), [])
      assert.ok(hasSaved)
    }))

  test('a user who is changed while addresses are made keeps the change, and is found by the new address', () =>
    withDatabase(async (db, store) => {
      await migrate(db)
      await saveAsOlder(db, [userWith('ada'), userWith('bob')])
      await db.hold(10_000, async query => {
        let hasSaved = false
        const saving: Query = async (sql, values) => {
          const rows = await query(sql, values)
          if (!hasSaved) await store.saveUser(userWith('ada', 'countess@example.org'))
          hasSaved = true
          return rows
        }
        await fillEmails(saving, '')
      })
      assert.deepEqual(await db.list(countDue), [{ due: 0 }])
      assert.deepEqual(await ownersIn(store, 'ada@example.org'), [])
      assert.deepEqual(await store.findUsersByEmail('countess@example.org', 2), [
        userWith('ada', 'countess@example.org'),
      ])
      assert.deepEqual(await ownersIn(store, 'bob@example.org'), ['bob'])
    }))
})
