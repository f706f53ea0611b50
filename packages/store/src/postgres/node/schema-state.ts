import type { Query } from './database.ts'
import { sqlStateOf } from './failure.ts'
import type { SchemaVersion } from './schema.ts'

/** What has been done to a database. */
export type SchemaState = {
  /** The newest version that it has; 0 where it has none. */
  readonly found: number
  /** The newest version that this program knows. */
  readonly known: number
  /** The oldest program that works on it, told by the versions that it knows. */
  readonly oldestProgram: number
  /** The versions that are still to be applied, or finished. */
  readonly pending: readonly number[]
}

const noSuchTable = '42P01'
const mayNotRead = '42501'
const noRights =
  "the database does not permit this user to use the store's tables; as their owner, GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public to this user"

/** Reads what has been done to a database. */
export async function readSchemaState(query: Query, versions: readonly SchemaVersion[]): Promise<SchemaState> {
  const rows = await readVersions(query)
  const finished = new Set(rows.filter(row => row['is_finished'] === true).map(row => Number(row['version'])))
  return {
    found: Math.max(0, ...rows.map(row => Number(row['version']))),
    known: versions.length,
    oldestProgram: Math.max(0, ...rows.map(row => Number(row['oldest_program']))),
    pending: versions.map((_, index) => index + 1).filter(version => !finished.has(version)),
  }
}

async function readVersions(query: Query) {
  try {
    return await query('SELECT version, oldest_program, is_finished FROM schema_version')
  } catch (error) {
    if (sqlStateOf(error) === noSuchTable) return []
    if (sqlStateOf(error) === mayNotRead) throw new Error(noRights, { cause: error })
    throw error
  }
}

/** Whether this program works on such a database once nothing is pending. @throws where it is too old for it */
export function checkProgram({ found, known, oldestProgram }: SchemaState): void {
  if (oldestProgram > known)
    throw new Error(
      `the database has schema version ${found}, which wants a program that knows version ${oldestProgram}, and this one knows versions up to ${known}; start a newer program`,
    )
}
