import type { Query } from '../../postgres/node/database.ts'
import { type DatabaseOptions, type OpenDatabase, openDatabase } from '../../postgres/node/open-database.ts'
import type { CopyReader } from '../copy-port.ts'
import { sheetNames } from '../sheet.ts'
import { postgresReader } from './postgres-reader.ts'
import type { StoreAddress } from './store-address.ts'

/** A database, and how it may be shown. */
export type DatabaseAddress = Extract<StoreAddress, { kind: 'postgres' }>

/** Looks whether a database that was opened is fit for a copy. */
export type Prepare = (db: OpenDatabase) => Promise<void>

/** Counting a large table takes long. */
export const patientMillis = 3_600_000

const patience = `SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0`

/**
 * Opens a database to be copied: what is read is of one moment, and until the work is done nobody writes to it, where the
 * engine knows locks of tables. Nothing in it is changed.
 * @errors a sentence for the operator where it cannot be reached, or servers write to it
 */
export async function withPostgresSource<T>(
  { options, name }: DatabaseAddress,
  prepare: Prepare,
  work: (reader: CopyReader) => Promise<T>,
): Promise<T> {
  return withDatabase(options, async db => {
    await prepare(db)
    return db.hold(patientMillis, async (query, { kind }) => {
      await query(patience)
      await query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      if (kind === 'postgresql') await query(`LOCK TABLE ${sheetNames.join(', ')}, rotation IN SHARE MODE`)
      const result = await work(postgresReader(query, name))
      await query('ROLLBACK')
      return result
    })
  })
}

/** Opens a database for as long as the work takes. */
export async function withDatabase<T>(options: DatabaseOptions, work: (db: OpenDatabase) => Promise<T>): Promise<T> {
  const db = openDatabase(options)
  try {
    await db.engine()
    return await work(db)
  } finally {
    await db.close()
  }
}

/** Reads a database while the work goes on. */
export function readPatiently<T>(db: OpenDatabase, work: (query: Query) => Promise<T>): Promise<T> {
  return db.hold(patientMillis, async query => {
    await query(patience)
    return work(query)
  })
}
