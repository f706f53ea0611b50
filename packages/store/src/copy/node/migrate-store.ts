import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { migrate, pendingMigrations } from '../../postgres/node/migrate.ts'
import { checkProgram } from '../../postgres/node/schema-state.ts'
import { openConnection } from '../../sqlite/node/connection.ts'
import { pendingVersions } from '../../sqlite/node/migrate.ts'
import { schemaVersions } from '../../sqlite/node/schema.ts'
import { explainSqliteError } from '../../sqlite/node/sqlite-error.ts'
import { withDatabase } from './postgres-source.ts'
import type { StoreAddress } from './store-address.ts'

/** Which version a store's schema has, which this program knows, and those still to be applied. */
export type StoreVersions = { readonly found: number; readonly known: number; readonly pending: readonly number[] }

/**
 * Reads which versions of the schema a store lacks, and changes nothing.
 * @errors a sentence for the operator where it cannot be read, or is newer than this program
 */
export async function pendingVersionsOf(address: StoreAddress): Promise<StoreVersions> {
  if (address.kind === 'sqlite') return readFile(address.path)
  return withDatabase(address.options, async db => {
    const state = await pendingMigrations(db)
    checkProgram(state)
    const { found, known, pending } = state
    return { found, known, pending }
  })
}

/** Brings a store's schema up to date; servers may go on meanwhile. `tell` hears what is done. */
export async function migrateStore(address: StoreAddress, tell: (message: string) => void): Promise<void> {
  if (address.kind === 'postgres') return withDatabase(address.options, db => migrate(db, { tell }))
  for (const version of readFile(address.path).pending) tell(`schema version ${version}`)
  openConnection(address.path, 5_000, rows => tell(`${rows} users`)).close()
}

function readFile(path: string): StoreVersions {
  const known = schemaVersions.length
  const versions = schemaVersions.map((_, index) => index + 1)
  if (!existsSync(path)) return { found: 0, known, pending: versions }
  const connection = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    const found = known - pendingVersions(connection, path).length
    return { found, known, pending: versions.slice(found) }
  } catch (error) {
    throw explainSqliteError(error, path)
  } finally {
    connection.close()
  }
}
