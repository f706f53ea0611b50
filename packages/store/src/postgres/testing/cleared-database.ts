import { Client } from 'pg'
import { emptyDatabase } from './empty-database.ts'

/** A database whose tables are emptied again instead of being made again. */
export type ClearedDatabase = () => Promise<string>

/**
 * For many stores one after the other that begin with nothing: the URL of a database in which the schema stands from the second
 * time on, and nothing else.
 */
export function clearedDatabase(): ClearedDatabase {
  let made: Promise<string> | undefined
  return async () => {
    if (!made) {
      made = emptyDatabase()
      return made
    }
    await clear(await made)
    return made
  }
}

async function clear(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ readonly tablename: string }>(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'schema%'`,
  )
  await client.query(rows.map(({ tablename }) => `DELETE FROM ${tablename};`).join(''))
  await client.end()
}
