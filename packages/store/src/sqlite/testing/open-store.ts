import type { Store } from '@ambit/server'
import { sqliteStore } from '../node/sqlite-store.ts'

/** Opens the store in a file, for the workers of the suite about two processes. */
export async function openStore(path: string): Promise<Store> {
  return sqliteStore({ path })
}
