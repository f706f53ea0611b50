// RFC 6749 §4.1.2.1
import { after, type ErrorPlace, type Refusal, seconds } from '@ambit/protocol'
import type { ScopeStep } from '@ambit/scope'
import type { Exchange, ServerContext } from './context.ts'
import type { UserId } from './ports/ids.ts'
import { stepsOf } from './scope/refuse-scope.ts'

/** How long a refusal is kept for `why`. */
const refusalTtl = seconds(7 * 86_400)

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
  const { error, description, reason } = refusal
  const at = context.clock.now()
  const about = { requestId, place, error, reason, ...(clientId !== undefined && { clientId }) }
  context.observe({ kind: 'request.refused', ...about })
  await context.store.saveRefusal({
    ...about,
    ...(userId !== undefined && { userId }),
    ...(requested !== undefined && { requested }),
    at,
    description,
    steps,
    expiresAt: after(at, refusalTtl),
  })
}
