// RFC 6749 §4.1.2, §10.5; RFC 9700 §4.14.2
import type { EpochSeconds } from '@ambit/protocol'
import type { ExchangeResult, FamilyId, FamilyRecord, Issued, Spendable, Spending, Spent } from '@ambit/server'

/** What an adapter has read, within the transaction, of the record that an exchange wants to spend. */
export type ExchangeState = {
  readonly kind: Spendable['kind']
  readonly expiresAt: EpochSeconds
  readonly familyId: FamilyId
  /** Absent once the family has expired and was swept. */
  readonly family?: Pick<FamilyRecord, 'expiresAt' | 'revokedAt'>
  readonly spent?: Spent
  readonly isSuccessorUnspent: boolean
}

/**
 * Decides how an exchange ends; the adapter then stores what was issued (`spent`) or revokes the family (`replayed`).
 * A code that was spent is replayed whatever its age; a refresh token only while its family lives.
 * @spec RFC 6749 §4.1.2
 * @spec RFC 9700 §4.14.2
 */
export function decideExchange(state: ExchangeState | undefined, spending: Spending): ExchangeResult {
  if (!state || state.kind !== spending.kind) return { kind: 'missing' }
  if (state.kind === 'code' && state.spent) return { kind: 'replayed', familyId: state.familyId }
  if (!isAlive(state.family, spending.at)) return { kind: 'missing' }
  if (state.spent && isRepeated(state, state.spent, spending)) return { kind: 'repeated', spent: state.spent }
  if (state.spent) return { kind: 'replayed', familyId: state.familyId }
  if (state.expiresAt <= spending.at) return { kind: 'missing' }
  return { kind: 'spent' }
}

/** Until when a spent record must stay so that a replay of it is recognised: as long as anything of its family may live. */
export function keepSpentUntil(state: ExchangeState, issued: Issued): EpochSeconds {
  const family = issued.family ?? state.family
  return family && family.expiresAt > state.expiresAt ? family.expiresAt : state.expiresAt
}

function isAlive(family: ExchangeState['family'], at: EpochSeconds): boolean {
  return family !== undefined && family.revokedAt === undefined && family.expiresAt > at
}

function isRepeated(state: ExchangeState, spent: Spent, { at, graceTtl }: Spending): boolean {
  return graceTtl > 0 && spent.spentAt + graceTtl >= at && state.isSuccessorUnspent
}
