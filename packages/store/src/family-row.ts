import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, FamilyId, FamilyRecord, SessionId, UserId } from '@ambit/server'

/** The family's columns beside those of one of its credentials, as a left join gives them. */
export type FamilyColumns = {
  readonly family_id: FamilyId | null
  readonly family_client_id: ClientId | null
  readonly family_user_id: UserId
  readonly family_session_id: SessionId | null
  readonly family_created_at: EpochSeconds
  readonly family_expires_at: EpochSeconds
  readonly family_revoked_at: EpochSeconds | null
}

/** Selects {@link FamilyColumns} but `family_id` from a `family AS f`. */
export const familyColumns = `f.client_id AS family_client_id, f.user_id AS family_user_id,
  f.session_id AS family_session_id, f.created_at AS family_created_at, f.expires_at AS family_expires_at,
  f.revoked_at AS family_revoked_at`

/** The family of a joined row; `undefined` when there is none. */
export function parseFamily(row: FamilyColumns): FamilyRecord | undefined {
  if (row.family_id === null || row.family_client_id === null) return undefined
  return {
    familyId: row.family_id,
    clientId: row.family_client_id,
    userId: row.family_user_id,
    ...(row.family_session_id !== null && { sessionId: row.family_session_id }),
    createdAt: row.family_created_at,
    expiresAt: row.family_expires_at,
    ...(row.family_revoked_at !== null && { revokedAt: row.family_revoked_at }),
  }
}
