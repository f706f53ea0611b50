import type { UserId, UserRecord } from '@ambit/server'

type UserRow = { readonly user_id: UserId; readonly data: string }

/** The user of a row; `undefined` where there is none. */
export function parseUser(row: unknown): UserRecord | undefined {
  if (!row) return undefined
  const { user_id: userId, data } = row as UserRow
  return { ...(JSON.parse(data) as Omit<UserRecord, 'userId'>), userId }
}
