import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { issueForOneMinute } from '../testing/load.ts'
import { makeClient } from '../testing/records.ts'
import { postgresStore } from './node/postgres-store.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

type IndexUse = { readonly name: string; readonly scans: number; readonly rows: number }

for (const upkeep of ['VACUUM', 'ANALYZE'])
  test(`statements that were planned when ${upkeep} had seen few rows seek by key when there are many`, {
    skip: noDatabase,
    timeout: 60_000,
  }, async t => {
    const url = await emptyDatabase()
    const client = new Client({ connectionString: url })
    await client.connect()
    t.after(() => client.end())
    const store = await postgresStore({ url })
    await store.saveClient(makeClient())
    await issueForOneMinute(store, 0)
    await client.query(upkeep)
    for (let minute = 1; minute < 12; minute++) await issueForOneMinute(store, minute)
    await store.close()
    const used = await readUse(client)
    for (const { name, scans, rows } of used) {
      if (name.endsWith('_end')) assert.equal(scans, 0, `${name} was read, and only a sweep should`)
      else assert.ok(rows <= scans * 2, `${name} was read ${scans} times, for ${rows} rows`)
    }
  })

/** What was read along each index; a connection tells it when it ends. */
async function readUse(client: Client): Promise<readonly IndexUse[]> {
  for (let tries = 0; tries < 2_000; tries++) {
    const { rows } = await client.query<IndexUse>(
      `SELECT indexrelname AS name, idx_scan::float8 AS scans, idx_tup_read::float8 AS rows FROM pg_stat_user_indexes
       WHERE relname IN ('code', 'refresh_token', 'rotation', 'access_token', 'family')`,
    )
    const connections = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = current_database()')
    if (connections.rows.length === 1 && rows.some(({ scans }) => scans > 100)) return rows
  }
  throw new Error('PostgreSQL does not tell how its indexes were used')
}
