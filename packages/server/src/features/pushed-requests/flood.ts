// RFC 9126 §2.3
import { type Refusal, refuse, seconds } from '@ambit/protocol'
import { networkOf } from '../../accounts/network.ts'
import type { AuthenticatedClient } from '../../client/authenticated-client.ts'
import type { Exchange, ServerContext } from '../../context.ts'

/** How many requests of one public client are taken from one network within a window. */
export const pushLimits = { windowTtl: seconds(60), requests: 300 } as const

/**
 * Anybody can push in the name of a public client, and what is kept is bounded: from one too many on, a network is told to
 * wait, so that it cannot push out the requests of others.
 * @spec RFC 9126 §2.3
 */
export async function refuseFlood(
  { store, clock, crypto }: ServerContext,
  { request }: Exchange,
  client: AuthenticatedClient,
): Promise<Refusal<'temporarily_unavailable'> | undefined> {
  if (client.authenticationMethod !== 'none') return undefined
  const now = clock.now()
  const key = `pushed:${crypto.hash(client.clientId)}:${networkOf(request.remoteAddress)}`
  const { count, windowEndsAt } = await store.countFailure(key, now, pushLimits.windowTtl)
  if (count <= pushLimits.requests) return undefined
  const refusal = refuse('temporarily_unavailable', 'too many requests of this client came from your network')
  return { ...refusal, status: 429, retryAfter: Math.max(1, windowEndsAt - now) }
}
