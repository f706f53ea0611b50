import { isEmailDue } from '../../user-email.ts'
import type { Query } from './database.ts'
import { keptUntil } from './kept-until.ts'
import { accountTables } from './schema-accounts.ts'
import { credentialTables } from './schema-credentials.ts'
import { fillEmails } from './user-email.ts'

/** What differs between engines that speak PostgreSQL's protocol. */
export type Dialect = {
  /** The type of a text whose order is that of its bytes, so that no collation of an operating system decides where a row stands. */
  readonly text: string
  /** What follows a table's columns to say how PostgreSQL keeps its rows, such as ` WITH (fillfactor = 90)`; nothing where it is another engine. */
  readonly storage: (parameters: Readonly<Record<string, number>>) => string
}

/** Rows that were filled: how many, and the identifier of the last. */
export type FilledPart = { readonly rows: number; readonly last: string }

/** One step of the schema. A released one never changes. */
export type SchemaVersion = {
  /** What it does, in one transaction. */
  readonly statements: (dialect: Dialect) => readonly string[]
  /**
   * Fills what the statements have added, beside the traffic and some rows at a time: those after an identifier, until there are
   * none. Rows that are as they should be it leaves alone, since it begins again where it was broken off.
   */
  readonly fill?: (query: Query, after: string) => Promise<FilledPart | undefined>
  /**
   * Indexes that are built beside the traffic, after the rows are filled: what follows `CREATE INDEX name`, by name, such as
   * `ON family (client_id)`.
   */
  readonly concurrentIndexes?: Readonly<Record<string, string>>
  /**
   * The oldest program that still works on a database which has this version, told by the number of versions that it knows.
   * A version that only adds keeps that of the one before, so that old and new nodes serve side by side while they are exchanged.
   */
  readonly oldestProgram: number
}

/**
 * The schema; a database at version n gets the ones after the n-th.
 *
 * Keys spread over the whole range of a table, so that a distributed engine has no hottest place: `shard` is a number from 0 to 15
 * made from the hash, before the locator that grows with time. Within a shard inserts append and a lookup is one seek.
 * Indexes by which a sweep finds what has ended begin with the expression `shard + 0`: a planner that knows nothing yet of a
 * young table would else look a row up by them, and read the whole shard.
 */
export const schemaVersions: readonly SchemaVersion[] = [
  { statements: dialect => [...accountTables(dialect), ...credentialTables(dialect)], oldestProgram: 1 },
  {
    // a program that knows version 1 alone still sweeps families, only by reading all of them
    statements: () => ['DROP INDEX family_end'],
    concurrentIndexes: { family_kept_end: `ON family ((shard + 0), (${keptUntil('expires_at', 'created_at')}))` },
    oldestProgram: 1,
  },
  {
    // programs that know versions 1 and 2 alone write rows without the mark: `account_email_due` finds these
    statements: ({ text }) => [`ALTER TABLE account ADD COLUMN folded_email ${text}`],
    fill: fillEmails,
    concurrentIndexes: {
      account_email: 'ON account (folded_email) WHERE folded_email IS NOT NULL',
      account_email_due: `ON account (user_id) WHERE ${isEmailDue}`,
    },
    oldestProgram: 1,
  },
]
