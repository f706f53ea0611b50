import { type Engine, parseEngine, UnsuitableServer } from './engine.ts'

/** What a new connection asks its server first. */
export const introduction = `SELECT version() AS version, pg_is_in_recovery() AS is_replica,
  current_setting('transaction_read_only') AS read_only, current_setting('server_encoding') AS encoding`

/** Limits that the server keeps to, in milliseconds. */
export type SessionLimits = {
  readonly statementMillis: number
  readonly lockMillis: number
  readonly idleInTransactionMillis: number
}

/** What a server says of itself. */
export type Introduction = { readonly engine: Engine; readonly isReadOnly: boolean }

/** Reads the answer to {@link introduction}. @throws where the store cannot work on such a server, with a sentence */
export function parseIntroduction(row: Readonly<Record<string, unknown>> | undefined): Introduction {
  const engine = parseEngine(String(row?.['version']))
  const encoding = String(row?.['encoding'])
  if (!/^utf-?8$/i.test(encoding))
    throw new UnsuitableServer(
      `its encoding is \`${encoding}\`, and the store wants UTF8; make one with ENCODING 'UTF8'`,
    )
  return { engine, isReadOnly: row?.['is_replica'] === true || row?.['read_only'] === 'on' }
}

/**
 * The statements share few shapes and are prepared, also while a table is still empty. So the planner is told to use indexes
 * whatever the statistics say, and never to plan again for the values of a call; its guesses are at their worst for a table
 * that has grown a thousand times since it last looked. What a row costs is raised beside what a seek costs: a plan that was made
 * while a table had ten rows must seek too, and not walk over an index that will have a million.
 */
const planner = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  random_page_cost: '0.1',
  seq_page_cost: '0.1',
  cpu_tuple_cost: '1',
  cpu_index_tuple_cost: '0.1',
  plan_cache_mode: 'force_generic_plan',
} as const

/** The statement that sets a new connection up; what the server has no setting for is left out. */
export function sessionSetup(limits: SessionLimits, { kind }: Engine): string {
  const timeouts = {
    statement_timeout: String(limits.statementMillis),
    lock_timeout: String(limits.lockMillis),
    idle_in_transaction_session_timeout: String(limits.idleInTransactionMillis),
  }
  if (kind === 'cockroachdb') {
    const limited = Object.entries(timeouts).map(([name, value]) => `SET ${name} = '${value}ms'`)
    return [...limited, serializable].join('; ')
  }
  const settings = { ...timeouts, ...planner, default_transaction_isolation: 'read committed' }
  const rows = Object.entries(settings).map(([name, value]) => `('${name}', '${value}')`)
  return `${setKnown(`VALUES ${rows.join(', ')}`)}; ${durable}`
}

/**
 * At READ COMMITTED CockroachDB makes no tables within a transaction, and SKIP LOCKED may wait; shared locks, which it leaves
 * out at SERIALIZABLE, are not needed there.
 */
const serializable = `SET default_transaction_isolation = 'serializable'`

/** An answer means that it is on the disk: `off` is not taken over; what is stronger stays. */
const durable = `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`

function setKnown(values: string): string {
  return `SELECT set_config(wanted.name, wanted.value, false) FROM (${values}) AS wanted (name, value)
    WHERE current_setting(wanted.name, true) IS NOT NULL`
}
