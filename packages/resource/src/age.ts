import type { Clock } from './platform.ts'

/** A moment as both readings of a clock tell it. */
export type Moment = { readonly now: number; readonly elapsed: number | undefined }

/** Reads a clock. */
export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), elapsed: clock.elapsed?.() }
}

/**
 * How many seconds ago a moment was, by the reading that says more; for ever ago where the clock was set back and nothing
 * else tells. So a clock that jumps makes nothing look younger than it is.
 */
export function ageOf(clock: Clock, then: Moment): number {
  const age = clock.now() - then.now
  const elapsed = clock.elapsed?.()
  if (elapsed !== undefined && then.elapsed !== undefined) return Math.max(age, elapsed - then.elapsed)
  return age < 0 ? Number.POSITIVE_INFINITY : age
}

/** Whether what was found out at a moment, and holds until a point in time, still does: however the clock jumps, for no longer than that. */
export function holdingUntil(until: number, clock: Clock, then: Moment): () => boolean {
  const ttl = until - then.now
  return () => ageOf(clock, then) < ttl
}
