import type { Store, TicketSelection } from '@ambit/server'
import { byTicketAge } from '../../ticket-order.ts'
import type { Database } from './database.ts'
import { shards } from './shard.ts'
import type { SqlValue } from './statement.ts'
import { parseTicket, ticketColumns } from './ticket-row.ts'

/** Goes along the index of whatever the selection names that has the fewest tickets. */
export function ticketLister(db: Database): Store['listTickets'] {
  return async (selection, limit) => {
    const rows = await (isOwned(selection) ? listOwned(db, selection, limit) : listKind(db, selection.kind, limit))
    return rows.map(parseTicket).sort(byTicketAge).slice(0, limit)
  }
}

const oldest = 'ORDER BY t.created_at, t.locator, t.hash LIMIT'

function isOwned({ sessionId, userId, clientId }: TicketSelection): boolean {
  return sessionId !== undefined || userId !== undefined || clientId !== undefined
}

function listOwned(db: Database, { kind, sessionId, userId, clientId }: TicketSelection, limit: number) {
  const owners = Object.entries({ session_id: sessionId, user_id: userId, client_id: clientId }).filter(
    (owner): owner is [string, NonNullable<typeof sessionId>] => owner[1] !== undefined,
  )
  const conditions = owners.map(([column], index) => `t.${column} = $${index + 3}`).join(' AND ')
  const values: readonly SqlValue[] = [kind, limit, ...owners.map(([, owner]) => owner)]
  const sql = `SELECT ${ticketColumns('t')} FROM ticket AS t WHERE t.kind = $1 AND ${conditions} ${oldest} $2`
  return db.list(sql, values)
}

/** The oldest of each place of the index, of which the oldest of all are among them. */
function listKind(db: Database, kind: string, limit: number) {
  const places = Array.from({ length: shards }, (_, shard) => [`(${shard}, true)`, `(${shard}, false)`]).flat()
  return db.list(
    `SELECT ${ticketColumns('o')} FROM (VALUES ${places.join(', ')}) AS place (shard, is_droppable)
     CROSS JOIN LATERAL (
       SELECT ${ticketColumns('t')} FROM ticket AS t
       WHERE t.kind = $1 AND t.is_droppable = place.is_droppable AND t.shard = place.shard ${oldest} $2
     ) AS o`,
    [kind, limit],
  )
}
