import type { EpochSeconds } from '@ambit/protocol'
import type { ScopeUse } from '@ambit/server'
import { mostUses } from '../../limits.ts'
import { parseUsage } from '../../scope-usage-row.ts'
import type { ScopeUsage } from '../../store-parts.ts'
import type { Database } from './database.ts'
import type { SqlValue } from './statement.ts'
import { isStorable } from './storable-text.ts'

/** What clients used of their scope. */
export function scopeUsageTable(db: Database): ScopeUsage {
  return {
    recordScopeUsage: async uses => {
      const rows = sumUses(uses)
      if (rows.length > 0) await db.transact([], query => query(addition(rows.length), rows.flat()))
    },
    // counts are added up from reports that come late anyway: a replica that is behind counts a little less
    listScopeUsage: async clientId => {
      const rows = await db.list(list, [clientId], true)
      return rows.map(row => parseUsage(clientId, row))
    },
  }
}

const list = 'SELECT scope, count, first_used_at, last_used_at FROM scope_usage WHERE client_id = $1 ORDER BY scope'

/** Rows are taken in the order of their keys, so that nodes which count the same at once do not wait for each other in a circle. */
function addition(rows: number): string {
  const places = Array.from({ length: rows }, (_, row) => {
    const [client, scope, count, first, last] = [1, 2, 3, 4, 5].map(column => `$${row * 5 + column}`)
    return `(${client}::text, ${scope}::text, ${count}::bigint, ${first}::bigint, ${last}::bigint)`
  })
  return `INSERT INTO scope_usage (client_id, scope, count, first_used_at, last_used_at)
    SELECT u.client_id, u.scope, u.count, u.first_used_at, u.last_used_at
    FROM (VALUES ${places.join(', ')}) AS u (client_id, scope, count, first_used_at, last_used_at)
    JOIN client AS c ON c.client_id = u.client_id ORDER BY u.client_id, u.scope
    ON CONFLICT (client_id, scope) DO UPDATE SET
    count = least(scope_usage.count + excluded.count, ${mostUses}),
    first_used_at = least(scope_usage.first_used_at, excluded.first_used_at),
    last_used_at = greatest(scope_usage.last_used_at, excluded.last_used_at)`
}

type Sum = { count: number; firstUsedAt: EpochSeconds; lastUsedAt: EpochSeconds }

/** One row for each scope of a client. */
function sumUses(uses: readonly ScopeUse[]): readonly (readonly SqlValue[])[] {
  const sums = new Map<string, Sum & Pick<ScopeUse, 'clientId' | 'scope'>>()
  for (const { clientId, scope, count, lastUsedAt } of uses) {
    if (!isStorable(clientId) || !isStorable(scope)) continue
    const key = JSON.stringify([clientId, scope])
    const sum = sums.get(key)
    if (!sum) sums.set(key, { clientId, scope, count, firstUsedAt: lastUsedAt, lastUsedAt })
    else add(sum, count, lastUsedAt)
  }
  return [...sums.values()].map(sum => [sum.clientId, sum.scope, sum.count, sum.firstUsedAt, sum.lastUsedAt])
}

function add(sum: Sum, count: number, usedAt: EpochSeconds): void {
  sum.count = Math.min(sum.count + count, mostUses)
  if (usedAt < sum.firstUsedAt) sum.firstUsedAt = usedAt
  if (usedAt > sum.lastUsedAt) sum.lastUsedAt = usedAt
}
