// RFC 7591 §2
import { parseClient } from '../../client-row.ts'
import type { Clients } from '../../store-parts.ts'
import { ClientMemo } from './client-memo.ts'
import type { Database } from './database.ts'
import { partReader } from './list-part.ts'
import { statusRevocation } from './status-table.ts'

/** Registered clients. As long as a client's row stays the same, the same record is answered, so what is computed from it can be kept. */
export function clientTable(db: Database): Clients {
  const find = db.prepare('SELECT data FROM client WHERE client_id = ?')
  const list = partReader(db, { table: 'client', id: 'client_id' })
  const save = db.prepare(
    'INSERT INTO client (client_id, data) VALUES (?, ?) ON CONFLICT (client_id) DO UPDATE SET data = excluded.data',
  )
  const findUser = db.prepare('SELECT 1 FROM account WHERE user_id = ?')
  const remove = db.prepare('DELETE FROM client WHERE client_id = ?')
  const removeConsent = db.prepare('DELETE FROM consent WHERE client_id = ?')
  const revoke = db.prepare('UPDATE family SET revoked_at = ? WHERE client_id = ? AND revoked_at IS NULL')
  const removeUsage = db.prepare('DELETE FROM scope_usage WHERE client_id = ?')
  const removeTickets = db.prepare('DELETE FROM ticket WHERE client_id = ?')
  const statuses = statusRevocation(db)
  const memo = new ClientMemo(clientId => parseData(find.get(clientId)))
  return {
    findClient: clientId => db.read(() => memo.find(clientId, db.foreignChanges())),
    listClients: part => db.read(() => list(part).map(parseClient)),
    saveClient: ({ clientId, ...data }) =>
      db.write(() => {
        if (findUser.get(clientId)) return false
        save.run(clientId, JSON.stringify(data))
        memo.distrust(clientId)
        return true
      }),
    deleteClient: (clientId, at) =>
      db.write(() => {
        revoke.run(at, clientId)
        statuses.families({ clientId }, at)
        statuses.client(clientId, at)
        removeUsage.run(clientId)
        removeTickets.run(clientId)
        removeConsent.run(clientId)
        memo.distrust(clientId)
        return remove.run(clientId).changes === 1
      }),
  }
}

function parseData(row: unknown): string | undefined {
  return (row as { readonly data: string } | undefined)?.data
}
