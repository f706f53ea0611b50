import { randomInt } from 'node:crypto'
import type { Store } from '@ambit/server'
import { attemptTable } from './attempt-table.ts'
import { clientTable } from './client-table.ts'
import { consentTable } from './consent-table.ts'
import { credentialTable } from './credential-table.ts'
import type { Database } from './database.ts'
import { interactionTable } from './interaction-table.ts'
import { keyTable } from './key-table.ts'
import { type MigrateOptions, migrate } from './migrate.ts'
import { nodeTable } from './node-table.ts'
import { numberTable } from './number-table.ts'
import { type DatabaseOptions, openDatabase } from './open-database.ts'
import { refusalTable } from './refusal-table.ts'
import { scopeUsageTable } from './scope-usage-table.ts'
import { sessionTable } from './session-table.ts'
import { shards } from './shard.ts'
import type { Statement } from './statement.ts'
import { statusTable } from './status-table.ts'
import { sweepIn } from './sweep.ts'
import { ticketTable } from './ticket-table.ts'
import { userTable } from './user-table.ts'

/** How a store in PostgreSQL is opened. */
export type PostgresStoreOptions = DatabaseOptions & Pick<MigrateOptions, 'isMigrating' | 'waitMillis' | 'tell'>

/**
 * A store in a PostgreSQL database, or in one that speaks its protocol, which any number of nodes may open. A promise of a writing
 * method resolves when the write is durable; what one turn of the event loop asks of a table goes as one statement.
 * @errors a sentence for the operator where the database cannot be reached or used
 */
export async function postgresStore(options: PostgresStoreOptions): Promise<Store> {
  const db = openDatabase(options)
  try {
    await migrate(db, options)
    return storeIn(db)
  } catch (error) {
    await db.close()
    throw error
  }
}

/** The store of an open database whose schema is there. */
export function storeIn(db: Database): Store {
  const { drain, ...refusals } = refusalTable(db)
  const { swept, ...tickets } = ticketTable(db)
  const sweep = sweepIn(db)
  const beat = db.write(beating)
  const heart = randomInt(shards)
  let closed: Promise<void> | undefined
  return {
    ...clientTable(db),
    ...userTable(db),
    ...sessionTable(db),
    ...consentTable(db),
    ...interactionTable(db),
    ...tickets,
    ...credentialTable(db),
    ...statusTable(db),
    ...numberTable(db),
    ...scopeUsageTable(db),
    ...keyTable(db),
    ...attemptTable(db),
    ...refusals,
    ...nodeTable(db),
    sweep: async (now, limit) => {
      const removed = await sweep(now, limit)
      if (removed > 0) swept()
      return removed
    },
    ping: () => beat(heart),
    close: () => {
      closed ??= drain().then(() => db.close())
      return closed
    },
  }
}

/** Each process has one of several rows, so that nodes do not wait for each other's pings. */
const beating: Statement<number, void> = {
  name: 'beat',
  input: { id: 'smallint' },
  sql: input => `WITH input AS (${input}), beaten AS (
      INSERT INTO heartbeat (id, beats) SELECT DISTINCT id, 1 FROM input
      ON CONFLICT (id) DO UPDATE SET beats = heartbeat.beats + 1 RETURNING id
    )
    SELECT 0 AS n WHERE false`,
  values: id => [id],
  parse: () => undefined,
}
