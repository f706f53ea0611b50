import type { EpochSeconds, SigningAlgorithm } from '@ambit/protocol'
import type { KeyRecord } from '@ambit/server'

type KeyRow = {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly created_at: EpochSeconds
  readonly active_at: EpochSeconds
  readonly retired_at: EpochSeconds | null
  readonly removed_at: EpochSeconds | null
  readonly data: string
}

/** The columns of a signing key. */
export const keyColumns = 'kid, algorithm, created_at, active_at, retired_at, removed_at, data'

/** A signing key's values, in the order of {@link keyColumns}. */
export function keyValues(key: KeyRecord) {
  const { kid, algorithm, createdAt, activeAt, retiredAt = null, removedAt = null, publicJwk, privateKey } = key
  return [kid, algorithm, createdAt, activeAt, retiredAt, removedAt, JSON.stringify({ publicJwk, privateKey })] as const
}

/** The signing key of a row. */
export function parseKey(found: unknown): KeyRecord {
  const row = found as KeyRow
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    ...(JSON.parse(row.data) as Pick<KeyRecord, 'publicJwk' | 'privateKey'>),
    createdAt: row.created_at,
    activeAt: row.active_at,
    ...(row.retired_at !== null && { retiredAt: row.retired_at }),
    ...(row.removed_at !== null && { removedAt: row.removed_at }),
  }
}
