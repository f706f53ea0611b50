import { type EpochSeconds, epochSeconds } from '@ambit/protocol'

/** Time as an argument. */
export type Clock = {
  readonly now: () => EpochSeconds
  /** Seconds since some moment, which never jump; where it is left out, ages are told by `now`. */
  readonly elapsed?: () => number
}

/** The part of `fetch` that verifiers use. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Calls back after some milliseconds, unless what it returns is called before. */
export type StartTimer = (milliseconds: number, expire: () => void) => () => void

/** Two readings in seconds: a clock that may be set, and one that only runs. */
type Readings = { readonly now: () => number; readonly elapsed: () => number }

/**
 * A clock that does not go back: where the machine's clock is set back, time goes on from the first reading, so that no
 * expired token is good again. Where it is set forward it is believed, and no longer than it says so.
 */
export function steadyClock({ now, elapsed }: Readings): Clock & Required<Clock> {
  const offset = now() - elapsed()
  return { now: () => epochSeconds(Math.max(now(), offset + elapsed())), elapsed }
}

/** The machine's own clock. */
export const systemClock: Clock = steadyClock({
  now: () => Date.now() / 1000,
  elapsed: () => performance.now() / 1000,
})

/** The runtime's own `fetch`. */
export const runtimeFetch: Fetch = (url, init) => fetch(url, init)

/** The runtime's own timer. */
export const runtimeTimer: StartTimer = (milliseconds, expire) => {
  const timer = setTimeout(expire, milliseconds)
  return () => clearTimeout(timer)
}
