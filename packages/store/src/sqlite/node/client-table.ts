// RFC 7591 §2
import type { ClientId, ClientRecord, Store } from '@ambit/server'
import type { Database } from './database.ts'

type Clients = Pick<Store, 'findClient' | 'listClients' | 'saveClient' | 'deleteClient'>
type ClientRow = { readonly client_id: ClientId; readonly data: string }

const rememberedClients = 1_000

/** Registered clients. As long as a client's row stays the same, the same record is answered, so what is computed from it can be kept. */
export function clientTable(db: Database): Clients {
  const find = db.prepare('SELECT client_id, data FROM client WHERE client_id = ?')
  const list = db.prepare('SELECT client_id, data FROM client ORDER BY client_id')
  const save = db.prepare(
    'INSERT INTO client (client_id, data) VALUES (?, ?) ON CONFLICT (client_id) DO UPDATE SET data = excluded.data',
  )
  const remove = db.prepare('DELETE FROM client WHERE client_id = ?')
  const removeConsent = db.prepare('DELETE FROM consent WHERE client_id = ?')
  const revoke = db.prepare('UPDATE family SET revoked_at = ? WHERE client_id = ? AND revoked_at IS NULL')
  const parse = rememberingParser()
  return {
    findClient: clientId => db.read(() => parse(find.get(clientId))),
    listClients: () => db.read(() => list.all().flatMap(row => parse(row) ?? [])),
    saveClient: ({ clientId, ...data }) => db.write(() => void save.run(clientId, JSON.stringify(data))),
    deleteClient: (clientId, at) =>
      db.write(() => {
        revoke.run(at, clientId)
        removeConsent.run(clientId)
        return remove.run(clientId).changes === 1
      }),
  }
}

function rememberingParser(): (row: unknown) => ClientRecord | undefined {
  const parsed = new Map<string, { readonly data: string; readonly record: ClientRecord }>()
  return row => {
    if (!row) return undefined
    const { client_id, data } = parseClientRow(row)
    const known = parsed.get(client_id)
    if (known?.data === data) return known.record
    const record = parseClient(client_id, data)
    if (parsed.size >= rememberedClients) parsed.clear()
    parsed.set(client_id, { data, record })
    return record
  }
}

function parseClientRow(row: unknown): ClientRow {
  return row as ClientRow
}

function parseClient(clientId: ClientId, data: string): ClientRecord {
  return { ...(JSON.parse(data) as Omit<ClientRecord, 'clientId'>), clientId }
}
