import type { ClientId, GrantRecord, UserId } from '@ambit/server'
import { parseGrantData } from '../../grant-data.ts'
import { mergeGrants, reduceGrant } from '../../grant-merge.ts'
import type { Grants } from '../../store-parts.ts'
import type { Database } from './database.ts'
import { statusRevocation } from './status-table.ts'

type ConsentRow = { readonly user_id: UserId; readonly client_id: ClientId; readonly data: string }

/** What users allow clients. */
export function consentTable(db: Database): Grants {
  const findRow = db.prepare('SELECT user_id, client_id, data FROM consent WHERE user_id = ? AND client_id = ?')
  const list = db.prepare('SELECT user_id, client_id, data FROM consent WHERE user_id = ? ORDER BY client_id')
  const saveRow = db.prepare(
    `INSERT INTO consent (user_id, client_id, data) VALUES (?, ?, ?)
     ON CONFLICT (user_id, client_id) DO UPDATE SET data = excluded.data`,
  )
  const remove = db.prepare('DELETE FROM consent WHERE user_id = ? AND client_id = ?')
  const revoke = db.prepare(
    'UPDATE family SET revoked_at = ? WHERE user_id = ? AND client_id = ? AND revoked_at IS NULL',
  )
  const statuses = statusRevocation(db)
  const find = (userId: UserId, clientId: ClientId) => parseGrant(findRow.get(userId, clientId))
  const save = ({ userId, clientId, ...data }: GrantRecord) => void saveRow.run(userId, clientId, JSON.stringify(data))
  return {
    findGrant: (userId, clientId) => db.read(() => find(userId, clientId)),
    listGrants: userId => db.read(() => list.all(userId).flatMap(row => parseGrant(row) ?? [])),
    addToGrant: grant =>
      db.write(() => {
        const merged = mergeGrants(find(grant.userId, grant.clientId), grant)
        save(merged)
        return merged
      }),
    removeFromGrant: (userId, clientId, tokens, at) =>
      db.write(() => {
        const grant = find(userId, clientId)
        if (!grant) return
        const left = reduceGrant(grant, tokens, at)
        if (left) save(left)
        else remove.run(userId, clientId)
      }),
    deleteGrant: (userId, clientId, at) =>
      db.write(() => {
        remove.run(userId, clientId)
        revoke.run(at, userId, clientId)
        statuses.families({ userId, clientId }, at)
      }),
  }
}

function parseGrant(row: unknown): GrantRecord | undefined {
  if (!row) return undefined
  const { user_id, client_id, data } = row as ConsentRow
  return parseGrantData(user_id, client_id, data)
}
