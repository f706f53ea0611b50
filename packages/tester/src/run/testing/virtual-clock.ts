import type { RunClock } from '../clock.ts'

type Timer = { readonly at: number; readonly order: number; readonly ring: () => void }

/** A clock that jumps to its next timer as soon as nothing else is left to do, so that a minute takes no time. */
export function createVirtualClock(start = Date.UTC(2026, 5, 1, 12)): RunClock & { readonly elapsed: () => number } {
  const timers = new Set<Timer>()
  let time = start
  let order = 0
  let isPumping = false
  const pump = () => {
    const next = [...timers].toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
    isPumping = next !== undefined
    if (next === undefined) return
    timers.delete(next)
    time = Math.max(time, next.at)
    next.ring()
    setImmediate(pump)
  }
  return {
    now: () => time,
    elapsed: () => time - start,
    after: (milliseconds, ring) => {
      const timer = { at: time + Math.max(0, milliseconds), order: order++, ring }
      timers.add(timer)
      // two turns of the loop let whatever has just become ready go first
      if (!isPumping) setImmediate(() => setImmediate(pump))
      isPumping = true
      return () => void timers.delete(timer)
    },
  }
}
