import type { EpochSeconds } from '@ambit/protocol'
import type { SecretRef, SessionRecord, UserId } from '@ambit/server'

type SessionRow = {
  readonly user_id: UserId
  readonly expires_at: EpochSeconds
  readonly ends_at: EpochSeconds
  readonly data: string
}

/** The session of a row; `undefined` where there is none. */
export function parseSession(ref: SecretRef, row: unknown): SessionRecord | undefined {
  if (!row) return undefined
  const { user_id: userId, expires_at: expiresAt, ends_at: endsAt, data } = row as SessionRow
  const rest = JSON.parse(data) as Omit<SessionRecord, 'ref' | 'userId' | 'expiresAt' | 'endsAt'>
  return { ...rest, ref, userId, expiresAt, endsAt }
}
