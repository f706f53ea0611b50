// RFC 6749 §4.1.2, RFC 9700 §4.14.2
import type { EpochSeconds } from '@ambit/protocol'
import type { ExchangeResult, Issued, SecretRef, Spending } from '@ambit/server'
import { decideExchange, type ExchangeState, keepSpentUntil } from '../../exchange-rule.ts'
import { type ExchangeRow, parseExchangeState } from '../../found-credential.ts'
import type { CredentialInsert } from './credential-insert.ts'
import type { Database } from './database.ts'
import type { FamilyTable } from './family-table.ts'

/** Makes the exchange: it reads, decides and writes, and must be called inside one write. */
export function exchangeIn(
  db: Database,
  { insert, families }: { readonly insert: CredentialInsert; readonly families: FamilyTable },
): (spending: Spending, issued: Issued) => ExchangeResult {
  const find = db.prepare(
    `SELECT c.kind, c.expires_at, c.family_id, c.spent_at, c.successor_locator, c.successor_hash, c.salt,
     f.expires_at AS family_expires_at, f.revoked_at AS family_revoked_at
     FROM credential AS c LEFT JOIN family AS f ON f.family_id = c.family_id
     WHERE c.locator = ? AND c.hash = ? AND c.kind <> 'access_token'`,
  )
  const findUnspent = db.prepare('SELECT 1 FROM credential WHERE locator = ? AND hash = ? AND spent_at IS NULL')
  const spend = db.prepare(
    `UPDATE credential SET spent_at = ?, kept_until = ?, successor_locator = ?, successor_hash = ?, salt = ?
     WHERE locator = ? AND hash = ?`,
  )
  const markSpent = ({ ref, kind, at, salt }: Spending, issued: Issued, keptUntil: EpochSeconds) => {
    const successor = kind === 'refresh_token' ? issued.refreshToken?.ref : undefined
    const { locator = null, hash = null } = successor ?? {}
    spend.run(at, keptUntil, locator, hash, salt ?? null, ref.locator, ref.hash)
  }
  return (spending, issued) => {
    const state = parseState(find.get(spending.ref.locator, spending.ref.hash), ({ locator, hash }) =>
      Boolean(findUnspent.get(locator, hash)),
    )
    const result = decideExchange(state, spending)
    if (result.kind === 'replayed') families.revoke({ familyId: result.familyId }, spending.at)
    if (result.kind !== 'spent' || !state) return result
    insert.issued(issued)
    markSpent(spending, issued, keepSpentUntil(state, issued))
    return result
  }
}

function parseState(row: unknown, isUnspent: (ref: SecretRef) => boolean): ExchangeState | undefined {
  return row ? parseExchangeState(row as ExchangeRow, isUnspent) : undefined
}
