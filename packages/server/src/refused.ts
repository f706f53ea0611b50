// RFC 6749 §4.1.2.1
import { after, type ErrorPlace, type Refusal, seconds } from '@ambit/protocol'
import type { ScopeStep } from '@ambit/scope'
import type { Exchange, ServerContext } from './context.ts'
import type { UserId } from './ports/ids.ts'
import { StoreUnavailable } from './ports/store-unavailable.ts'
import { stepsOf } from './scope/refuse-scope.ts'

/** How long a refusal is kept for `why`. */
const refusalTtl = seconds(7 * 86_400)

/** How many characters of each are kept and told: whoever sends refused requests must not choose how much is written. */
const longest = { reason: 2048, clientId: 256, requested: 4096 } as const

/** A refusal, and what is known of the request that was refused. */
export type Refused = {
  readonly place: ErrorPlace
  readonly refusal: Refusal
  readonly clientId?: string | undefined
  readonly userId?: UserId | undefined
  readonly requested?: string | undefined
  readonly steps?: readonly ScopeStep[]
}

/** Tells a refusal to whoever observes, and keeps it for `why`. */
export async function tellRefusal(
  context: ServerContext,
  { requestId }: Pick<Exchange, 'requestId'>,
  { place, refusal, clientId, userId, requested, steps = stepsOf(refusal) }: Refused,
): Promise<void> {
  const { error, description } = refusal
  const at = context.clock.now()
  const reason = refusal.reason.slice(0, longest.reason)
  const ofClient = clientId !== undefined && { clientId: clientId.slice(0, longest.clientId) }
  const about = { requestId, place, error, reason, ...ofClient }
  context.observe({ kind: 'request.refused', ...about })
  const saved = context.store.saveRefusal({
    ...about,
    ...(userId !== undefined && { userId }),
    ...(requested !== undefined && { requested: requested.slice(0, longest.requested) }),
    at,
    description,
    steps,
    expiresAt: after(at, refusalTtl),
  })
  // a refusal is as true where it cannot be kept
  await saved.catch(unlessUnavailable)
}

function unlessUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error
}
