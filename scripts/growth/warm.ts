import { createReadStream } from 'node:fs'
import { Client } from 'pg'

/**
 * Reads the tables and indexes of a database into its buffers, all but codes, which are only written to, and the indexes of sweeps:
 * a database that has served for a while has there what its requests read.
 */
export async function warmDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_prewarm')
  await client.query(
    `SELECT pg_prewarm(oid::regclass) FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND relname NOT LIKE 'code%' AND relname NOT LIKE '%\\_end'`,
  )
  // the log of the filling is used again, as in a database that has served for a while, and not made anew while it is measured
  await client.query('CHECKPOINT')
  await client.end()
}

/** Reads a file to its end. */
export async function readThrough(file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: 4_194_304 })
  for await (const chunk of stream) if (!chunk) return
}
