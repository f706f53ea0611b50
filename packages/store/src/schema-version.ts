import { schemaVersions as ofPostgres } from './postgres/node/schema.ts'
import { schemaVersions as ofSqlite } from './sqlite/node/schema.ts'

/** The newest version of each adapter's schema that this program knows; memory has none. */
export const schemaVersion = { memory: 0, sqlite: ofSqlite.length, postgres: ofPostgres.length } as const
