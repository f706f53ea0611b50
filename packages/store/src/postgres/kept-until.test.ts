import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Store } from '@ambit/server'
import { Client } from 'pg'
import {
  at,
  makeCode,
  makeFamily,
  makeRef,
  makeRefreshToken,
  makeSpending,
  parseFamilyId,
  start,
} from '../testing/records.ts'
import { keptUntil } from './node/kept-until.ts'
import { postgresStore } from './node/postgres-store.ts'
import { endings, removalSql } from './node/sweep-sql.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const [hour, day] = [3_600, 86_400]
/** The first full hour after the beginning. */
const untilHour = hour - (start % hour)

describe('until when the rows of a family are kept', { skip: noDatabase }, () => {
  let store: Store
  let client: Client
  before(async () => {
    const url = await emptyDatabase()
    store = await postgresStore({ url })
    client = new Client({ connectionString: url })
    await client.connect()
  })
  after(() => Promise.all([store?.close(), client?.end()]))

  const count = async () => {
    const { rows } = await client.query<Record<string, string>>(
      'SELECT (SELECT count(*) FROM code) AS codes, (SELECT count(*) FROM refresh_token) AS tokens, (SELECT count(*) FROM family) AS families',
    )
    return Object.values(rows[0] ?? {}).map(Number)
  }

  /** A family that was granted by a code, with a refresh token; it ends so many seconds after it begins. */
  const grant = async (name: string, lifetime: number) => {
    const familyId = parseFamilyId(name)
    const code = makeCode({ ref: makeRef(name), familyId })
    await store.saveCode(code)
    const family = makeFamily({ familyId, createdAt: start, expiresAt: at(lifetime) })
    const refreshToken = makeRefreshToken({ ref: makeRef(name), familyId, expiresAt: at(lifetime) })
    const { kind } = await store.exchange(makeSpending({ ref: code.ref }), { family, refreshToken })
    assert.equal(kind, 'spent')
  }

  for (const { what, lifetime, kept } of [
    { what: 'a day', lifetime: day, kept: day },
    { what: 'more than a day, to the next full hour', lifetime: day + 1, kept: day + untilHour },
    { what: 'more than a day, to a full hour', lifetime: day + untilHour, kept: day + untilHour },
  ])
    test(`one that lasts for ${what}`, async () => {
      await grant(what, lifetime)
      await store.sweep(at(kept - 1), 100)
      assert.deepEqual(await count(), [1, 1, 1])
      await store.sweep(at(kept), 100)
      assert.deepEqual(await count(), [0, 0, 0])
    })

  test('the index by which a sweep finds families has the expression that the sweep asks for', async () => {
    const [families] = endings.filter(({ table }) => table === 'family')
    assert.ok(families)
    await client.query('SET enable_seqscan = off')
    await client.query(`PREPARE removal (bigint, bigint) AS ${removalSql(families)}`)
    const { rows } = await client.query<Record<string, string>>('EXPLAIN EXECUTE removal (0, 10)')
    const plan = rows.map(row => Object.values(row).join('')).join('\n')
    assert.match(plan, /family_kept_end/)
    assert.match(plan, /Index Cond: .*shard \+ 0.*CASE WHEN/)
  })

  test('what is nothing is kept until nothing', async () => {
    const { rows } = await client.query(`SELECT ${keptUntil('NULL::bigint', 'NULL::bigint')} AS kept`)
    assert.deepEqual(rows, [{ kept: null }])
  })
})
