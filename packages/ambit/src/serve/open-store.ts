import type { Store } from '@ambit/server'
import { memoryStore, sqliteStore } from '@ambit/store'
import type { Config } from '../config/config.ts'
import { StartError } from './start-error.ts'

/**
 * Opens the configured store.
 * @throws {StartError} when the file cannot be used
 */
export function openStore({ store }: Pick<Config, 'store'>): Store {
  if (store === 'memory') return memoryStore()
  try {
    return sqliteStore({ path: store })
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
