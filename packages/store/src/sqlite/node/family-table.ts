import type { EpochSeconds } from '@ambit/protocol'
import type { FamilyRecord, FamilySelection, Spendable } from '@ambit/server'
import type { Database } from './database.ts'
import { statusRevocation } from './status-table.ts'

/** What writes families, to be called inside a write. */
export type FamilyTable = {
  readonly begin: (family: FamilyRecord) => void
  readonly announce: (code: Spendable) => void
  readonly revoke: (selection: FamilySelection, at: EpochSeconds) => number
}

/** Families. The row of a family stands from the moment its code is stored, so that whatever revokes families also reaches the code. */
export function familyTable(db: Database): FamilyTable {
  const announce = db.prepare(
    `INSERT INTO family (family_id, client_id, user_id, session_id, is_begun, created_at, expires_at)
     VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT (family_id) DO NOTHING`,
  )
  const begin = db.prepare(
    `INSERT INTO family (family_id, client_id, user_id, session_id, is_begun, created_at, expires_at, revoked_at)
     VALUES (?, ?, ?, ?, 1, ?, ?, ?)
     ON CONFLICT (family_id) DO UPDATE SET session_id = excluded.session_id, is_begun = 1,
     created_at = excluded.created_at, expires_at = excluded.expires_at`,
  )
  return {
    announce: ({ familyId, clientId, userId, sessionId, issuedAt, expiresAt }) =>
      void announce.run(familyId, clientId, userId, sessionId ?? null, issuedAt, expiresAt),
    begin: ({ familyId, clientId, userId, sessionId, createdAt, expiresAt, revokedAt }) =>
      void begin.run(familyId, clientId, userId, sessionId ?? null, createdAt, expiresAt, revokedAt ?? null),
    revoke: revocation(db),
  }
}

function revocation(db: Database): FamilyTable['revoke'] {
  const by = (condition: string) =>
    db.prepare(`UPDATE family SET revoked_at = ? WHERE ${condition} AND revoked_at IS NULL`)
  const byFamily = by('family_id = ?')
  const bySession = by('session_id = ?')
  const byUser = by('user_id = ?')
  const byUserAndClient = by('user_id = ? AND client_id = ?')
  const statuses = statusRevocation(db)
  return (selection, at) => {
    statuses.families(selection, at)
    if ('familyId' in selection) return Number(byFamily.run(at, selection.familyId).changes)
    if ('sessionId' in selection) return Number(bySession.run(at, selection.sessionId).changes)
    const { userId, clientId } = selection
    return Number((clientId === undefined ? byUser.run(at, userId) : byUserAndClient.run(at, userId, clientId)).changes)
  }
}
