import type { RunClock } from '../clock.ts'

/** The clock of the machine. */
export const systemClock: RunClock = {
  now: () => Date.now(),
  after: (milliseconds, ring) => {
    const timer = setTimeout(ring, milliseconds)
    return () => clearTimeout(timer)
  },
}
