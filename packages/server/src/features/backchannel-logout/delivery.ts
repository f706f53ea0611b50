// OpenID Connect Back-Channel Logout §2.5, §2.8
import { after, type EpochSeconds, type Seconds, seconds } from '@ambit/protocol'
import { metadataOf } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { logoutUri } from './client-fields.ts'
import { type EndedLogin, makeLogoutToken } from './logout-token.ts'

/** After which spans a client is tried again; behind the last one it is given up. */
export type DeliverySettings = { readonly retryAfter: readonly Seconds[] }

/** What a delivery keeps: whose session ended, how often it was tried, and when it is tried next. */
type Delivery = EndedLogin & { readonly attempts: number; readonly dueAt: EpochSeconds }

const deliveryKind = 'logout_delivery'
/** The most that is read of a client's answer, and how long it is waited for. */
const limits = { maxBytes: 4096, timeoutMillis: 5000 } as const
/** Longer than an attempt lasts, so that nobody takes over one that is under way. */
const leastWait = seconds(10)
const mostRead = 500
const mostAtOnce = 20

/** Stores that a client is to be told; `undefined` where that is stored already. */
export async function saveDelivery(
  { store, clock, crypto }: ServerContext,
  { retryAfter }: DeliverySettings,
  { client, ended }: { readonly client: ClientRecord; readonly ended: EndedLogin },
): Promise<TicketRecord | undefined> {
  const now = clock.now()
  const patience = retryAfter.reduce((sum, span) => sum + span, 0)
  const ticket: TicketRecord = {
    ref: { locator: 0, hash: crypto.hash(`logout delivery\n${ended.sessionId}\n${client.clientId}`) },
    kind: deliveryKind,
    clientId: client.clientId,
    createdAt: now,
    // the last attempt may come late, where the server was not running
    expiresAt: after(now, seconds(2 * patience + 3600)),
    revision: 0,
    isDroppable: false,
    data: JSON.stringify({ ...ended, attempts: 0, dueAt: now } satisfies Delivery),
  }
  return (await store.saveTicket(ticket)) ? ticket : undefined
}

/** Sends what is due, a few at once. */
export async function deliverDue(context: ServerContext, settings: DeliverySettings): Promise<void> {
  const now = context.clock.now()
  const waiting = await context.store.listTickets({ kind: deliveryKind }, mostRead)
  const due = waiting.filter(ticket => readDelivery(ticket).dueAt <= now && ticket.expiresAt > now)
  for (let from = 0; from < due.length; from += mostAtOnce)
    await Promise.all(due.slice(from, from + mostAtOnce).map(ticket => deliver(context, settings, ticket)))
}

/**
 * Tells a client of a logout. Of those who try at once, in whatever process, one sends; where it dies while it does, the
 * next attempt is written already.
 * @spec OpenID Connect Back-Channel Logout §2.5
 */
export async function deliver(
  context: ServerContext,
  { retryAfter }: DeliverySettings,
  ticket: TicketRecord,
): Promise<void> {
  const { store, clock } = context
  const delivery = readDelivery(ticket)
  const wait = retryAfter[delivery.attempts]
  const next = { attempts: delivery.attempts + 1, dueAt: after(clock.now(), seconds(Math.max(wait ?? 0, leastWait))) }
  const claimed = { ...ticket, revision: ticket.revision + 1, data: JSON.stringify({ ...delivery, ...next }) }
  if (context.outbound === undefined || !(await store.changeTicket(claimed))) return
  const failure = await send(context, ticket, delivery)
  if (failure !== undefined) warn(context, ticket, wait === undefined ? `${failure}; it is given up` : failure)
  if (failure === undefined || wait === undefined) await store.takeTicket(ticket.ref, deliveryKind)
}

/** Why the client was not told; `undefined` where it was. @spec OpenID Connect Back-Channel Logout §2.8 */
async function send(
  context: ServerContext,
  { clientId }: Pick<TicketRecord, 'clientId'>,
  ended: EndedLogin,
): Promise<string | undefined> {
  const client = clientId && (await context.store.findClient(clientId))
  const url = client && metadataOf(client, logoutUri)
  if (!client || url === undefined || context.outbound === undefined) return undefined
  const body = new URLSearchParams({ logout_token: makeLogoutToken(context, client, ended) }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  try {
    const { status } = await context.outbound({ url, method: 'POST', headers, body, ...limits })
    return status === 200 || status === 204 ? undefined : `it answered ${status}`
  } catch (error) {
    return String(error)
  }
}

function readDelivery({ data }: TicketRecord): Delivery {
  return JSON.parse(data) as Delivery
}

function warn(context: ServerContext, { clientId }: TicketRecord, reason: string): void {
  const message = `the client \`${clientId ?? ''}\` could not be told that its user has logged out: ${reason}`
  context.observe({ kind: 'warning', about: logoutUri.name, message })
}
