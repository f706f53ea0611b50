import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { ExchangeResult, Store } from '@ambit/server'
import {
  at,
  makeAccessToken,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshing,
  makeRefreshToken,
  makeSpending,
} from '../testing/records.ts'
import type { Database } from './node/database.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import { postgresStore, storeIn } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { beginTransaction } from './testing/open-transaction.ts'

const issued = { family: makeFamily(), accessToken: makeAccessToken() }

/** A database in which something happens once, after a statement of that name. */
function interruptedAfter(db: Database, name: string, happen: () => Promise<unknown>): Database {
  let isOver = false
  return {
    ...db,
    write: statement => {
      const write = db.write(statement)
      if (statement.name !== name) return write
      return async call => {
        const answer = await write(call)
        if (!isOver) await happen()
        isOver = true
        return answer
      }
    },
  }
}

describe('answers of an exchange in PostgreSQL', { skip: noDatabase }, () => {
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
    const transaction = await beginTransaction(url)
    for (const table of ['code', 'refresh_token', 'rotation', 'access_token', 'family'])
      await transaction.query(`DELETE FROM ${table}`)
    await transaction.end('COMMIT')
  })

  test('RFC 6749 §4.1.2: a code that is stored after it was looked for is spent, and what is issued for it is stored', async () => {
    const node = storeIn(interruptedAfter(db, 'redeem', () => store.saveCode(makeCode())))
    assert.deepEqual(await node.exchange(makeSpending(), issued), { kind: 'spent' })
    assert.equal((await store.findSpendable(makeRef('code'), 'code'))?.spent?.spentAt, at(0))
    assert.deepEqual(await store.findAccessToken(makeRef('access')), {
      record: issued.accessToken,
      family: issued.family,
    })
  })

  test('a refresh token that is stored after it was looked for is spent, and what is issued for it is stored', async () => {
    const save = () => store.saveAccessToken(issued.accessToken, { ...issued, refreshToken: makeRefreshToken() })
    const node = storeIn(interruptedAfter(db, 'rotate', save))
    const successor = makeRefreshToken({ ref: makeRef('successor') })
    assert.deepEqual(await node.exchange(makeRefreshing(), { refreshToken: successor }), { kind: 'spent' })
    assert.deepEqual((await store.findSpendable(makeRef('successor'), 'refresh_token'))?.record, successor)
  })

  test('RFC 9700 §4.14.2: a replay is not answered before its family is revoked', async () => {
    await store.saveCode(makeCode())
    await store.exchange(makeSpending(), issued)
    const other = await beginTransaction(url)
    await other.query('SELECT 1 FROM family FOR UPDATE')
    const answers: ExchangeResult[] = []
    const replay = store.exchange(makeSpending(), {}).then(answer => answers.push(answer))
    await other.waiting()
    await store.ping()
    assert.deepEqual(answers, [])
    await other.end('ROLLBACK')
    await replay
    assert.deepEqual(answers, [{ kind: 'replayed', familyId: issued.family.familyId }])
    assert.equal((await store.findAccessToken(makeRef('access')))?.family?.revokedAt, at(0))
  })
})
