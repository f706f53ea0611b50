import { applyVersion, type Migration } from './apply-version.ts'
import type { Query } from './database.ts'
import { explainRights } from './explain-rights.ts'
import { sqlStateOf } from './failure.ts'
import type { OpenDatabase } from './open-database.ts'
import { type SchemaVersion, schemaVersions } from './schema.ts'
import { checkProgram, readSchemaState, type SchemaState } from './schema-state.ts'

/** How a database is brought to this program's schema. */
export type MigrateOptions = {
  readonly versions?: readonly SchemaVersion[]
  /** Whether an older schema is brought up to date, or refused so that an operator does it by hand. By default true. */
  readonly isMigrating?: boolean
  /** How long another node may take that does it just now, and how long a table may be too busy to be changed: ten minutes. */
  readonly waitMillis?: number
  /** Hears what is done, for an operator who looks on. */
  readonly tell?: (message: string) => void
}

const statementMillis = 6 * 3_600_000
const turnMillis = 1_000

/**
 * Brings the schema to the newest version that this program knows. Versions only go up. Of nodes that start at once one does
 * it and the others wait; where it dies in the middle the next goes on.
 * @throws a sentence for the operator where program and database do not go together
 */
export async function migrate(db: OpenDatabase, options: MigrateOptions = {}): Promise<void> {
  const { versions = schemaVersions, isMigrating = true, tell = () => undefined } = options
  const state = await pendingMigrations(db, versions)
  checkProgram(state)
  if (state.pending.length === 0) return
  if (!isMigrating)
    throw new Error(
      `the database has schema version ${state.found}, and this program wants version ${state.known}; run \`ambit store migrate\``,
    )
  await migrateAlone(db, { versions, tell, until: performance.now() + (options.waitMillis ?? 600_000) })
}

/** What {@link migrate} would do. */
export async function pendingMigrations(db: OpenDatabase, versions = schemaVersions): Promise<SchemaState> {
  return db.hold(turnMillis * 10, query => readSchemaState(query, versions))
}

/** The lock is a row that a transaction holds: it is free again as soon as its holder is gone, however it went. */
async function migrateAlone(db: OpenDatabase, migration: Migration): Promise<void> {
  await db.hold(statementMillis, async query => {
    await explainRights(() => makeTables(query))
    while (!(await takeTurn(query))) {
      if (performance.now() > migration.until)
        throw new Error('another node has been changing the schema for too long; look for one that hangs')
      migration.tell('another node changes the schema; waiting for it')
    }
    await db.hold(statementMillis, (work, engine) => explainRights(() => applyAll({ query: work, engine }, migration)))
    await query('COMMIT')
  })
}

async function applyAll(session: Parameters<typeof applyVersion>[0], migration: Migration): Promise<void> {
  const state = await readSchemaState(session.query, migration.versions)
  checkProgram(state)
  for (const version of state.pending) await applyVersion(session, migration, version)
}

/** At READ COMMITTED an idle transaction has no snapshot, which building an index beside the traffic would wait for. */
async function takeTurn(query: Query): Promise<boolean> {
  await query('BEGIN ISOLATION LEVEL READ COMMITTED')
  try {
    await query('SET LOCAL idle_in_transaction_session_timeout = 0')
    await query(`SET LOCAL lock_timeout = ${turnMillis}`)
    await query('SELECT id FROM schema_turn WHERE id = 1 FOR UPDATE')
    return true
  } catch (error) {
    await query('ROLLBACK')
    if (sqlStateOf(error) === '55P03') return false
    throw error
  }
}

const tables = [
  `CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, oldest_program integer NOT NULL,
    is_finished boolean NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  'CREATE TABLE IF NOT EXISTS schema_turn (id integer PRIMARY KEY)',
  'INSERT INTO schema_turn VALUES (1) ON CONFLICT DO NOTHING',
]
const mostRaces = 20

async function makeTables(query: Query): Promise<void> {
  for (const sql of tables) await makeOne(query, sql)
}

/** IF NOT EXISTS does not see what another node is just making, and then fails on the catalogue's own unique keys. */
async function makeOne(query: Query, sql: string): Promise<void> {
  for (let race = 0; ; race++) {
    try {
      await query(sql)
      return
    } catch (error) {
      if (!isRace(error) || race >= mostRaces) throw error
    }
  }
}

function isRace(error: unknown): boolean {
  return ['23505', '42P07', '42710', '40001', '40P01', 'XX000'].includes(sqlStateOf(error) ?? '')
}
