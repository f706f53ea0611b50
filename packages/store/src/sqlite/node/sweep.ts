import type { Store } from '@ambit/server'
import { interactionLimit, statusLeeway } from '../../limits.ts'
import type { Database } from './database.ts'

type Ending = { readonly table: string; readonly key: string; readonly end: string; readonly keptFor?: number }

/** Each table with rows that end, its key, the column that says when, and for how many seconds they are kept beyond it. */
const ending: readonly Ending[] = [
  { table: 'credential', key: 'locator, hash', end: 'kept_until' },
  { table: 'family', key: 'family_id', end: 'expires_at' },
  { table: 'session', key: 'locator, hash', end: 'expires_at' },
  { table: 'interaction', key: 'locator, hash', end: 'expires_at' },
  { table: 'ticket', key: 'locator, hash', end: 'expires_at' },
  { table: 'remembered', key: 'hash', end: 'expires_at' },
  { table: 'failure', key: 'key', end: 'window_ends_at' },
  { table: 'token_status', key: 'locator, hash', end: 'expires_at', keptFor: statusLeeway },
  { table: 'refusal', key: 'sequence', end: 'expires_at' },
  { table: 'node', key: 'node_id', end: 'expires_at' },
  { table: 'lease', key: 'name', end: 'expires_at' },
]

/**
 * Removes rows that have ended, oldest end first, along an index: live rows are never read. Freed pages are used again.
 * A spent code or refresh token ends with its family, so until then a replay is recognised. Grants never end here:
 * an absent grant would say less than an expired one. Of interactions the first to end go too where there are too many.
 */
export function sweepIn(db: Database): Store['sweep'] {
  const removals = ending.map(({ table, key, end, keptFor = 0 }) => ({
    keptFor,
    removal: db.prepare(
      `DELETE FROM ${table} WHERE (${key}) IN
       (SELECT ${key} FROM ${table} INDEXED BY ${table}_end WHERE ${end} <= ? ORDER BY ${end} LIMIT ?)`,
    ),
  }))
  const removeTooMany = db.prepare(
    `DELETE FROM interaction WHERE (locator, hash) IN
     (SELECT locator, hash FROM interaction INDEXED BY interaction_end WHERE expires_at > ?
      ORDER BY expires_at DESC, locator DESC LIMIT ? OFFSET ${interactionLimit})`,
  )
  return (now, limit) =>
    db.write(() => {
      let left = limit
      for (const { removal, keptFor } of removals)
        if (left > 0) left -= Number(removal.run(now - keptFor, left).changes)
      if (left > 0) left -= Number(removeTooMany.run(now, left).changes)
      return limit - left
    })
}
