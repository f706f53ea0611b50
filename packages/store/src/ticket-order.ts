import type { TicketRecord } from '@ambit/server'

/** The oldest first; of the same second, as their references stand in the file. */
export function byTicketAge(a: TicketRecord, b: TicketRecord): number {
  return a.createdAt - b.createdAt || a.ref.locator - b.ref.locator || (a.ref.hash < b.ref.hash ? -1 : 1)
}
