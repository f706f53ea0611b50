import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, FamilyRecord, FamilySelection, Spendable } from '@ambit/server'
import type { MemoryState } from './state.ts'

/** Begins a family, or turns the one that stood for its code into the family of its tokens. A revocation stays. */
export function beginFamily(state: MemoryState, family: FamilyRecord): void {
  const revokedAt = state.families.get(family.familyId)?.record.revokedAt
  const record = revokedAt === undefined ? family : { ...family, revokedAt }
  state.families.set(family.familyId, { record, isBegun: true })
}

/** Lets a family stand for a code that is not redeemed yet; one that exists stays as it is. */
export function announceFamily(state: MemoryState, code: Spendable): void {
  const { familyId, clientId, userId, sessionId, issuedAt: createdAt, expiresAt } = code
  if (state.families.has(familyId)) return
  const record = { familyId, clientId, userId, createdAt, expiresAt, ...(sessionId && { sessionId }) }
  state.families.set(familyId, { record, isBegun: false })
}

/** Revokes the selected families that are not revoked yet; answers how many. */
export function revokeSelected(
  state: MemoryState,
  selection: FamilySelection | { readonly clientId: ClientId },
  at: EpochSeconds,
): number {
  let count = 0
  for (const [familyId, { record, isBegun }] of state.families) {
    if (record.revokedAt !== undefined || !isSelected(record, selection)) continue
    state.families.set(familyId, { record: { ...record, revokedAt: at }, isBegun })
    count++
  }
  return count
}

function isSelected(family: FamilyRecord, selection: Partial<FamilyRecord>): boolean {
  const { familyId, sessionId, userId, clientId } = selection
  if (familyId !== undefined) return family.familyId === familyId
  if (sessionId !== undefined) return family.sessionId === sessionId
  return (userId ?? family.userId) === family.userId && (clientId ?? family.clientId) === family.clientId
}
