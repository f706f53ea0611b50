import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { familyMinutes, issueForOneMinute } from '../testing/load.ts'
import { at, makeClient } from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { noDatabase, undisturbedDatabase } from './testing/empty-database.ts'

const minutes = 60
/** By then as much ends each minute as is issued. */
const steadyMinute = familyMinutes + 5
const tables = ['code', 'refresh_token', 'rotation', 'access_token', 'family', 'token_status'] as const

test('an hour of issued and expired tokens leaves the database no larger than its steady state', {
  skip: noDatabase,
  timeout: 60_000,
}, async t => {
  const url = await undisturbedDatabase()
  const [store, client] = [await postgresStore({ url }), new Client({ connectionString: url })]
  await client.connect()
  t.after(() => Promise.all([store.close(), client.end()]))
  await store.saveClient(makeClient())
  const sizes: number[] = []
  const rows: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await issueForOneMinute(store, minute)
    while ((await store.sweep(at(minute * 60), 1_000)) > 0);
    // autovacuum goes by the clock on the wall, which this hour is not told by
    if (minute % 2 === 1) await client.query(`VACUUM ${tables.join(', ')}`)
    sizes.push(await sizeOf(client))
    rows.push(await countRows(client))
  }
  assert.equal(new Set(rows.slice(steadyMinute)).size, 1, `rows: ${rows.join(' ')}`)
  const steady = Math.max(...sizes.slice(steadyMinute, steadyMinute + 10))
  assert.ok(Math.max(...sizes.slice(steadyMinute)) <= steady * 1.05, `sizes: ${sizes.join(' ')}`)
  while ((await store.sweep(at(minutes * 2 * 60), 1_000)) > 0);
  assert.equal(await countRows(client), 0)
})

async function sizeOf(client: Client): Promise<number> {
  const sizes = tables.map(table => `pg_total_relation_size('${table}')`)
  return sum(client, sizes)
}

async function countRows(client: Client): Promise<number> {
  const counts = tables.map(table => `(SELECT count(*) FROM ${table})`)
  return sum(client, counts)
}

async function sum(client: Client, terms: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ readonly sum: string }>(`SELECT ${terms.join(' + ')} AS sum`)
  return Number(rows[0]?.sum)
}
