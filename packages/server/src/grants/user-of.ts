import type { Spendable } from '../ports/records.ts'
import type { IssuanceSpending, IssuanceUser } from './grant.ts'

/** The user of a code or refresh token, and how they logged in when it was granted. */
export function userOf({ userId, authTime, acr, amr, sessionId }: Spendable): IssuanceUser {
  return { userId, authTime, acr, amr, ...(sessionId !== undefined && { sessionId }) }
}

/** What the request must prove to hold that spends a code or refresh token. @spec RFC 9449 §5, §10 */
export function boundTo({ confirmation }: Spendable): Pick<IssuanceSpending, 'confirmation'> {
  return confirmation ? { confirmation } : {}
}
