// RFC 6749 §4.1.2, §6
import type { EpochSeconds } from '@ambit/protocol'
import type { AccessTokenRecord, FamilyId, FoundSpendable, SecretRef, Spendable } from '@ambit/server'
import {
  type CredentialRow,
  parseAccessToken,
  parseRef,
  parseSpendable,
  parseSpent,
  type SpentColumns,
} from './credential-row.ts'
import type { ExchangeState } from './exchange-rule.ts'
import { type FamilyColumns, parseFamily } from './family-row.ts'

/** The columns of a code or refresh token, of how it was spent, and of its family. */
export type FoundSpendableRow = CredentialRow & SpentColumns & FamilyColumns

/** A code or refresh token with its family, which is told where it is begun or revoked. */
export function parseFoundSpendable(ref: SecretRef, row: FoundSpendableRow, isBegun: boolean): FoundSpendable {
  const record = parseSpendable(ref, row)
  const spent = parseSpent(row)
  const family = isBegun || row.family_revoked_at !== null ? parseFamily(row) : undefined
  return { record, ...(spent && { spent }), ...(family && { family }) }
}

/** The columns that an exchange decides by. */
export type ExchangeRow = SpentColumns & {
  readonly kind: Spendable['kind']
  readonly expires_at: EpochSeconds
  readonly family_id: FamilyId
  readonly family_expires_at: EpochSeconds | null
  readonly family_revoked_at: EpochSeconds | null
}

/** What an exchange decides by; `isUnspent` is asked about the successor, where there is one. */
export function parseExchangeState(row: ExchangeRow, isUnspent: (successor: SecretRef) => boolean): ExchangeState {
  const { kind, expires_at: expiresAt, family_id: familyId, family_expires_at: end, family_revoked_at } = row
  const spent = parseSpent(row)
  const revokedAt = family_revoked_at ?? undefined
  return {
    kind,
    expiresAt,
    familyId,
    ...(end !== null && { family: { expiresAt: end, ...(revokedAt !== undefined && { revokedAt }) } }),
    ...(spent && { spent }),
    isSuccessorUnspent: spent?.successor !== undefined && isUnspent(spent.successor),
  }
}

/** A code or token of a row that names its reference. */
export function parseTokenOfRequest(found: unknown): Spendable | AccessTokenRecord {
  const row = found as CredentialRow
  const ref = parseRef(row)
  return row.kind === 'access_token' ? parseAccessToken(ref, row) : parseSpendable(ref, row)
}
