import type { DatabaseSync } from 'node:sqlite'
import { schemaVersions } from './schema.ts'

/** Marks a SQLite file as ours: "Ambt". */
const applicationId = 0x41_6d_62_74

/**
 * Brings the schema to the newest version this program knows, in one transaction; versions only go up.
 * Two processes that start at once do it once, because the version is read again under the lock.
 */
export function migrate(connection: DatabaseSync, path: string, versions: readonly string[] = schemaVersions): void {
  if (pendingVersions(connection, path, versions).length === 0) return
  connection.exec('BEGIN IMMEDIATE')
  try {
    for (const sql of pendingVersions(connection, path, versions)) connection.exec(sql)
    connection.exec(`PRAGMA user_version = ${versions.length}; PRAGMA application_id = ${applicationId}; COMMIT`)
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

/**
 * The versions that a file still lacks.
 * @errors a sentence for the operator when it is the file of another program, or newer than this one
 */
export function pendingVersions(
  connection: DatabaseSync,
  path: string,
  versions: readonly string[] = schemaVersions,
): readonly string[] {
  const found = readNumber(connection, 'PRAGMA user_version')
  const owner = readNumber(connection, 'PRAGMA application_id')
  const isNew = found === 0 && owner === 0 && readNumber(connection, 'SELECT count(*) FROM sqlite_schema') === 0
  if (!isNew && owner !== applicationId)
    throw new Error(`\`${path}\` is the file of another program; name another file for the store`)
  if (found > versions.length)
    throw new Error(
      `the store \`${path}\` has schema version ${found}, and this program knows versions up to ${versions.length}; start a newer program`,
    )
  return versions.slice(found)
}

function readNumber(connection: DatabaseSync, sql: string): number {
  const [value] = Object.values(connection.prepare(sql).get() ?? {})
  return Number(value)
}
