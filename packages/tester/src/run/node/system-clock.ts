import type { RunClock } from '../clock.ts'

const longestTimer = 2 ** 31 - 1

/** The clock of the machine; nothing is waited for longer than 24 days. */
export const systemClock: RunClock = {
  now: () => Date.now(),
  after: (milliseconds, ring) => {
    // beyond it a timer rings at once
    const timer = setTimeout(ring, Math.min(milliseconds, longestTimer))
    return () => clearTimeout(timer)
  },
}
