// RFC 7009 §2.1
import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, FamilyId, FamilySelection } from '@ambit/server'
import { familyKey } from './credential-columns.ts'
import type { Database, Query } from './database.ts'
import type { SqlValue } from './statement.ts'
import { isStorable } from './storable-text.ts'

/** Families to revoke, or all of a client that is deleted. */
export type RevokedFamilies = FamilySelection | { readonly clientId: ClientId }

/** Revokes families; answers how many were not revoked yet. */
export async function revokeFamilies(db: Database, selection: FamilySelection, at: EpochSeconds): Promise<number> {
  if (!Object.values(selection).every(isStorable)) return 0
  const keys = 'familyId' in selection ? [familyKey(selection)] : []
  return db.transact(keys, query => revokeFamiliesIn(query, selection, at), true)
}

/** Revokes a family, because a code or refresh token of it was used twice. @spec RFC 9700 §4.14.2 */
export async function revokeFamily(db: Database, familyId: FamilyId, at: EpochSeconds): Promise<void> {
  await revokeFamilies(db, { familyId }, at)
}

/**
 * Revokes families and the statuses of their tokens, inside a transaction; answers how many families were not revoked yet.
 * The rows of the families are locked first, and whoever stores a status locks the family too: a status that is stored at the
 * same time is either found by the second statement or is stored as revoked.
 * @spec Token Status List §7.1
 */
export async function revokeFamiliesIn(query: Query, selection: RevokedFamilies, at: EpochSeconds): Promise<number> {
  const [condition, values] = conditionOf(selection)
  const revoked = await query(
    `WITH chosen AS MATERIALIZED
       (SELECT family_id FROM family WHERE ${condition} AND revoked_at IS NULL ORDER BY family_id FOR UPDATE)
     UPDATE family SET revoked_at = $1 WHERE family_id IN (SELECT family_id FROM chosen) RETURNING family_id`,
    [at, ...values],
  )
  if (revoked.length > 0)
    await query(
      `UPDATE token_status SET revoked_at = $1 WHERE revoked_at IS NULL AND family_id IN
       (SELECT family_id FROM family WHERE ${condition} AND revoked_at IS NOT NULL)`,
      [at, ...values],
    )
  return revoked.length
}

/**
 * Revokes the statuses of the tokens that a client has for itself and of those that it exchanged, inside the transaction that
 * has deleted the client's row: whoever stores a status locks that row, so that none is stored as good afterwards.
 * The tokens themselves die with the client's registration.
 * @spec Token Status List §7.1
 */
export async function revokeClientTokensIn(query: Query, clientId: ClientId, at: EpochSeconds): Promise<void> {
  const revoke = 'UPDATE token_status SET revoked_at = $1 WHERE revoked_at IS NULL AND'
  await query(`${revoke} client_id = $2 AND family_id IS NULL`, [at, clientId])
  await query(`${revoke} exchanged_by = $2`, [at, clientId])
}

/** Which families, with `$1` left to the time. */
function conditionOf(selection: RevokedFamilies): readonly [condition: string, values: readonly SqlValue[]] {
  if ('familyId' in selection) return ['family_id = $2', [selection.familyId]]
  if ('sessionId' in selection) return ['session_id = $2', [selection.sessionId]]
  if (!('userId' in selection)) return ['client_id = $2', [selection.clientId]]
  const { userId, clientId } = selection
  return clientId === undefined ? ['user_id = $2', [userId]] : ['user_id = $2 AND client_id = $3', [userId, clientId]]
}
