// RFC 9493 §3.2.2
import type { UserRecord } from '@ambit/server'
import { parseUser } from './user-row.ts'

/** Longer ones are nobody's: RFC 5321 §4.5.3.1.3 knows none of half this length, and an index takes no key of any length. */
const mostCharacters = 512

/** The form in which addresses are compared: lower case; `undefined` for what cannot be an address that somebody has. */
export function foldEmail(email: string): string | undefined {
  const isPossible = email !== '' && email.length <= mostCharacters && email.isWellFormed() && !email.includes('\0')
  return isPossible ? email.toLowerCase() : undefined
}

/**
 * A user's address as it is compared, where it is verified: another is what somebody says of themselves.
 * @spec OpenID Connect Core §5.1
 */
export function verifiedEmail({ claims }: Pick<UserRecord, 'claims'>): string | undefined {
  const { email, email_verified: isVerified } = claims
  return isVerified === true && typeof email === 'string' ? foldEmail(email) : undefined
}

/**
 * Stands before the text in `data` where `folded_email` was made from this text. A program of before there was that column
 * writes the text without it and leaves the column as it is, so that its rows are known by it while old and new programs run
 * side by side. To JSON it is nothing.
 */
export const emailMark = ' '

/** The condition in SQL of rows whose `folded_email` is still to be made from their `data`. */
export const isEmailDue = `substr(data, 1, 1) <> '${emailMark}'`

/** Whether a row's `folded_email` belongs to its `data`. */
export function hasEmailMark(row: unknown): boolean {
  return parseData(row).startsWith(emailMark)
}

/** What a user's row holds of them beside identifier and name. */
export function userColumns(user: Omit<UserRecord, 'userId'>): {
  readonly data: string
  readonly foldedEmail: string | null
} {
  return { data: `${emailMark}${JSON.stringify(user)}`, foldedEmail: verifiedEmail(user) ?? null }
}

/** The `folded_email` that belongs to a row. */
export function foldedEmailOf(row: unknown): string | null {
  const user = parseUser(row)
  return (user && verifiedEmail(user)) ?? null
}

function parseData(row: unknown): string {
  return (row as { readonly data: string }).data
}
