// RFC 7591 §3
import { after, isRefusal, type Refusal, type Seconds, seconds } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../../context.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { locateSecret, makeSecret } from '../../secret.ts'
import { readBearer, refuseToken } from './bearer.ts'

const kind = 'initial_token'

/** What whoever holds an initial access token may do with it. */
export type Invitation = {
  /** How many clients may register with it; one, where it is left out. */
  readonly uses?: number
  /** How long it is good; a week, where it is left out. */
  readonly ttl?: Seconds
  /** The ceiling of clients that register with it, instead of the policy's. */
  readonly scope?: readonly string[]
}

/** What an initial access token that was found lets its holder do. */
export type FoundInvitation = { readonly ticket: TicketRecord; readonly scope?: readonly string[] }

const week = seconds(7 * 86_400)

/**
 * Makes an initial access token: shown once, only its hash is kept.
 * @spec RFC 7591 §3
 * @throws {RangeError} for scope that the catalogue does not know, or a number of uses that is none
 */
export async function inviteClients(
  world: Pick<ServerContext, 'store' | 'clock' | 'crypto' | 'catalogue'>,
  { uses = 1, ttl = week, scope }: Invitation = {},
): Promise<string> {
  if (!Number.isSafeInteger(uses) || uses < 1) throw new RangeError('a whole number of uses, at least 1, is wanted')
  const unknown = world.catalogue.read(scope ?? []).unknown.map(token => `\`${token}\``)
  if (unknown.length > 0) throw new RangeError(`unknown scope ${unknown.join(', ')}`)
  const { text, ref } = makeSecret(world, kind)
  const createdAt = world.clock.now()
  const data = JSON.stringify({ uses, ...(scope && { scope }) } satisfies InvitationData)
  await world.store.saveTicket({
    ref,
    kind,
    createdAt,
    expiresAt: after(createdAt, ttl),
    revision: 0,
    isDroppable: false,
    data,
  })
  return text
}

/**
 * The invitation that a request carries, which is not yet used up by it.
 * @errors invalid_token: unknown, expired or used up; invalid_request: a header that is none
 */
export async function findInvitation(
  context: ServerContext,
  { request }: Exchange,
): Promise<FoundInvitation | undefined | Refusal<'invalid_token' | 'invalid_request'>> {
  const token = readBearer(request)
  if (token === undefined || isRefusal(token)) return token
  const ref = locateSecret(context.crypto, kind, token)
  const ticket = ref && (await context.store.findTicket(ref, kind))
  if (!ticket || ticket.expiresAt <= context.clock.now())
    return refuseToken(context, 'the initial access token is unknown, has expired or is used up')
  const { scope } = parseInvitation(ticket)
  return { ticket, ...(scope && { scope }) }
}

/** Uses an invitation once; answers whether it was still good. Of those who use it at once, no more succeed than it has uses. */
export async function useInvitation({ store }: ServerContext, { ticket }: FoundInvitation): Promise<boolean> {
  let found: TicketRecord | undefined = ticket
  while (found !== undefined) {
    const { uses, ...rest } = parseInvitation(found)
    if (uses <= 1) return (await store.takeTicket(found.ref, kind)) !== undefined
    const data = JSON.stringify({ ...rest, uses: uses - 1 } satisfies InvitationData)
    if (await store.changeTicket({ ...found, revision: found.revision + 1, data })) return true
    found = await store.findTicket(ticket.ref, kind)
  }
  return false
}

type InvitationData = { readonly uses: number; readonly scope?: readonly string[] }

function parseInvitation({ data }: TicketRecord): InvitationData {
  return JSON.parse(data) as InvitationData
}
