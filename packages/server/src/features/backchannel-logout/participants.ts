// OpenID Connect Back-Channel Logout §2, §2.5
import { after, type Seconds, seconds } from '@ambit/protocol'
import { subjectFor } from '../../claims/subject.ts'
import { metadataOf } from '../../client/metadata-field.ts'
import type { ServerContext } from '../../context.ts'
import type { EndedSession } from '../../feature.ts'
import type { IssuanceUser } from '../../grants/grant.ts'
import type { ClientId, SecretRef, SessionId } from '../../ports/ids.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { logoutUri } from './client-fields.ts'
import { type DeliverySettings, saveDelivery } from './delivery.ts'

const participantKind = 'logout_participant'
const endedKind = 'logout_ended'
/** No request lasts as long. */
const endedTtl = seconds(60)
/** Participants are read in parts of this size. */
const batch = 100

/** A client that got an ID token of a session. */
type Participant = { readonly client: ClientRecord; readonly user: IssuanceUser & { readonly sessionId: SessionId } }

/**
 * Remembers that a client took part in a session: once, however often it gets tokens. Where the session ended while the
 * tokens were issued, the client is told at once: of what is written here and what `endParticipants` reads, one sees the other.
 */
export async function noteParticipant(
  context: ServerContext,
  settings: DeliverySettings,
  { client, user }: Participant,
): Promise<readonly TicketRecord[]> {
  if (metadataOf(client, logoutUri) === undefined) return []
  const { sessionId, userId } = user
  await context.store.saveTicket({
    ...ticketOf(context, context.ttl.sessionAbsolute),
    ref: participantRef(context, sessionId, client.clientId),
    kind: participantKind,
    clientId: client.clientId,
    sessionId,
    userId,
  })
  const ended = await context.store.findTicket(endedRef(context, sessionId), endedKind)
  return ended && ended.expiresAt > context.clock.now() ? endParticipants(context, settings, { userId, sessionId }) : []
}

/**
 * Turns the participants of a session, or of all sessions of a user, into deliveries that are stored; what is answered can be
 * sent. Each participant is told once, however many logouts come at the same time, and none is lost where the process dies:
 * a delivery is stored before its participant is forgotten.
 */
export async function endParticipants(
  context: ServerContext,
  settings: DeliverySettings,
  ended: EndedSession,
): Promise<readonly TicketRecord[]> {
  const { sessionId } = ended
  if (sessionId !== undefined) await noteEnd(context, sessionId)
  const deliveries: TicketRecord[] = []
  for (;;) {
    const participants = await context.store.listTickets({ kind: participantKind, ...ended }, batch)
    for (const participant of participants) deliveries.push(...(await endParticipant(context, settings, participant)))
    if (participants.length < batch) return deliveries
  }
}

async function endParticipant(
  context: ServerContext,
  settings: DeliverySettings,
  { ref, clientId, sessionId, userId }: TicketRecord,
): Promise<readonly TicketRecord[]> {
  const client = clientId && (await context.store.findClient(clientId))
  if (!client || sessionId === undefined || userId === undefined) {
    await context.store.takeTicket(ref, participantKind)
    return []
  }
  const subject = await subjectFor(context, client, userId)
  const delivery = await saveDelivery(context, settings, { client, ended: { subject, sessionId } })
  await context.store.takeTicket(ref, participantKind)
  return delivery ? [delivery] : []
}

/** For whoever was issued tokens at the same time. */
async function noteEnd(context: ServerContext, sessionId: SessionId): Promise<void> {
  await context.store.saveTicket({
    ...ticketOf(context, endedTtl),
    ref: endedRef(context, sessionId),
    kind: endedKind,
    sessionId,
  })
}

function ticketOf({ clock }: ServerContext, ttl: Seconds) {
  const now = clock.now()
  return { createdAt: now, expiresAt: after(now, ttl), revision: 0, isDroppable: false, data: '{}' } as const
}

/** Found from what it is about, and a secret of nobody. */
function participantRef({ crypto }: ServerContext, sessionId: SessionId, clientId: ClientId): SecretRef {
  return { locator: 0, hash: crypto.hash(`logout participant\n${sessionId}\n${clientId}`) }
}

function endedRef({ crypto }: ServerContext, sessionId: SessionId): SecretRef {
  return { locator: 0, hash: crypto.hash(`logout ended\n${sessionId}`) }
}
