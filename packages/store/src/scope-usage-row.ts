import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, ScopeUsageRecord } from '@ambit/server'

type UsageRow = {
  readonly scope: string
  readonly count: number
  readonly first_used_at: EpochSeconds
  readonly last_used_at: EpochSeconds
}

/** What a client used of a scope, of a row. */
export function parseUsage(clientId: ClientId, found: unknown): ScopeUsageRecord {
  const { scope, count, first_used_at: firstUsedAt, last_used_at: lastUsedAt } = found as UsageRow
  return { clientId, scope, count, firstUsedAt, lastUsedAt }
}
