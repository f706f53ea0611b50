// RFC 9110 §10.2.3; RFC 6585 §4
import type { Exchange, Send, SendOptions, SentRequest } from '../wire/exchange.ts'
import type { RunClock } from './clock.ts'
import { createPace, type Pace, type RateLimits } from './rate.ts'
import { retryAfterOf } from './retry-after.ts'

/** What holds requests back. */
export type Pacing = RateLimits & {
  /** How often one request is repeated after 429 or 503 (default: 3). */
  readonly repeats?: number
  /** Milliseconds that a `Retry-After` is obeyed at most; where it wants more, the answer stands (default: 60,000). */
  readonly longestWait?: number
}

/** Called with each exchange, repeated ones as well. */
type OnExchange = (exchange: Exchange) => void

/** A `Send` that keeps a pace for each origin. */
export type PacedSend = (request: SentRequest, options?: SendOptions, onExchange?: OnExchange) => Promise<Exchange>

/** Requests in a row that were repeated in vain, after which nothing is repeated until the server answers again. */
const enough = 3

type Line = { readonly pace: Pace; inVain: number }

/**
 * Makes a `Send` wait for its turn and repeat after 429 and 503, as `Retry-After` says. In the end the last answer is given,
 * whatever it is. Raw requests go out at once, once, and do not change the pace.
 */
export function createPacedSend(send: Send, clock: RunClock, pacing: Pacing = {}): PacedSend {
  const { repeats = 3, longestWait = 60_000 } = pacing
  const lines = new Map<string, Line>()
  const lineTo = (origin: string) => {
    const line = lines.get(origin) ?? { pace: createPace(clock, pacing), inVain: 0 }
    lines.set(origin, line)
    return line
  }
  return async (request, options = {}, onExchange = () => {}) => {
    const attempt = async () => {
      const exchange = await send(request, options)
      onExchange(exchange)
      return exchange
    }
    if (options.isRaw === true) return attempt()
    const line = lineTo(request.origin)
    for (let made = 0; ; made++) {
      await line.pace.turn(options.signal)
      const exchange = await attempt()
      const complaint = complaintIn(exchange, clock.now())
      if (complaint === undefined) {
        if (exchange.kind === 'answered') line.pace.onAnswer(exchange.duration)
        line.inVain = 0
        return exchange
      }
      const wait = complaint.asked ?? 1000 * 2 ** made
      const isLast = made >= repeats || line.inVain >= enough || wait > longestWait || options.signal?.aborted === true
      line.pace.onComplaint(complaint.why, clock.now() + (isLast ? 0 : wait))
      if (isLast) {
        line.inVain++
        return exchange
      }
    }
  }
}

/** That the server asked for less, and for how many milliseconds. */
function complaintIn(exchange: Exchange, now: number): { readonly why: string; readonly asked?: number } | undefined {
  if (exchange.kind !== 'answered') return undefined
  const { status } = exchange.response
  if (status !== 429 && status !== 503) return undefined
  const asked = retryAfterOf(exchange.response, now)
  return { why: `the answer was ${status}`, ...(asked === undefined ? {} : { asked }) }
}
