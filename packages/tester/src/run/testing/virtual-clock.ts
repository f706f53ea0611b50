import type { RunClock } from '../clock.ts'

type Timer = { readonly at: number; readonly order: number; readonly ring: () => void }

/** A clock with hands that can be put forward. */
export type VirtualClock = RunClock & { readonly elapsed: () => number }

/** The hands of a clock. */
export type Hands = { readonly now: () => number; readonly forward: (milliseconds: number) => void }

/** Milliseconds from which a timer is a limit rather than a wait: real time is given to what may still be going on. */
const far = 5000

/** A clock that jumps to its next timer as soon as nothing else is left to do, so that a minute takes no time. */
export function createVirtualClock(hands: Hands = createHands(Date.UTC(2026, 5, 1, 12))): VirtualClock {
  const start = hands.now()
  const timers = new Set<Timer>()
  let order = 0
  let isPumping = false
  const first = () => [...timers].toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
  const pump = (rested?: Timer) => {
    const next = first()
    isPumping = next !== undefined
    if (next === undefined) return
    if (next !== rested && next.at - hands.now() >= far) return void setTimeout(pump, 3, next)
    timers.delete(next)
    hands.forward(Math.max(0, next.at - hands.now()))
    next.ring()
    setImmediate(pump)
  }
  return {
    now: hands.now,
    elapsed: () => hands.now() - start,
    after: (milliseconds, ring) => {
      const timer = { at: hands.now() + Math.max(0, milliseconds), order: order++, ring }
      timers.add(timer)
      // two turns of the loop let whatever has just become ready go first
      if (!isPumping) setImmediate(() => setImmediate(pump))
      isPumping = true
      return () => void timers.delete(timer)
    },
  }
}

function createHands(start: number): Hands {
  let time = start
  return {
    now: () => time,
    forward: milliseconds => {
      time += milliseconds
    },
  }
}
