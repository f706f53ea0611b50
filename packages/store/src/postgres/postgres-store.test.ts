import { describe } from 'node:test'
import { storeContract } from '../testing/store-contract.ts'
import { postgresStore } from './node/postgres-store.ts'
import { clearedDatabase } from './testing/cleared-database.ts'
import { noDatabase } from './testing/empty-database.ts'

/** The contract's floods are larger than what a node lets wait. */
const patient = { mostWaiting: 100_000, patienceMillis: 60_000 }
const database = clearedDatabase()

describe('a real PostgreSQL', { skip: noDatabase }, () => {
  storeContract('store in PostgreSQL', async () => postgresStore({ url: await database(), ...patient }))
})
