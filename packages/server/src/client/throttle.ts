// RFC 6749 §10.10
import { type Refusal, seconds } from '@ambit/protocol'
import { networkOf } from '../accounts/network.ts'
import type { Exchange, ServerContext } from '../context.ts'

/** How many wrong proofs of one client from one network are told apart from too many, within a window. */
export const clientFailureLimits = { windowTtl: seconds(300), failures: 10 } as const

/**
 * Counts a proof that was found wrong; from one too many on, the answer is 429. Only wrong proofs are counted, after
 * they were looked at, so the right one is never kept out. Clients that do not exist share one count for each network, so
 * that made-up ones cannot fill the store.
 * @spec RFC 6749 §10.10, RFC 6585 §4
 */
export async function countFailure(
  context: ServerContext,
  { request }: Exchange,
  failed: { readonly clientId: string; readonly isKnown: boolean; readonly refusal: Refusal<'invalid_client'> },
): Promise<Refusal<'invalid_client'>> {
  const { clientId, isKnown, refusal } = failed
  const now = context.clock.now()
  const key = `client:${isKnown ? context.crypto.hash(clientId) : 'unknown'}:${networkOf(request.remoteAddress)}`
  const { count, windowEndsAt } = await context.store.countFailure(key, now, clientFailureLimits.windowTtl)
  const told = { ...refusal, reason: `client \`${clientId}\`: ${refusal.reason}` }
  if (count <= clientFailureLimits.failures) return told
  const retryAfter = Math.max(1, windowEndsAt - now)
  return { ...told, description: 'too many failed client authentications', status: 429, retryAfter }
}
