// RFC 7591 §5
import { after, type EpochSeconds, type Refusal, refuse, type Seconds, seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { eachClient } from '../../each.ts'
import type { SecretRef } from '../../ports/ids.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { Store } from '../../ports/store.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import type { RegistrationLimits } from './options.ts'
import { noEnd } from './registration-token.ts'

const kind = 'unused_client'
/** How many unused clients one registration looks at. */
const batch = 20
/** A client that is younger is not removed, however many there are: its user may be on the login page. */
const firstSteps = seconds(3600)
const recountTtl = seconds(60)
const mostRemembered = 10_000

/** Notes that a client has registered and has no token yet. */
export async function noteUnused(context: ServerContext, client: ClientRecord): Promise<void> {
  await context.store.saveTicket({
    ref: unusedRef(context, client),
    kind,
    clientId: client.clientId,
    createdAt: client.createdAt,
    expiresAt: after(client.createdAt, noEnd),
    revision: 0,
    isDroppable: false,
    data: '{}',
  })
}

const used = new WeakMap<ServerContext, Set<string>>()

/** Notes that a client got a token: from then on it stays. Each process writes that once for a client. */
export async function noteUse(context: ServerContext, client: ClientRecord): Promise<void> {
  const known = used.get(context) ?? new Set()
  used.set(context, known)
  if (client.isDeclared || known.has(client.clientId)) return
  await context.store.takeTicket(unusedRef(context, client), kind)
  if (known.size >= mostRemembered) known.clear()
  known.add(client.clientId)
}

/** Found from the client alone, and a secret of nobody. */
function unusedRef({ crypto }: ServerContext, { clientId, createdAt }: ClientRecord): SecretRef {
  return { locator: createdAt * 1000, hash: crypto.hash(`unused client\n${clientId}`) }
}

type Count = { count: number }
type Counting = { readonly count: Promise<Count>; readonly beganAt: EpochSeconds }
const countings = new WeakMap<ServerContext, Counting>()

/**
 * Makes room for one more client: removes some that got no token within their time, and where there are too many the oldest
 * of those that have none yet, so that a flood pushes out itself.
 * @errors temporarily_unavailable: too many clients, and all are used or just registered
 */
export async function makeRoom(
  context: ServerContext,
  { clients, unusedTtl }: RegistrationLimits,
): Promise<Refusal<'temporarily_unavailable'> | undefined> {
  const counted = await countClients(context)
  const unused = await context.store.listTickets({ kind }, batch)
  for (const ticket of unused) {
    const isFull = counted.count >= clients
    if (isOlder(context, ticket, isFull ? firstSteps : unusedTtl) && (await removeUnused(context, ticket)))
      counted.count--
  }
  if (counted.count >= clients)
    return {
      ...refuse('temporarily_unavailable', 'no more clients can register now', 'the limit of clients is reached'),
      retryAfter: firstSteps,
    }
  counted.count++
  return undefined
}

function isOlder({ clock }: ServerContext, { createdAt }: TicketRecord, ttl: Seconds): boolean {
  return after(createdAt, ttl) <= clock.now()
}

/** Whoever takes the ticket decides: here the client is removed, in `noteUse` it stays. */
async function removeUnused({ store, clock }: ServerContext, ticket: TicketRecord): Promise<boolean> {
  const taken = await store.takeTicket(ticket.ref, kind)
  return taken?.clientId !== undefined && (await store.deleteClient(taken.clientId, clock.now()))
}

/** Counted anew every minute, by one for all who ask meanwhile; in between, what this process adds. */
async function countClients(context: ServerContext): Promise<Count> {
  const known = countings.get(context)
  const now = context.clock.now()
  if (known && known.beganAt <= now && now < known.beganAt + recountTtl) return known.count
  const counting: Counting = { count: countRegistered(context.store), beganAt: now }
  countings.set(context, counting)
  try {
    return await counting.count
  } catch (error) {
    if (countings.get(context) === counting) countings.delete(context)
    throw error
  }
}

const ofDocuments = 'https://'
/** Every identifier that begins so stands before it. */
const afterDocuments = `${ofDocuments}\u{10ffff}`

/**
 * Clients of documents came another way: whoever fills the store with them takes no room from those that register. There may be
 * any number of them, so the list is left where they begin and taken up behind them.
 */
async function countRegistered(store: Pick<Store, 'listClients'>): Promise<Count> {
  let count = 0
  for await (const { clientId, isDeclared } of eachClient(store)) {
    if (clientId >= ofDocuments) break
    if (!isDeclared) count++
  }
  for await (const { isDeclared } of eachClient(store, afterDocuments)) if (!isDeclared) count++
  return { count }
}
