// Token Status List §6.1
import { parseRef } from '../../credential-row.ts'
import { statusLeeway } from '../../limits.ts'
import type { Statuses } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** What status lists are made from. Only tokens that have a status are in the table. No replica answers: a list is signed and kept. */
export function statusTable(db: Database): Statuses {
  const live = (condition: string) =>
    `SELECT t.locator, t.hash FROM family AS f JOIN token_status AS t ON t.family_id = f.family_id
     WHERE ${condition} AND t.revoked_at IS NULL AND t.expires_at > $2`
  return {
    findRevokedStatuses: async (list, at) => {
      const rows = await db.list(
        'SELECT place FROM token_status WHERE list = $1 AND expires_at > $2 AND revoked_at IS NOT NULL',
        [list, at - statusLeeway],
      )
      return rows.map(row => Number(row['place']))
    },
    findStatusTokens: async ({ userId, clientId }, at) => {
      const rows =
        clientId === undefined
          ? await db.list(live('f.user_id = $1'), [userId, at])
          : await db.list(live('f.user_id = $1 AND f.client_id = $3'), [userId, at, clientId])
      return rows.map(parseRef)
    },
  }
}
