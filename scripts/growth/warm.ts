import { createReadStream, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Client } from 'pg'

/**
 * Reads the tables and indexes of a database into the memory of the operating system, all but those that are only written to:
 * a database that has served for a while has there what its requests read.
 */
export async function warmDatabase(url: string, folder: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ readonly path: string }>(
    `SELECT pg_relation_filepath(oid) AS path FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND relname NOT LIKE 'code%'`,
  )
  await client.end()
  for (const { path } of rows) for (const file of segmentsOf(join(folder, path))) await readThrough(file)
}

/** A relation is a file, and more with a number behind a dot for each further gigabyte. */
function segmentsOf(path: string): readonly string[] {
  const name = basename(path)
  const files = readdirSync(dirname(path)).filter(file => file === name || file.startsWith(`${name}.`))
  return files.map(file => join(dirname(path), file))
}

/** Reads a file to its end. */
export async function readThrough(file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: 4_194_304 })
  for await (const chunk of stream) if (!chunk) return
}
