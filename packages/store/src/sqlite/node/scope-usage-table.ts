import { mostUses } from '../../limits.ts'
import { parseUsage } from '../../scope-usage-row.ts'
import type { ScopeUsage } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** What clients used of their scope. */
export function scopeUsageTable(db: Database): ScopeUsage {
  const add = db.prepare(
    `INSERT INTO scope_usage (client_id, scope, count, first_used_at, last_used_at)
     SELECT ?1, ?2, ?3, ?4, ?4 WHERE EXISTS (SELECT 1 FROM client WHERE client_id = ?1)
     ON CONFLICT (client_id, scope) DO UPDATE SET
     count = min(count + excluded.count, ${mostUses}),
     first_used_at = min(first_used_at, excluded.first_used_at),
     last_used_at = max(last_used_at, excluded.last_used_at)`,
  )
  const list = db.prepare(
    'SELECT scope, count, first_used_at, last_used_at FROM scope_usage WHERE client_id = ? ORDER BY scope',
  )
  return {
    recordScopeUsage: uses =>
      db.write(() => {
        for (const { clientId, scope, count, lastUsedAt } of uses) add.run(clientId, scope, count, lastUsedAt)
      }),
    listScopeUsage: clientId => db.read(() => list.all(clientId).map(row => parseUsage(clientId, row))),
  }
}
