import { statusLeeway } from '../../limits.ts'
import { keptUntil } from './kept-until.ts'
import { shards } from './shard.ts'

/** A table with rows that end. */
export type Ending = {
  readonly table: string
  readonly key: string
  /** The column that says when, or an expression, as its index has it. */
  readonly end: string
  /** For how many seconds they are kept beyond it. */
  readonly keptFor?: number
  /** Whether its index begins with `shard + 0`: an expression, so that no plan takes that index for looking a row up. */
  readonly hasShards: boolean
  /** Another table with the same key, whose rows go with them. */
  readonly beside?: string
}

const ref = 'shard, locator, hash'

/** Each table with rows that end. */
export const endings: readonly Ending[] = [
  { table: 'code', key: ref, end: 'kept_until', hasShards: true },
  { table: 'refresh_token', key: ref, end: 'kept_until', hasShards: true, beside: 'rotation' },
  { table: 'access_token', key: ref, end: 'expires_at', hasShards: true },
  { table: 'family', key: 'family_id', end: keptUntil('expires_at', 'created_at'), hasShards: true },
  { table: 'session', key: ref, end: 'expires_at', hasShards: true },
  { table: 'interaction', key: ref, end: 'expires_at', hasShards: true },
  { table: 'ticket', key: ref, end: 'expires_at', hasShards: true },
  { table: 'remembered', key: 'hash', end: 'expires_at', hasShards: true },
  { table: 'failure', key: 'key', end: 'window_ends_at', hasShards: false },
  { table: 'token_status', key: ref, end: 'expires_at', keptFor: statusLeeway, hasShards: true },
  { table: 'refusal', key: 'request_id, sequence', end: 'expires_at', hasShards: false },
  { table: 'node', key: 'node_id', end: 'expires_at', hasShards: false },
  { table: 'lease', key: 'name', end: 'until', hasShards: false },
]

const everyShard = Array.from({ length: shards }, (_, shard) => `(${shard})`).join(', ')

/** Selects the name of the table where a row has ended at `time`. */
export function existsSql({ table, end, hasShards }: Ending, time: string): string {
  const exists = hasShards
    ? `SELECT 1 FROM (VALUES ${everyShard}) AS s (number)
       JOIN LATERAL (SELECT 1 FROM ${table} AS t WHERE t.shard + 0 = s.number AND ${end} <= ${time} LIMIT 1) AS t ON true`
    : `SELECT 1 FROM ${table} WHERE ${end} <= ${time}`
  return `SELECT '${table}' AS name WHERE EXISTS (${exists})`
}

/**
 * Removes up to `$2` rows that have ended at `$1`, of each shard the first to end first; answers how many in `count`.
 * The rows are locked and judged again before they go, so one whose end was put off in the meantime stays.
 */
export function removalSql(ending: Ending): string {
  const { table, key, beside } = ending
  const doomed = `(${key}) IN (SELECT ${key} FROM doomed)`
  return `
    WITH doomed AS MATERIALIZED (${doomedSql(ending)}),
    ${beside === undefined ? '' : `others AS (DELETE FROM ${beside} WHERE ${doomed}),`}
    gone AS (DELETE FROM ${table} WHERE ${doomed} RETURNING 1)
    SELECT count(*) AS count FROM gone`
}

function doomedSql({ table, key, end, hasShards }: Ending): string {
  const first = `ORDER BY ${end} LIMIT $2 FOR UPDATE SKIP LOCKED`
  if (!hasShards) return `SELECT ${key} FROM ${table} WHERE ${end} <= $1 ${first}`
  return `
    SELECT ${key} FROM (VALUES ${everyShard}) AS s (number)
    CROSS JOIN LATERAL (SELECT ${key} FROM ${table} WHERE shard + 0 = s.number AND ${end} <= $1 ${first}) AS own
    LIMIT $2`
}
