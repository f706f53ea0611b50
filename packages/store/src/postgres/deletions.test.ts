import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeClient,
  makeFamily,
  makeGrant,
  makeRef,
  makeSession,
  makeUser,
  parseClientId,
  parseUserId,
} from '../testing/records.ts'
import type { Database } from './node/database.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import { postgresStore, storeIn } from './node/postgres-store.ts'
import type { Row } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction } from './testing/open-transaction.ts'

const { userId } = makeUser()
const { clientId } = makeClient()

/** A database whose node ends after so many transactions. */
function endingAfter(db: Database, transactions: number): Database {
  let left = transactions
  return {
    ...db,
    transact: (keys, work, mayTakeLong) => {
      if (left-- === 0) throw new Error('the node ended')
      return db.transact(keys, work, mayTakeLong)
    },
  }
}

describe('deletions in PostgreSQL', { skip: noDatabase }, () => {
  let url = ''
  let store: Store
  let db: OpenDatabase
  before(async () => {
    url = await emptyDatabase()
    store = await postgresStore({ url })
    db = openDatabase(url)
  })
  after(() => Promise.all([store?.close(), db?.close()]))
  beforeEach(async () => {
    await change('DELETE FROM access_token', 'DELETE FROM family', 'DELETE FROM session')
    await store.deleteClient(clientId, at(0))
    await store.deleteUser(userId, at(0))
    await store.saveClient(makeClient())
    await store.saveUser(makeUser())
  })

  async function change(...statements: readonly string[]): Promise<readonly Row[]> {
    const transaction = await beginTransaction(url)
    const rows = await Promise.all(statements.map(sql => transaction.query(sql)))
    await transaction.end('COMMIT')
    return rows.flat()
  }

  for (const [what, remove] of [
    ['client', (node: Store) => node.deleteClient(clientId, at(5))],
    ['user', (node: Store) => node.deleteUser(userId, at(5))],
  ] as const)
    test(`RFC 7009 §2.1: with a ${what} its families are revoked, also where the node ends at once`, async () => {
      await store.saveAccessToken(makeAccessToken(), { family: makeFamily() })
      await assert.rejects(remove(storeIn(endingAfter(db, 1))), /the node ended/)
      assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, at(5))
    })

  test('a user and a client that are saved again keep the sessions and the grant that they have', async () => {
    await store.saveSession(makeSession())
    await store.addToGrant(makeGrant())
    await store.saveUser(makeUser({ claims: { name: 'Countess' } }))
    await store.saveClient(makeClient({ name: 'App 2' }))
    assert.deepEqual(await store.findSession(makeSession().ref), makeSession())
    assert.deepEqual(await store.findGrant(userId, clientId), makeGrant())
  })

  test('RFC 9700 §4.15: an identifier is free once its user or client is deleted', async () => {
    await store.deleteUser(userId, at(5))
    const named = makeClient({ clientId: parseClientId(userId) })
    assert.equal(await store.saveClient(named), true)
    await store.deleteClient(named.clientId, at(5))
    assert.equal(await store.saveUser(makeUser()), true)
  })

  test('nothing that a session held of its user is left of it once the user is deleted', async () => {
    await store.saveSession(makeSession())
    await store.deleteUser(userId, at(5))
    const { endsAt } = makeSession()
    const rows = await change('SELECT is_ended, expires_at, data FROM session')
    assert.deepEqual(rows, [{ is_ended: true, expires_at: String(endsAt), data: '{}' }])
  })

  test('the sessions of a user who is no record of the store end when the user is deleted', async () => {
    const visitor = makeSession({ userId: parseUserId('visitor') })
    await store.saveSession(visitor)
    assert.deepEqual(await store.findSession(visitor.ref), visitor)
    assert.equal(await store.deleteUser(visitor.userId, at(5)), false)
    assert.equal(await store.findSession(visitor.ref), undefined)
  })
})

describe('a user whom PostgreSQL refuses', { skip: noDatabase }, () => {
  test('for a reason other than the name is an error, not a name that is taken', async t => {
    const url = await emptyDatabase()
    const store = await postgresStore({ url })
    const transaction = await beginTransaction(url)
    t.after(() => store.close())
    await transaction.query('CREATE UNIQUE INDEX only_one ON account (is_declared)')
    await transaction.end('COMMIT')
    assert.equal(await store.saveUser(makeUser()), true)
    const other = makeUser({ userId: parseUserId('other'), username: 'other' })
    await assert.rejects(store.saveUser(other), /only_one/)
  })

  test('for a name that no index can hold is an error, not a name that is taken', async t => {
    const store = await postgresStore({ url: await emptyDatabase() })
    t.after(() => store.close())
    const username = Array.from({ length: 4_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000)),
    )
    await assert.rejects(store.saveUser(makeUser({ username: username.join('') })), /index row/)
  })
})
