import type { EpochSeconds } from '@ambit/protocol'
import type { Store } from '@ambit/server'
import { interactionLimit, statusLeeway } from '../../limits.ts'
import type { Database } from './database.ts'
import { shards } from './shard.ts'
import { type Ending, endings, existsSql, removalSql } from './sweep-sql.ts'

/**
 * Removes rows that have ended, along an index: live rows are never read. What a request holds at the moment is
 * left for the next time, so nobody waits for a sweep, and several nodes may sweep at once.
 * A spent code or refresh token ends with its family, so until then a replay is recognised. Grants never end here:
 * an absent grant would say less than an expired one. Of interactions the first to end go too where there are too many.
 * Each removal is a transaction of its own.
 */
export function sweepIn(db: Database): Store['sweep'] {
  let turn = 0
  const remove = (ending: Ending, now: EpochSeconds, limit: number) =>
    db.transact([], async query => {
      const [row] = await query(removalSql(ending), [now - (ending.keptFor ?? 0), limit])
      return Number(row?.['count'])
    })
  return async (now, limit) => {
    let left = limit
    const ended = await findEnded(db, now)
    // another table is first each time, so that none waits for ever where more ends than can be removed
    turn++
    for (const index of ended.keys()) {
      const ending = ended[(index + turn) % ended.length]
      if (ending && left > 0) left -= await remove(ending, now, left)
    }
    if (left > 0) left -= await removeTooMany(db, left)
    return limit - left
  }
}

/** The tables in which something has ended. */
async function findEnded(db: Database, now: EpochSeconds): Promise<readonly Ending[]> {
  const rows = await db.list(findSql, [now, now - statusLeeway])
  const names = new Set(rows.map(row => row['name']))
  return endings.filter(({ table }) => names.has(table))
}

const findSql = endings.map(ending => existsSql(ending, ending.keptFor === undefined ? '$1' : '$2')).join(' UNION ALL ')

/** Removes the interactions that end first, as many as there are too many of. */
async function removeTooMany(db: Database, limit: number): Promise<number> {
  const [counted] = await db.list('SELECT count(*) AS count FROM (SELECT 1 FROM interaction LIMIT $1) AS counted', [
    interactionLimit + limit,
  ])
  const tooMany = Number(counted?.['count']) - interactionLimit
  if (tooMany <= 0) return 0
  return db.transact([], async query => Number((await query(removeFirstSql, [tooMany]))[0]?.['count']))
}

const removeFirstSql = `
  WITH first AS MATERIALIZED (
    SELECT i.shard, i.locator, i.hash
    FROM (VALUES ${Array.from({ length: shards }, (_, shard) => `(${shard})`).join(', ')}) AS s (shard)
    CROSS JOIN LATERAL (
      SELECT shard, locator, hash, expires_at FROM interaction AS own WHERE own.shard + 0 = s.shard
      ORDER BY own.expires_at, own.locator LIMIT $1
    ) AS i
    ORDER BY i.expires_at, i.locator LIMIT $1
  ),
  gone AS (
    DELETE FROM interaction WHERE (shard, locator, hash) IN (SELECT shard, locator, hash FROM first) RETURNING 1
  )
  SELECT count(*) AS count FROM gone`
