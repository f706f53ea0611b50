import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, SecretHash, SessionId, TicketRecord, UserId } from '@ambit/server'
import type { Row } from './statement.ts'

type TicketRow = {
  readonly locator: number
  readonly hash: SecretHash
  readonly kind: string
  readonly client_id: ClientId | null
  readonly user_id: UserId | null
  readonly session_id: SessionId | null
  readonly created_at: EpochSeconds
  readonly expires_at: EpochSeconds
  readonly revision: number
  readonly is_droppable: boolean
  readonly data: string
}

const columns = [
  'locator',
  'hash',
  'kind',
  'client_id',
  'user_id',
  'session_id',
  'created_at',
  'expires_at',
  'revision',
  'is_droppable',
  'data',
] as const satisfies readonly (keyof TicketRow)[]

/** What is read of a ticket's row. */
export function ticketColumns(table: string): string {
  return columns.map(column => `${table}.${column}`).join(', ')
}

/** The ticket of a row. */
export function parseTicket(found: Row): TicketRecord {
  const row = found as TicketRow
  return {
    ref: { locator: row.locator, hash: row.hash },
    kind: row.kind,
    ...(row.client_id !== null && { clientId: row.client_id }),
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.session_id !== null && { sessionId: row.session_id }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revision: row.revision,
    isDroppable: row.is_droppable,
    data: row.data,
  }
}
