// RFC 6749 §4.1.2, §10.5; RFC 9700 §4.14.2
import { seconds } from '@ambit/protocol'
import { type ExchangeResult, type Issued, type Spending, StoreUnavailable } from '@ambit/server'
import { decideExchange } from '../../exchange-rule.ts'
import { requireFamily } from '../../family-rule.ts'
import type { Database } from './database.ts'
import { codeStateStatement, refreshTokenStateStatement } from './exchange-state.ts'
import { redeemStatement, rotateStatement } from './exchange-statement.ts'
import { revokeFamily } from './revocation.ts'

const mostTries = 5

/**
 * Makes the exchange. The statement that spends also stores what is issued, and says whether it did: of those who try at once one
 * wins. A loser then reads what became of the record; nothing turns a spent one back, so what it reads decides, and a
 * replay is answered once the revocation is durable. What could be spent after all (it was stored just now) is tried again.
 */
export function exchangeIn(db: Database): (spending: Spending, issued: Issued) => Promise<ExchangeResult> {
  const redeem = db.write(redeemStatement)
  const rotate = db.write(rotateStatement)
  const findCode = db.read(codeStateStatement)
  const findRefreshToken = db.read(refreshTokenStateStatement)
  const attempt = async (spending: Spending, issued: Issued): Promise<ExchangeResult | undefined> => {
    const isCode = spending.kind === 'code'
    if (await (isCode ? redeem : rotate)({ spending, issued })) return { kind: 'spent' }
    const state = await (isCode ? findCode : findRefreshToken)(spending.ref)
    const result = decideExchange(state, spending)
    if (result.kind === 'spent') return undefined
    const isRevoked = state?.family?.revokedAt !== undefined
    if (result.kind === 'replayed' && !isRevoked) await revokeFamily(db, result.familyId, spending.at)
    return result
  }
  return async (spending, issued) => {
    if (issued.accessToken) requireFamily(issued.accessToken)
    for (let tries = 0; tries < mostTries; tries++) {
      const result = await attempt(spending, issued)
      if (result) return result
    }
    throw new StoreUnavailable('the record that is spent changes all the time', { retryAfter: seconds(1) })
  }
}
