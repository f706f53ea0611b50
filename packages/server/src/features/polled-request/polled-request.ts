// RFC 8628 §3.1, OpenID Connect CIBA Core §7.1
import type { EpochSeconds, Parameters, Seconds } from '@ambit/protocol'
import type { RequestId, SecretRef } from '../../ports/ids.ts'
import type { ClientRecord, UserRecord } from '../../ports/records.ts'
import type { Store } from '../../ports/store.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'

/**
 * A request that a client waits for by asking again and again, while its user is asked elsewhere. What is granted is a code
 * record under the ticket's own reference, so that it is exchanged once.
 */
export type PolledRequest = {
  readonly state: 'pending' | 'approved' | 'denied'
  /** What is asked, as a form. */
  readonly parameters: string
  readonly requestId: RequestId
  /** How long the client waits between two polls; each that comes too soon makes it longer. @spec RFC 8628 §3.5 */
  readonly interval: Seconds
  /** Milliseconds since the epoch. */
  readonly polledAt?: number
  /** By which process, whose clock may be another. */
  readonly polledBy?: string
  /** The network that it came from, see `networkOf`. */
  readonly network?: string
  /** @spec OpenID Connect CIBA Core §7.1 */
  readonly bindingMessage?: string
  /** What a ping needs, encrypted. @spec OpenID Connect CIBA Core §10.2 */
  readonly sealedPing?: string
}

/** A polled request with the ticket that it is kept in. */
export type PolledTicket = { readonly ticket: TicketRecord; readonly request: PolledRequest }

/** A request that is new. */
export type NewPolledRequest = Omit<PolledRequest, 'state' | 'polledAt'> & {
  readonly ref: SecretRef
  readonly kind: string
  readonly client: ClientRecord
  /** Present: only this user may answer it. */
  readonly user?: UserRecord
  readonly createdAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  readonly isDroppable: boolean
}

/** Keeps a request until its user has answered it. */
export async function savePolledRequest(store: Store, begun: NewPolledRequest): Promise<void> {
  const { ref, kind, client, user, createdAt, expiresAt, isDroppable, ...request } = begun
  await store.saveTicket({
    ref,
    kind,
    clientId: client.clientId,
    ...(user && { userId: user.userId }),
    createdAt,
    expiresAt,
    revision: 0,
    isDroppable,
    data: JSON.stringify({ state: 'pending', ...request } satisfies PolledRequest),
  })
}

/** The request of a ticket that this file wrote. */
export function readPolledTicket(ticket: TicketRecord): PolledTicket {
  return { ticket, request: JSON.parse(ticket.data) as PolledRequest }
}

/** Finds a request by where its secret stands. */
export async function findPolledRequest(store: Store, ref: SecretRef, kind: string): Promise<PolledTicket | undefined> {
  const ticket = await store.findTicket(ref, kind)
  return ticket && readPolledTicket(ticket)
}

/** Changes a request where nobody else has changed it since it was read; answers whether it was. */
export function changePolledRequest(
  store: Store,
  { ticket, request }: PolledTicket,
  changes: Partial<PolledRequest> & Partial<Pick<TicketRecord, 'userId' | 'isDroppable'>>,
): Promise<boolean> {
  const { userId = ticket.userId, isDroppable = ticket.isDroppable, ...changed } = changes
  return store.changeTicket({
    ...ticket,
    ...(userId !== undefined && { userId }),
    isDroppable,
    revision: ticket.revision + 1,
    data: JSON.stringify({ ...request, ...changed } satisfies PolledRequest),
  })
}

/** Whether the user can still answer. */
export function isPending({ ticket, request }: PolledTicket, now: EpochSeconds): boolean {
  return request.state === 'pending' && ticket.expiresAt > now
}

/** Prints those parameters of a request that mean something to whoever is asked. */
export function printAsked(form: Parameters, names: readonly string[]): string {
  const pairs = names.flatMap(name => form.all(name).map(value => [name, value]))
  return new URLSearchParams(pairs).toString()
}
