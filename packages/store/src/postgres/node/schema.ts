import { accountTables } from './schema-accounts.ts'
import { credentialTables } from './schema-credentials.ts'

/** What differs between engines that speak PostgreSQL's protocol. */
export type Dialect = {
  /** The type of a text whose order is that of its bytes, so that no collation of an operating system decides where a row stands. */
  readonly text: string
}

/**
 * The schema, one list of statements per version; a database at version n gets the lists after the n-th. A released one never changes.
 *
 * Keys spread over the whole range of a table, so that a distributed engine has no hottest place: `shard` is a number from 0 to 15
 * made from the hash, before the locator that grows with time. Within a shard inserts append and a lookup is one seek.
 */
export const schemaVersions: readonly ((dialect: Dialect) => readonly string[])[] = [
  dialect => [...accountTables(dialect), ...credentialTables(dialect)],
]
