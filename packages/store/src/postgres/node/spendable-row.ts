import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, FamilyId, FamilyRecord, SecretHash, SessionId, Spent, UserId } from '@ambit/server'
import type { CredentialRow } from '../../credential-row.ts'

/** The columns of a code or refresh token that a reader needs. */
export type SpendableRow = Omit<CredentialRow, 'kind' | 'revoked_at'>

/** Selects {@link SpendableRow} from `AS c`. */
export const spendableRowColumns = 'c.client_id, c.user_id, c.family_id, c.request_id, c.expires_at, c.data, c.trace'

/** The columns that say how a code or refresh token was spent; a code has no successor. */
export type SpentRow = {
  readonly spent_at: EpochSeconds | null
  readonly successor_locator?: number | null
  readonly successor_hash?: SecretHash | null
  readonly salt: string | null
}

/** How it was spent; `undefined` when it was not. */
export function parseSpentRow(row: SpentRow): Spent | undefined {
  const { spent_at: spentAt, successor_locator: locator = null, successor_hash: hash = null, salt } = row
  if (spentAt === null) return undefined
  return {
    spentAt,
    ...(locator !== null && hash !== null && { successor: { locator, hash } }),
    ...(salt !== null && { salt }),
  }
}

/** The family's columns beside those of one of its credentials, as a left join gives them. */
export type FamilyRow = {
  readonly family_id: FamilyId | null
  readonly f_client_id: ClientId | null
  readonly f_user_id: UserId
  readonly f_session_id: SessionId | null
  readonly f_created_at: EpochSeconds
  readonly f_expires_at: EpochSeconds
  readonly f_revoked_at: EpochSeconds | null
}

/** Selects {@link FamilyRow} but `family_id` from a `family AS f`. */
export const familyRowColumns = `f.client_id AS f_client_id, f.user_id AS f_user_id, f.session_id AS f_session_id,
  f.created_at AS f_created_at, f.expires_at AS f_expires_at, f.revoked_at AS f_revoked_at`

/** The family of a joined row; `undefined` when there is none. */
export function parseFamilyRow(row: FamilyRow): FamilyRecord | undefined {
  if (row.family_id === null || row.f_client_id === null) return undefined
  return {
    familyId: row.family_id,
    clientId: row.f_client_id,
    userId: row.f_user_id,
    ...(row.f_session_id !== null && { sessionId: row.f_session_id }),
    createdAt: row.f_created_at,
    expiresAt: row.f_expires_at,
    ...(row.f_revoked_at !== null && { revokedAt: row.f_revoked_at }),
  }
}
