// RFC 7592 §2, §3, §5
import { after, isRefusal, type Refusal, seconds } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../../context.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { locateSecret, type MadeSecret, makeSecret } from '../../secret.ts'
import { readBearer, refuseToken } from './bearer.ts'

const kind = 'registration_token'
/** As long as its client is there, which takes it along. */
export const noEnd = seconds(100 * 365 * 86_400)

/** By whose leave a client registered: what its changes are judged by too. */
export type RegisteredBy = {
  /** The ceiling of the invitation it came with; the policy's, where it is left out. */
  readonly scope?: readonly string[]
  /** An invitation stood for it, and stands for what it becomes; a software statement stands for what it came with alone. */
  readonly isInvited: boolean
}

/** A client that proved to be the one it manages, by a token that is still there. */
export type ManagedClient = { readonly client: ClientRecord; readonly ticket: TicketRecord; readonly by: RegisteredBy }

/** Makes the token by which a client manages itself. @spec RFC 7592 §3 */
export async function makeRegistrationToken(
  context: ServerContext,
  clientId: ClientId,
  by: RegisteredBy,
): Promise<MadeSecret> {
  const made = makeSecret(context, kind)
  const createdAt = context.clock.now()
  await context.store.saveTicket({
    ref: made.ref,
    kind,
    clientId,
    createdAt,
    expiresAt: after(createdAt, noEnd),
    revision: 0,
    isDroppable: false,
    data: JSON.stringify(by),
  })
  return made
}

/** Makes a token void; of those who do so at once, one is answered that it did. @spec RFC 7592 §2.2, §2.3 */
export async function takeRegistrationToken(
  { store }: ServerContext,
  { ref }: Pick<TicketRecord, 'ref'>,
): Promise<boolean> {
  return (await store.takeTicket(ref, kind)) !== undefined
}

/** Whether a token is still there; it goes with its client. */
export async function hasRegistrationToken({ store }: ServerContext, { ref }: MadeSecret): Promise<boolean> {
  return (await store.findTicket(ref, kind)) !== undefined
}

const unusable = 'the registration access token is not one of this client'

/**
 * The client that a management request is about, where its own registration access token came with it.
 * @spec RFC 7592 §2, §2.1
 * @errors invalid_token: none, unknown, another client's, or of a client that is no longer there; invalid_request: a header
 * that is none, or a client that the configuration file declares
 */
export async function findManagedClient(
  context: ServerContext,
  { request }: Exchange,
): Promise<ManagedClient | Refusal<'invalid_token' | 'invalid_request'>> {
  const token = readBearer(request)
  if (isRefusal(token)) return token
  if (token === undefined) return refuseToken(context, 'a registration access token is needed')
  const ref = locateSecret(context.crypto, kind, token)
  const ticket = ref && (await context.store.findTicket(ref, kind))
  if (!ticket) return refuseToken(context, unusable, 'the registration access token is unknown')
  const clientId = request.path.slice(request.path.lastIndexOf('/') + 1)
  if (ticket.clientId !== clientId)
    return refuseToken(context, unusable, `the registration access token is of \`${ticket.clientId}\``)
  const client = await context.store.findClient(clientId)
  const managed = client && { client, ticket, by: parseRegisteredBy(ticket) }
  if (managed === undefined) return refuseToken(context, unusable, 'the client is no longer there')
  if (managed.client.isDeclared) return refuseDeclared()
  return managed
}

/** @spec RFC 7592 §2.1 */
function refuseDeclared(): Refusal<'invalid_request'> {
  const description = 'this client is changed by whoever runs the server'
  return {
    kind: 'refusal',
    error: 'invalid_request',
    description,
    reason: 'the client is declared in the configuration',
    status: 403,
  }
}

function parseRegisteredBy({ data }: TicketRecord): RegisteredBy {
  return JSON.parse(data) as RegisteredBy
}
