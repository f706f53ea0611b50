import type { EpochSeconds } from '@ambit/protocol'
import type { RefusalRecord, RequestId } from '@ambit/server'

type RefusalRow = { readonly expires_at: EpochSeconds; readonly data: string }

/** The refusal of a row; `undefined` where there is none. */
export function parseRefusal(requestId: RequestId, row: unknown): RefusalRecord | undefined {
  if (!row) return undefined
  const { expires_at: expiresAt, data } = row as RefusalRow
  return { ...(JSON.parse(data) as Omit<RefusalRecord, 'requestId' | 'expiresAt'>), requestId, expiresAt }
}
