import type { Store, TicketSelection } from '@ambit/server'
import { byTicketAge } from '../../ticket-order.ts'
import { parseTicket, ticketColumns } from '../../ticket-row.ts'
import type { Database } from './database.ts'
import { shards } from './shard.ts'
import type { SqlValue } from './statement.ts'

/** Goes along the index of whatever the selection names that has the fewest tickets. */
export function ticketLister(db: Database): Store['listTickets'] {
  return async (selection, limit) => {
    const rows = await (isOwned(selection) ? listOwned(db, selection, limit) : listKind(db, selection.kind, limit))
    return rows
      .flatMap(row => parseTicket(row) ?? [])
      .sort(byTicketAge)
      .slice(0, limit)
  }
}

/** What is read of a ticket's row. */
export function ticketColumnsOf(table: string): string {
  return ticketColumns.map(column => `${table}.${column}`).join(', ')
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
  const sql = `SELECT ${ticketColumnsOf('t')} FROM ticket AS t WHERE t.kind = $1 AND ${conditions} ${oldest} $2`
  return db.list(sql, values)
}

function listKind(db: Database, kind: string, limit: number) {
  return db.list(oldestOfKind(ticketColumnsOf('o'), [true, false]), [kind, limit])
}

/** Selects columns of the `$2` oldest tickets `o` of the kind `$1`: of each place of the index the oldest, and of these the oldest. */
export function oldestOfKind(columns: string, areDroppable: readonly boolean[]): string {
  const places = Array.from({ length: shards }, (_, shard) => areDroppable.map(is => `(${shard}, ${is})`)).flat()
  return `SELECT ${columns} FROM (VALUES ${places.join(', ')}) AS place (shard, is_droppable)
    CROSS JOIN LATERAL (
      SELECT t.* FROM ticket AS t
      WHERE t.kind = $1 AND t.is_droppable = place.is_droppable AND t.shard = place.shard ${oldest} $2
    ) AS o
    ORDER BY o.created_at, o.locator, o.hash LIMIT $2`
}
