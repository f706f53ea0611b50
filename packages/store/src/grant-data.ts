import type { ClientId, GrantRecord, UserId } from '@ambit/server'

/** The grant of a user to a client, from the text that its row holds. */
export function parseGrantData(userId: UserId, clientId: ClientId, data: string): GrantRecord {
  return { ...(JSON.parse(data) as Omit<GrantRecord, 'userId' | 'clientId'>), userId, clientId }
}
