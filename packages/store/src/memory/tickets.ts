import type { SecretRef, TicketRecord } from '@ambit/server'
import { droppableTicketLimit } from '../limits.ts'
import type { Tickets } from '../store-parts.ts'
import { byTicketAge } from '../ticket-order.ts'
import { type MemoryState, refKey } from './state.ts'

type Shelf = Map<string, TicketRecord>

/** What waits to be used. */
export function tickets(state: MemoryState): Tickets {
  return {
    saveTicket: async ticket => {
      const key = refKey(ticket.ref)
      if ([...state.tickets.values()].some(shelf => shelf.has(key))) return false
      const shelf = shelfOf(state, ticket)
      shelf.set(key, ticket)
      if (ticket.isDroppable) dropOldest(shelf)
      return true
    },
    findTicket: async (ref, kind) => find(state, ref, kind),
    changeTicket: async ticket => {
      const found = find(state, ticket.ref, ticket.kind)
      if (found?.revision !== ticket.revision - 1) return false
      if (found.isDroppable !== ticket.isDroppable) shelfOf(state, found).delete(refKey(ticket.ref))
      shelfOf(state, ticket).set(refKey(ticket.ref), ticket)
      return true
    },
    takeTicket: async (ref, kind) => {
      const found = find(state, ref, kind)
      if (found) shelfOf(state, found).delete(refKey(ref))
      return found
    },
    listTickets: async ({ kind, userId, clientId, sessionId }, limit) =>
      shelvesOf(state, kind)
        .flatMap(shelf => [...shelf.values()])
        .filter(ticket => userId === undefined || ticket.userId === userId)
        .filter(ticket => clientId === undefined || ticket.clientId === clientId)
        .filter(ticket => sessionId === undefined || ticket.sessionId === sessionId)
        .sort(byTicketAge)
        .slice(0, limit),
  }
}

/** Removes the tickets that are meant. */
export function removeTickets({ tickets }: MemoryState, isMeant: (ticket: TicketRecord) => boolean): void {
  for (const shelf of tickets.values()) for (const [key, ticket] of shelf) if (isMeant(ticket)) shelf.delete(key)
}

function find(state: MemoryState, ref: SecretRef, kind: string): TicketRecord | undefined {
  const [dropped, kept] = shelvesOf(state, kind)
  return dropped?.get(refKey(ref)) ?? kept?.get(refKey(ref))
}

function shelvesOf(state: MemoryState, kind: string): readonly Shelf[] {
  return [true, false].map(isDroppable => shelfOf(state, { kind, isDroppable }))
}

function shelfOf({ tickets }: MemoryState, { kind, isDroppable }: Pick<TicketRecord, 'kind' | 'isDroppable'>): Shelf {
  const name = `${isDroppable} ${kind}`
  const shelf = tickets.get(name) ?? new Map<string, TicketRecord>()
  tickets.set(name, shelf)
  return shelf
}

function dropOldest(shelf: Shelf): void {
  const [oldest] = shelf.keys()
  if (shelf.size > droppableTicketLimit && oldest !== undefined) shelf.delete(oldest)
}
