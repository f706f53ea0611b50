// Grant Management for OAuth 2.0 §5.5, §9
import { after, seconds } from '@ambit/protocol'
import { isStanding } from '../../authorize/consent.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientId } from '../../ports/ids.ts'
import type { GrantRecord } from '../../ports/records.ts'
import type { TicketRecord } from '../../ports/waiting-records.ts'
import { deriveSecret, locateSecret } from '../../secret.ts'
import { settledSecret } from '../../settled.ts'

const kind = 'grant_id'
/** As long as its client is there, which takes it along. */
const noEnd = seconds(100 * 365 * 86_400)

/**
 * The identifier of a grant: the same each time, and nothing can be told from it about the user. It is made from a secret of
 * the server and kept as a hash, and it ends with the grant: one that is begun anew has another.
 * @spec Grant Management for OAuth 2.0 §5.5, §9
 */
export async function grantIdOf(context: ServerContext, grant: GrantRecord): Promise<string> {
  const { store, crypto } = context
  const { clientId, userId, createdAt } = grant
  const key = await settledSecret(context, kind)
  const text = JSON.stringify([clientId, userId, createdAt])
  const made = deriveSecret(crypto, kind, { key, text, locator: createdAt * 1000 })
  const expiresAt = after(context.clock.now(), noEnd)
  const { ref } = made
  if ((await store.findTicket(ref, kind)) === undefined)
    await store.saveTicket({
      ref,
      kind,
      clientId,
      userId,
      createdAt,
      expiresAt,
      revision: 0,
      isDroppable: false,
      data: '{}',
    })
  return made.text
}

/** A grant that is there, and the ticket of its identifier. */
export type IdentifiedGrant = { readonly grant: GrantRecord; readonly ticket: TicketRecord }

/** The grant of an identifier, where it is one of this client and still the one that it was made for. */
export async function findGrantOf(
  { store, crypto, clock }: ServerContext,
  clientId: ClientId,
  grantId: string,
): Promise<IdentifiedGrant | undefined> {
  const ref = locateSecret(crypto, kind, grantId)
  const ticket = ref && (await store.findTicket(ref, kind))
  if (ticket?.userId === undefined || ticket.clientId !== clientId) return undefined
  const grant = await store.findGrant(ticket.userId, clientId)
  const isSame = isStanding(grant, clock.now()) && grant.createdAt === ticket.createdAt
  return isSame ? { grant, ticket } : undefined
}

/** Forgets the identifier of a grant that has ended. */
export async function forgetGrantId({ store }: ServerContext, { ref }: TicketRecord): Promise<void> {
  await store.takeTicket(ref, kind)
}
