// RFC 8628 §3.5, OpenID Connect CIBA Core §11
import { type Refusal, refuse, seconds } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import { changePolledRequest, findPolledRequest, type PolledRequest, type PolledTicket } from './polled-request.ts'

/** Why a poll has no tokens. */
export type PollRefusal = Refusal<'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token'>

/** By how much each poll that comes too soon makes the interval longer. @spec RFC 8628 §3.5 */
const slowDownBy = 5

/** How much sooner than the interval a poll may arrive, in milliseconds: the way of the one before may have been longer. */
const leewayMillis = 500

/** How much later the clock of another process may be, in milliseconds, that answered the poll before. */
const skewMillis = 5_000

const processes = new WeakMap<ServerContext, string>()

/** A name for this process: only its own times are compared exactly. */
function processOf(context: ServerContext): string {
  const known = processes.get(context) ?? context.crypto.random(6)
  processes.set(context, known)
  return known
}

/** How often a change is tried that somebody else was faster with. */
const attempts = 3

/**
 * Answers a poll whose request has brought nothing to redeem yet, and remembers when it came. Of two at once one is too fast.
 * @spec RFC 8628 §3.5, OpenID Connect CIBA Core §11
 * @errors authorization_pending; slow_down: sooner than the interval allows; access_denied; expired_token
 */
export async function answerPoll(context: ServerContext, polled: PolledTicket): Promise<PollRefusal> {
  const { store, clock } = context
  let current: PolledTicket | undefined = polled
  for (let attempt = 0; attempt < attempts && current; attempt++) {
    const { ticket, request }: PolledTicket = current
    if (ticket.expiresAt <= clock.now()) return expired()
    if (request.state === 'denied') return { ...refuse('access_denied', 'the request was refused'), status: 400 }
    // one that is approved waits, too, for the moment in which what is to be redeemed is written
    const poll = { polledAt: clock.millis(), polledBy: processOf(context) }
    const isTooSoon = comesTooSoon(request, poll)
    const interval = isTooSoon ? seconds(request.interval + slowDownBy) : request.interval
    const isKept = await changePolledRequest(store, current, { interval, ...poll })
    if (isKept && !isTooSoon) return refuse('authorization_pending', stillWaits)
    if (isKept) return refuse('slow_down', `polled too often: wait ${interval} seconds between two polls`)
    current = await findPolledRequest(store, ticket.ref, ticket.kind)
  }
  return current ? refuse('slow_down', 'polled several times at once') : expired()
}

const stillWaits = 'the user has not answered yet'

/** The refusal of what was given out for a while that is over. @spec RFC 8628 §3.5 */
export function expired(): Refusal<'expired_token'> {
  return refuse('expired_token', 'the request has expired; begin a new one')
}

type Poll = Required<Pick<PolledRequest, 'polledAt' | 'polledBy'>>

function comesTooSoon({ polledAt, polledBy, interval }: PolledRequest, poll: Poll): boolean {
  const leeway = polledBy === poll.polledBy ? leewayMillis : leewayMillis + skewMillis
  return polledAt !== undefined && poll.polledAt - polledAt < interval * 1000 - leeway
}
