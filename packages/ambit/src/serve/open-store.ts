import type { Store } from '@ambit/server'
import { memoryStore, sqliteStore } from '@ambit/store'
import type { Config } from '../config/config.ts'
import { StartError } from './start-error.ts'

/**
 * Opens the configured store.
 * @throws {StartError} when the file cannot be used
 */
export async function openStore({ store }: Pick<Config, 'store'>): Promise<Store> {
  if (store === 'memory') return memoryStore()
  if (typeof store === 'object') throw new StartError(`a database cannot be opened yet`)
  try {
    return sqliteStore({ path: store })
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
