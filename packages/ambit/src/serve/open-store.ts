import type { Store } from '@ambit/server'
import { hasUnfinishedCopy, memoryStore, type PostgresStoreOptions, postgresStore, sqliteStore } from '@ambit/store'
import type { Config, DatabaseConfig } from '../config/config.ts'
import { StartError } from './start-error.ts'

/**
 * Opens the configured store; `tell` hears what is done to the schema of a database.
 * @throws {StartError} when the file or the database cannot be used
 */
export async function openStore({ store }: Pick<Config, 'store'>, tell?: (message: string) => void): Promise<Store> {
  if (store === 'memory') return memoryStore()
  try {
    if (typeof store === 'string') return sqliteStore({ path: store })
    const options = databaseOptions(store)
    if (await hasUnfinishedCopy(options)) throw new Error(brokenOff)
    return await postgresStore({ ...options, ...(tell && { tell }) })
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Said of a database that a copy was begun to. */
export const brokenOff =
  'the database holds a part of a copy that was broken off; `ambit store copy` goes on with it, an empty database begins anew'

const second = 1_000

/** A database as the store takes it: spans in milliseconds. */
export function databaseOptions(config: DatabaseConfig): PostgresStoreOptions {
  const { url, replicaUrl, poolSize, connectTimeout, statementTimeout, lockTimeout, migrate } = config
  return {
    url,
    isMigrating: migrate === 'start',
    ...(replicaUrl !== undefined && { replicaUrl }),
    ...(poolSize !== undefined && { poolSize }),
    ...(connectTimeout !== undefined && { connectMillis: connectTimeout * second }),
    ...(statementTimeout !== undefined && { statementMillis: statementTimeout * second }),
    ...(lockTimeout !== undefined && { lockMillis: lockTimeout * second }),
  }
}
