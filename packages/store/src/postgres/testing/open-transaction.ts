import assert from 'node:assert/strict'
import { Client } from 'pg'
import type { Row, SqlValue } from '../node/statement.ts'

/** A transaction that a test holds open, as another node would in the middle of its work. */
export type OpenTransaction = {
  readonly query: (sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>
  /** Resolves once so many statements of the database wait for a lock. */
  readonly waiting: (count?: number) => Promise<void>
  /** Ends it one way or the other. */
  readonly end: (how: 'COMMIT' | 'ROLLBACK') => Promise<void>
}

/** Begins a transaction on a connection of its own. */
export async function beginTransaction(url: string): Promise<OpenTransaction> {
  const [client, watcher] = [new Client({ connectionString: url }), new Client({ connectionString: url })]
  await Promise.all([client.connect(), watcher.connect()])
  const query = async (sql: string, values: readonly SqlValue[] = []) =>
    (await client.query<Row>(sql, [...values])).rows
  await query('BEGIN')
  return {
    query,
    waiting: async (count = 1) => {
      for (let tries = 0; (await countWaiting(watcher)) < count; tries++)
        assert.ok(tries < 2_000, 'nobody waits for a lock')
    },
    end: async how => {
      await query(how)
      await Promise.all([client.end(), watcher.end()])
    },
  }
}

async function countWaiting(watcher: Client): Promise<number> {
  const { rows } = await watcher.query<Row>(
    `SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return Number(rows[0]?.['count'])
}
