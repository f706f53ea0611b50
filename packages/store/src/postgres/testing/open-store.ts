import type { Store } from '@ambit/server'
import { postgresStore } from '../node/postgres-store.ts'

/** Opens the store in a database, for the workers of the suite about two processes. */
export async function openStore(url: string): Promise<Store> {
  return postgresStore({ url })
}
