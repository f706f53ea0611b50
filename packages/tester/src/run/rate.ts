// RFC 6585 §4; RFC 9110 §15.6.4
import type { RunClock } from './clock.ts'
import { waitOn } from './clock.ts'

/** How fast a run may be. */
export type RateLimits = {
  /** Requests per second to one origin that are never exceeded. */
  readonly most?: number
  /** Where it begins (default: as fast as the answers come). */
  readonly start?: number
  readonly onSlowed?: (perSecond: number, why: string) => void
}

/** The pace of requests to one origin. */
export type Pace = {
  /** Waits for the next turn. */
  readonly turn: (signal?: AbortSignal) => Promise<void>
  /** An answer came in time and was not a complaint. */
  readonly onAnswer: (duration: number) => void
  /** The server asked for less. Nothing is sent until then. */
  readonly onComplaint: (why: string, until?: number) => void
  /** Requests per second at the moment; infinite where nothing holds it. */
  readonly perSecond: () => number
}

/** Answers in the window that speed and latency are measured by. */
const windowSize = 20
/** Latency is a complaint where it is this many times the baseline, and this many milliseconds more. */
const risen = { times: 4, by: 250 }

/**
 * A pace that adapts: a step faster with each second of good answers, half as fast after 429, 503 or a latency far above what
 * it was at the beginning.
 */
export function createPace(clock: RunClock, { most = Number.POSITIVE_INFINITY, start, onSlowed }: RateLimits): Pace {
  let perSecond = Math.min(start ?? most, most)
  let nextAt = 0
  let heldUntil = 0
  let slowedAt = Number.NEGATIVE_INFINITY
  let baseline: number | undefined
  let recent: number[] = []
  const sent: number[] = []
  const now = forwardOnly(clock.now)

  const slowDown = (why: string) => {
    // what is already on its way complains as well; that is one complaint
    if (now() - slowedAt < 1000) return
    slowedAt = now()
    perSecond = Math.max(0.5, Math.min(perSecond, speedOf(sent, now())) / 2)
    recent = []
    onSlowed?.(perSecond, why)
  }

  return {
    perSecond: () => perSecond,
    turn: async signal => {
      const earliest = Math.max(now(), heldUntil)
      const at = Number.isFinite(perSecond) ? Math.max(earliest, nextAt) : earliest
      if (Number.isFinite(perSecond)) nextAt = at + 1000 / perSecond
      if (at > now()) await waitOn(clock, at - now(), signal)
      sent.push(now())
      if (sent.length > windowSize) sent.shift()
    },
    onAnswer: duration => {
      if (Number.isFinite(perSecond)) perSecond = Math.min(most, perSecond + stepOf(perSecond))
      recent.push(duration)
      if (recent.length < windowSize) return
      const median = medianOf(recent)
      recent = []
      baseline ??= median
      if (median > baseline * risen.times && median > baseline + risen.by)
        slowDown(`answers take ${Math.round(median)} ms instead of ${Math.round(baseline)} ms`)
    },
    onComplaint: (why, until = 0) => {
      heldUntil = Math.max(heldUntil, now() + until - clock.now())
      slowDown(why)
    },
  }
}

/** A clock that stands still while another one that was put back catches up, so that nobody waits for an hour that was there twice. */
function forwardOnly(time: () => number): () => number {
  let latest = time()
  let behind = 0
  return () => {
    const next = time() + behind
    if (next < latest) behind += latest - next
    latest = Math.max(latest, next)
    return latest
  }
}

/** So much faster with one good answer that a second of them is a tenth, or one request, faster. */
function stepOf(perSecond: number): number {
  return Math.max(1, perSecond / 10) / perSecond
}

/** Requests per second lately. */
function speedOf(sent: readonly number[], now: number): number {
  const first = sent[0]
  if (first === undefined || sent.length < 2) return 2
  return (sent.length * 1000) / Math.max(now - first, 1)
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
