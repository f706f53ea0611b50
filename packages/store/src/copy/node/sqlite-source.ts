import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pendingVersions } from '../../sqlite/node/migrate.ts'
import { explainSqliteError } from '../../sqlite/node/sqlite-error.ts'
import type { CopyReader } from '../copy-port.ts'
import { sqliteReader } from './sqlite-reader.ts'

/**
 * Opens a file to be copied. Until the work is done nobody writes to it: a server that still does answers 503, so what it
 * answered is in the copy. Nothing in the file is changed.
 * @errors a sentence for the operator when the file is not there, is of another program, of another version, or is being written
 */
export async function withSqliteSource<T>(path: string, work: (reader: CopyReader) => Promise<T>): Promise<T> {
  if (!existsSync(path)) throw new Error(`there is no store \`${path}\``)
  const connection = new DatabaseSync(path, { timeout: 5_000 })
  try {
    const pending = pendingVersions(connection, path).length
    if (pending > 0)
      throw new Error(`the store \`${path}\` has an older schema; \`ambit store migrate\` brings it up to date first`)
    connection.exec('BEGIN IMMEDIATE')
    return await work(sqliteReader(connection, `\`${path}\``))
  } catch (error) {
    throw explainSqliteError(error, path)
  } finally {
    connection.close()
  }
}
