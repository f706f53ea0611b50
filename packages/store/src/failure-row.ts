import type { EpochSeconds } from '@ambit/protocol'
import type { FailureCount } from '@ambit/server'

type FailureRow = { readonly count: number; readonly window_ends_at: EpochSeconds }

/** The failures of a row; none where there is no row. */
export function parseFailures(row: unknown, at: EpochSeconds): FailureCount {
  if (!row) return { count: 0, windowEndsAt: at }
  const { count, window_ends_at: windowEndsAt } = row as FailureRow
  return { count, windowEndsAt }
}
