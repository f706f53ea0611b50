import { epochSeconds } from '@ambit/protocol'
import type { Clock } from '@ambit/server'

/** The machine's own time. */
export function systemClock(): Clock {
  return { now: () => epochSeconds(Date.now() / 1000), millis: Date.now }
}
