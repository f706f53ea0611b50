import type { Store } from '@ambit/server'
import { openStore } from '../../packages/ambit/src/serve/open-store.ts'
import { emptyDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

/** Whether this run puts each journey's server on a PostgreSQL database of its own: `postgres-journeys.test.ts` asks for it. */
const isOnPostgres = process.env['AMBIT_TEST_STORE'] === 'postgres'

/** What a journey's configuration names as its store: what it wants itself, or in a run on PostgreSQL a new database. */
export async function journeyStore(otherwise: string): Promise<string> {
  return isOnPostgres ? emptyDatabase() : otherwise
}

/** A store for a server that has no configuration; none in a run that is not on PostgreSQL. */
export async function openJourneyStore(): Promise<{ readonly store?: Store }> {
  if (!isOnPostgres) return {}
  return { store: await openStore({ store: { url: await emptyDatabase(), migrate: 'start' } }) }
}
