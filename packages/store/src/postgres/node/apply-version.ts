import type { Query } from './database.ts'
import { dialectOf, type Engine } from './engine.ts'
import { sqlStateOf } from './failure.ts'
import type { SchemaVersion } from './schema.ts'

/** A connection that one step after the other is done on. */
export type MigrationSession = { readonly query: Query; readonly engine: Engine }

/** What a migration goes by. */
export type Migration = {
  readonly versions: readonly SchemaVersion[]
  readonly tell: (message: string) => void
  /** When it gives up, by the process's own clock. */
  readonly until: number
}

/**
 * A change of a table waits until everybody who uses it has let go, and everybody else waits behind it. So it waits this short,
 * and then steps back for a while.
 */
const lockMillis = 100
const pauseMillis = 250

/** Applies one version, or goes on with it. */
export async function applyVersion(session: MigrationSession, migration: Migration, version: number): Promise<void> {
  const { versions, tell } = migration
  const step = versions[version - 1]
  if (!step) throw new Error(`there is no schema version ${version}`)
  tell(`schema version ${version}`)
  if (!(await isApplied(session.query, version))) {
    const record = 'INSERT INTO schema_version (version, oldest_program, is_finished) VALUES ($1, $2, false)'
    await steppingBack(migration, () =>
      inTransaction(session.query, async () => {
        await session.query(`SET LOCAL lock_timeout = ${lockMillis}`)
        await session.query('SET LOCAL statement_timeout = 0')
        for (const sql of step.statements(dialectOf(session.engine))) await session.query(sql)
        await session.query(record, [version, step.oldestProgram])
      }),
    )
  }
  if (step.fill) await fillRows(session.query, migration, { version, fill: step.fill })
  for (const [name, definition] of Object.entries(step.concurrentIndexes ?? {})) {
    tell(`schema version ${version}: index ${name}`)
    await buildIndex(session, name, definition)
  }
  await session.query('UPDATE schema_version SET is_finished = true WHERE version = $1', [version])
}

async function isApplied(query: Query, version: number): Promise<boolean> {
  return (await query('SELECT 1 FROM schema_version WHERE version = $1', [version])).length > 0
}

type Filling = { readonly version: number; readonly fill: NonNullable<SchemaVersion['fill']> }

const rowsPerMessage = 100_000

/** Each part is a few statements of its own: nobody waits for a row longer than for one part. */
async function fillRows(query: Query, migration: Migration, { version, fill }: Filling): Promise<void> {
  let [after, filled] = ['', 0]
  for (;;) {
    const part = await steppingBack(migration, () => fill(query, after))
    if (!part) return
    const told = Math.floor(filled / rowsPerMessage)
    after = part.last
    filled += part.rows
    if (Math.floor(filled / rowsPerMessage) > told) migration.tell(`schema version ${version}: ${filled} rows`)
  }
}

async function inTransaction(query: Query, work: () => Promise<void>): Promise<void> {
  await query('BEGIN')
  try {
    await work()
    await query('COMMIT')
  } catch (error) {
    await query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function steppingBack<T>({ until, tell }: Migration, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error
      tell('a table is busy; stepping back')
      await new Promise(resolve => setTimeout(resolve, pauseMillis))
    }
  }
}

function isBusy(error: unknown): boolean {
  return ['55P03', '40P01', '40001'].includes(sqlStateOf(error) ?? '')
}

/**
 * Builds an index while the table is in use. One that was left behind half built is dropped first. These wait for transactions
 * but nobody waits for them, so they have no limits.
 */
async function buildIndex({ query, engine }: MigrationSession, name: string, definition: string): Promise<void> {
  if (engine.kind === 'cockroachdb') {
    await query(`CREATE INDEX IF NOT EXISTS ${name} ${definition}`)
    return
  }
  await query('SET lock_timeout = 0')
  await query('SET statement_timeout = 0')
  const [found] = await query(isIndexValid, [name])
  if (found?.['is_valid'] === true) return
  const concurrently = engine.kind === 'postgresql' ? 'CONCURRENTLY' : ''
  if (found) await query(`DROP INDEX ${concurrently} ${name}`)
  await query(`CREATE INDEX CONCURRENTLY ${name} ${definition}`)
}

const isIndexValid = `SELECT i.indisvalid AS is_valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relname = $1 AND pg_table_is_visible(c.oid)`
