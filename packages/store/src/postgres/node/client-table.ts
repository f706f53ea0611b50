// RFC 7591 §2
import { createHash, randomUUID } from 'node:crypto'
import type { ClientRecord } from '@ambit/server'
import { parseClient } from '../../client-row.ts'
import type { Clients } from '../../store-parts.ts'
import { ClientMemo, type KnownClient } from './client-memo.ts'
import type { Database, Query } from './database.ts'
import { claimIdentifier, identifierKey } from './identifier.ts'
import { listPart } from './list-part.ts'
import { revokeClientTokensIn, revokeFamiliesIn } from './revocation.ts'
import type { Statement } from './statement.ts'
import { isStorable } from './storable-text.ts'

type Asked = { readonly clientId: string; readonly known: KnownClient | undefined }

/** Registered clients. As long as a client's row stays the same, the same record is answered, so what is computed from it can be kept. */
export function clientTable(db: Database): Clients {
  const memo = new ClientMemo()
  const find = db.read(finding(memo))
  return {
    findClient: clientId => find({ clientId, known: memo.find(clientId) }),
    listClients: async part => (await listPart(db, { table: 'client', id: 'client_id' }, part)).map(parseClient),
    saveClient: db.write(saving),
    deleteClient: deletion(db),
  }
}

/** An unchanged row sends its version alone. Each call asks, so that a change by another node is seen at once. */
function finding(memo: ClientMemo): Statement<Asked, ClientRecord | undefined> {
  return {
    name: 'find_client',
    input: { client_id: 'text', known: 'text' },
    sql: input => `WITH input AS (${input})
      SELECT i.n, c.version, CASE WHEN c.version = i.known THEN NULL ELSE c.data END AS data
      FROM input AS i JOIN client AS c ON c.client_id = i.client_id`,
    values: ({ clientId, known }) => [clientId, known?.version ?? ''],
    parse: ([row], { clientId, known }) => {
      const version = row?.['version']
      const data = row?.['data']
      if (typeof version !== 'string') {
        memo.forget(clientId)
        return undefined
      }
      if (typeof data === 'string') return memo.remember(clientId, version, data)
      return known?.record
    },
  }
}

const saving: Statement<ClientRecord, boolean> = {
  name: 'save_client',
  input: { id: 'text', registration: 'text', version: 'text', is_declared: 'boolean', data: 'text' },
  sql: input => `WITH input AS (${input}), claimed AS (${claimIdentifier('client', 'SELECT id FROM input')}),
    saved AS (
      INSERT INTO client (client_id, registration, version, is_declared, data)
      SELECT i.id, i.registration, i.version, i.is_declared, i.data FROM input AS i JOIN claimed ON claimed.id = i.id
      ON CONFLICT (client_id) DO UPDATE SET version = excluded.version,
        is_declared = excluded.is_declared, data = excluded.data
      RETURNING client_id
    )
    SELECT i.n FROM input AS i JOIN saved ON saved.client_id = i.id`,
  values: ({ clientId, ...rest }) => {
    const data = JSON.stringify(rest)
    const version = createHash('sha256').update(data).digest('base64url')
    return [clientId, randomUUID(), version, rest.isDeclared === true, data]
  },
  keys: ({ clientId }) => [identifierKey(clientId)],
  parse: rows => rows.length === 1,
}

/**
 * The client's row goes first: whoever stores a status for a token of the client locks that row, and so either comes before what
 * revokes statuses or finds no client. A grant or a token that is being stored at the same time names the registration that is
 * gone with the row, so neither of them stands for a client which gets the identifier later. A code that is being stored at the
 * same time was not seen by the transaction; what was stored until it ended is revoked after it.
 */
function deletion(db: Database): Clients['deleteClient'] {
  return async (clientId, at) => {
    if (!isStorable(clientId)) return false
    const remove = async (query: Query) => {
      await query("DELETE FROM identifier WHERE id = $1 AND owner = 'client'", [clientId])
      const removed = await query('DELETE FROM client WHERE client_id = $1 RETURNING client_id', [clientId])
      await revokeFamiliesIn(query, { clientId }, at)
      await revokeClientTokensIn(query, clientId, at)
      await query('DELETE FROM scope_usage WHERE client_id = $1', [clientId])
      await query('DELETE FROM ticket WHERE client_id = $1', [clientId])
      await query('DELETE FROM consent WHERE client_id = $1', [clientId])
      return removed.length === 1
    }
    const isRemoved = await db.transact([identifierKey(clientId)], remove, true)
    await db.transact([], query => revokeFamiliesIn(query, { clientId }, at), true)
    return isRemoved
  }
}
