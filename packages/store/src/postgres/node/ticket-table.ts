import type { SecretRef, TicketRecord } from '@ambit/server'
import { droppableTicketLimit } from '../../limits.ts'
import type { Tickets } from '../../store-parts.ts'
import { parseTicket, ticketValues } from '../../ticket-row.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import { type LimitedRows, RowLimit } from './row-limit.ts'
import { shardOf } from './shard.ts'
import type { SqlType, Statement } from './statement.ts'
import { oldestOfKind, ticketColumnsOf, ticketLister } from './ticket-list.ts'

/** Tickets, and how their table hears that a sweep has removed something. */
export type TicketTable = Tickets & { readonly swept: () => void }
type Named = { readonly ref: SecretRef; readonly kind: string }

/** What waits to be used. One that is taken leaves nothing behind: whatever it is changed to afterwards finds no row. */
export function ticketTable(db: Database): TicketTable {
  const find = db.read(finding)
  const save = db.write(saving)
  const change = db.write(changing)
  const take = db.write(taking)
  const limits = new Map<string, RowLimit>()
  const limitOf = (kind: string) => {
    const limit = limits.get(kind) ?? new RowLimit(droppableOf(db, kind))
    limits.set(kind, limit)
    return limit
  }
  return {
    saveTicket: ticket => (ticket.isDroppable ? limitOf(ticket.kind).add(() => save(ticket)) : save(ticket)),
    findTicket: (ref, kind) => find({ ref, kind }),
    changeTicket: async ticket => {
      const isChanged = await change(ticket)
      if (isChanged && !ticket.isDroppable) limits.get(ticket.kind)?.reduced()
      return isChanged
    },
    takeTicket: async (ref, kind) => {
      const ticket = await take({ ref, kind })
      if (ticket?.isDroppable) limits.get(kind)?.removed()
      return ticket
    },
    listTickets: ticketLister(db),
    swept: () => {
      for (const limit of limits.values()) limit.reduced()
    },
  }
}

/** Those of a kind that anybody can make. */
function droppableOf(db: Database, kind: string): LimitedRows {
  const isMeant = 'kind = $1 AND is_droppable'
  return {
    limit: droppableTicketLimit,
    count: async () => {
      const [row] = await db.list(`SELECT count(*) AS count FROM ticket WHERE ${isMeant}`, [kind])
      return Number(row?.['count'])
    },
    removeOldest: async count => {
      await db.transact([], query =>
        query(
          `DELETE FROM ticket WHERE (shard, locator, hash) IN (${oldestOfKind('o.shard, o.locator, o.hash', [true])})`,
          [kind, count],
        ),
      )
    },
  }
}

const refInput = { ...refColumns.input, kind: 'text' } as const satisfies Record<string, SqlType>
const isNamed = 't.shard = i.shard AND t.locator = i.locator AND t.hash = i.hash AND t.kind = i.kind'

const finding: Statement<Named, TicketRecord | undefined> = {
  name: 'find_ticket',
  input: refInput,
  sql: input => `WITH input AS (${input})
    SELECT i.n, ${ticketColumnsOf('t')} FROM input AS i JOIN ticket AS t ON ${isNamed}`,
  values: named => refValues(named),
  parse: ([row]) => parseTicket(row),
}

const ticketInput = {
  ...refInput,
  client_id: 'text',
  user_id: 'text',
  session_id: 'text',
  created_at: 'bigint',
  expires_at: 'bigint',
  revision: 'bigint',
  is_droppable: 'boolean',
  data: 'text',
} as const satisfies Record<string, SqlType>
const allColumns = Object.keys(ticketInput)

/** `IS TRUE` lets the rows that were inserted be looked up; a join would compare each with each call. */
const saving: Statement<TicketRecord, boolean> = {
  name: 'save_ticket',
  input: ticketInput,
  sql: input => `WITH input AS (${input}), saved AS (
      INSERT INTO ticket (${allColumns.join(', ')}) SELECT ${allColumns.join(', ')} FROM input
      ON CONFLICT (shard, locator, hash) DO NOTHING RETURNING shard, locator, hash
    )
    SELECT n FROM input WHERE ((shard, locator, hash) IN (SELECT shard, locator, hash FROM saved)) IS TRUE`,
  values: ticket => [shardOf(ticket.ref), ...ticketValues(ticket)],
  keys: ({ ref }) => [ticketKey(ref)],
  parse: rows => rows.length === 1,
}

const changed = allColumns.filter(column => !Object.keys(refInput).includes(column))

const changing: Statement<TicketRecord, boolean> = {
  name: 'change_ticket',
  input: ticketInput,
  sql: input => `WITH input AS (${input}), changed AS (
      UPDATE ticket AS t SET ${changed.map(column => `${column} = i.${column}`).join(', ')} FROM input AS i
      WHERE ${isNamed} AND t.revision = i.revision - 1 RETURNING i.n
    )
    SELECT n FROM changed`,
  values: ticket => [shardOf(ticket.ref), ...ticketValues(ticket)],
  keys: ({ ref }) => [ticketKey(ref)],
  parse: rows => rows.length === 1,
}

const taking: Statement<Named, TicketRecord | undefined> = {
  name: 'take_ticket',
  input: refInput,
  sql: input => `WITH input AS (${input}), taken AS (
      DELETE FROM ticket AS t USING input AS i WHERE ${isNamed} RETURNING i.n, ${ticketColumnsOf('t')}
    )
    SELECT * FROM taken`,
  values: named => refValues(named),
  keys: ({ ref }) => [ticketKey(ref)],
  parse: ([row]) => parseTicket(row),
}

function ticketKey({ locator, hash }: SecretRef): string {
  return `ticket ${locator} ${hash}`
}

function refValues({ ref, kind }: Named) {
  return [...refColumns.values(ref), kind] as const
}
