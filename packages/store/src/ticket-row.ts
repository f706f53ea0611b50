import type { EpochSeconds } from '@ambit/protocol'
import type { ClientId, SecretHash, SessionId, TicketRecord, UserId } from '@ambit/server'

/** A boolean is a number in SQLite. */
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
  readonly is_droppable: boolean | number
  readonly data: string
}

/** The columns of a ticket. */
export const ticketColumns = [
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

/** A ticket's values, in the order of {@link ticketColumns}. */
export function ticketValues(ticket: TicketRecord) {
  const { ref, kind, clientId = null, userId = null, sessionId = null } = ticket
  const { createdAt, expiresAt, revision, isDroppable, data } = ticket
  const owners = [clientId, userId, sessionId] as const
  return [ref.locator, ref.hash, kind, ...owners, createdAt, expiresAt, revision, isDroppable, data] as const
}

/** The ticket of a row; `undefined` where there is none. */
export function parseTicket(found: unknown): TicketRecord | undefined {
  if (!found) return undefined
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
    isDroppable: Boolean(row.is_droppable),
    data: row.data,
  }
}
