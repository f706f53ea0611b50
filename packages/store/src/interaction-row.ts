import type { EpochSeconds } from '@ambit/protocol'
import type { InteractionRecord, SecretRef } from '@ambit/server'

type InteractionRow = { readonly expires_at: EpochSeconds; readonly data: string }

/** The interaction of a row; `undefined` where there is none. */
export function parseInteraction(ref: SecretRef, row: unknown): InteractionRecord | undefined {
  if (!row) return undefined
  const { expires_at: expiresAt, data } = row as InteractionRow
  return { ...(JSON.parse(data) as Omit<InteractionRecord, 'ref' | 'expiresAt'>), ref, expiresAt }
}
