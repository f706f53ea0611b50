import type { TicketRecord, TicketSelection } from '@ambit/server'
import { droppableTicketLimit } from '../../limits.ts'
import type { Tickets } from '../../store-parts.ts'
import { byTicketAge } from '../../ticket-order.ts'
import { parseTicket, ticketColumns, ticketValues } from '../../ticket-row.ts'
import type { Database } from './database.ts'

const columns = ticketColumns.join(', ')

/** What waits to be used. One that is taken leaves nothing behind: whatever it is changed to afterwards finds no row. */
export function ticketTable(db: Database): Tickets {
  const find = db.prepare(`SELECT ${columns} FROM ticket WHERE locator = ? AND hash = ? AND kind = ?`)
  const change = db.prepare(
    `UPDATE ticket SET client_id = ?4, user_id = ?5, session_id = ?6, created_at = ?7, expires_at = ?8, revision = ?9,
     is_droppable = ?10, data = ?11 WHERE locator = ?1 AND hash = ?2 AND kind = ?3 AND revision = ?9 - 1`,
  )
  const take = db.prepare(`DELETE FROM ticket WHERE locator = ? AND hash = ? AND kind = ? RETURNING ${columns}`)
  const save = ticketInsert(db)
  return {
    saveTicket: ticket => db.write(() => save(ticket)),
    findTicket: (ref, kind) => db.read(() => parseTicket(find.get(ref.locator, ref.hash, kind))),
    changeTicket: ticket => db.write(() => change.run(...valuesOf(ticket)).changes === 1),
    takeTicket: (ref, kind) => db.write(() => parseTicket(take.get(ref.locator, ref.hash, kind))),
    listTickets: lister(db),
  }
}

/** Of those that may be dropped a trigger counts how many there are, so that nobody has to. */
function ticketInsert(db: Database): (ticket: TicketRecord) => boolean {
  const insert = db.prepare(
    `INSERT INTO ticket (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (locator, hash) DO NOTHING`,
  )
  const count = db.prepare('SELECT count FROM ticket_count WHERE kind = ?')
  const dropOldest = db.prepare(
    `DELETE FROM ticket WHERE (locator, hash) IN
     (SELECT locator, hash FROM ticket INDEXED BY ticket_kind WHERE kind = ? AND is_droppable = 1
      ORDER BY created_at, locator, hash LIMIT ?)`,
  )
  return ticket => {
    if (insert.run(...valuesOf(ticket)).changes === 0) return false
    const tooMany = ticket.isDroppable ? Number(count.get(ticket.kind)?.['count']) - droppableTicketLimit : 0
    if (tooMany > 0) dropOldest.run(ticket.kind, tooMany)
    return true
  }
}

/** Goes along the index of whatever the selection names that has the fewest tickets. */
function lister(db: Database): Tickets['listTickets'] {
  const ordered = 'ORDER BY created_at, locator, hash LIMIT'
  const ofKind = db.prepare(
    `SELECT ${columns} FROM ticket INDEXED BY ticket_kind WHERE kind = ? AND is_droppable = ? ${ordered} ?`,
  )
  const ofOwner = (index: string, condition: string) =>
    db.prepare(
      `SELECT ${columns} FROM ticket INDEXED BY ${index} WHERE kind = ?1 AND ${condition}
       AND session_id IS ifnull(?2, session_id) AND user_id IS ifnull(?3, user_id)
       AND client_id IS ifnull(?4, client_id) ${ordered} ?5`,
    )
  const ofSession = ofOwner('ticket_session', 'session_id = ?2')
  const ofUser = ofOwner('ticket_user', 'user_id = ?3')
  const ofClient = ofOwner('ticket_client', 'client_id = ?4')
  const rowsOf = ({ kind, sessionId, userId, clientId }: TicketSelection, limit: number) => {
    const owned = (statement: typeof ofUser) =>
      statement.all(kind, sessionId ?? null, userId ?? null, clientId ?? null, limit)
    if (sessionId !== undefined) return owned(ofSession)
    if (userId !== undefined) return owned(ofUser)
    if (clientId !== undefined) return owned(ofClient)
    return [0, 1].flatMap(isDroppable => ofKind.all(kind, isDroppable, limit))
  }
  return (selection, limit) =>
    db.read(() =>
      rowsOf(selection, limit)
        .flatMap(row => parseTicket(row) ?? [])
        .sort(byTicketAge)
        .slice(0, limit),
    )
}

/** SQLite takes no booleans. */
function valuesOf(ticket: TicketRecord) {
  return ticketValues(ticket).map(value => (typeof value === 'boolean' ? Number(value) : value))
}
