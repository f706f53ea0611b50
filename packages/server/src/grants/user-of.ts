import type { Spendable } from '../ports/records.ts'
import type { IssuanceUser } from './grant.ts'

/** The user of a code or refresh token, and how they logged in when it was granted. */
export function userOf({ userId, authTime, acr, amr, sessionId }: Spendable): IssuanceUser {
  return { userId, authTime, acr, amr, ...(sessionId !== undefined && { sessionId }) }
}
