// RFC 6750 §3.1
import type { Judgement } from '../../catalogue/test-case.ts'
import { judgeRefusal, type WantedRefusal } from '../../judge/judge-refusal.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { statusOf } from './attempt.ts'
import { inconclusive } from './guarded-call.ts'

/** Statuses that complain of the call and not of the token. @spec RFC 9110 §15.5 */
const aboutTheCall: ReadonlySet<number | undefined> = new Set([400, 406, 409, 412, 415, 422])

/**
 * Judges the refusal of a token that is good and reaches too little: 403 is wanted. An answer that complains of the call says
 * nothing, because nobody knows whether the token was asked for at all.
 */
export function judgeScopeRefusal(exchange: Exchange, sent: string, wanted: Partial<WantedRefusal> = {}): Judgement {
  const statuses = wanted.statuses ?? ([403] as const)
  const status = statusOf(exchange)
  if (status !== undefined && aboutTheCall.has(status) && !statuses.includes(status))
    return inconclusive(`${sent} was answered by ${status}, which tells of the call and not of the token`, exchange)
  return judgeRefusal(exchange, { ...wanted, statuses, sent })
}
