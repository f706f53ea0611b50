import type { RequestListener } from 'node:http'
import { seconds } from '@ambit/protocol'
import { type Store, StoreUnavailable } from '@ambit/server'
import { type StoreCall, wrapStore } from '../observe/wrap-store.ts'
import type { BackgroundTask, Timer } from './background.ts'

const lookEvery = 250
/** A loop that was not there for so many milliseconds stood still: the process was stopped, the machine slept, or was starved. */
const limit = 2_000
/** For how long afterwards requests may be old: they waited in the system's buffers, and their clients may have gone elsewhere. */
const settling = 1_000
/** How long it takes at most until what else has waited is read, such as that a client has closed its connection. */
const untilClosed = 250

/** Notices that this process stood still. */
export type Standstill = {
  /** Begins to watch: while a process starts, its loop is busy for other reasons. */
  readonly begin: () => void
  /** How often it has, until now. */
  readonly count: () => number
  /** Whether a request that is read now may have been sent long ago. */
  readonly isRecent: () => boolean
  /** Looks at the clock at a steady rhythm. */
  readonly task: BackgroundTask
}

/**
 * Watches the event loop by a clock that only goes forward. What waited is read before any timer could run, so whoever asks is
 * answered by a look at the clock, too.
 */
export function watchStandstill(millis: () => number): Standstill {
  let lookedAt = Number.POSITIVE_INFINITY
  let wokeAt = Number.NEGATIVE_INFINITY
  let times = 0
  const look = (): number => {
    const now = millis()
    if (now - lookedAt > limit) {
      times++
      wokeAt = now
    }
    if (lookedAt < now) lookedAt = now
    return now
  }
  return {
    begin: () => {
      lookedAt = millis()
    },
    count: () => {
      look()
      return times
    },
    isRecent: () => look() - wokeAt < settling,
    task: {
      name: 'standstill',
      first: lookEvery,
      run: () => {
        look()
        return Promise.resolve(lookEvery)
      },
    },
  }
}

/**
 * A clock that only goes forward, also over a time in which the machine slept: a steady one may stand still meanwhile, which shows by
 * the one on the wall. That one was set forward by somebody, or the machine slept; which of the two is not known.
 */
export function clockOverSleep(steady: () => number, wall: () => number): () => number {
  let [steadyAt, wallAt, slept] = [steady(), wall(), 0]
  return () => {
    const [steadyNow, wallNow] = [steady(), wall()]
    const missed = wallNow - wallAt - (steadyNow - steadyAt)
    if (missed > limit / 2) slept += missed
    steadyAt = steadyNow
    wallAt = wallNow
    return steadyNow + slept
  }
}

/**
 * Serves only who still waits for an answer. What is read just after a standstill was perhaps given up long ago, and the client
 * has asked another node; whether it has closed its connection is known a moment later.
 */
export function serveWhoWaits(
  serve: RequestListener,
  { isRecent }: Pick<Standstill, 'isRecent'>,
  timer: Timer,
): RequestListener {
  return (incoming, outgoing) => {
    if (!isRecent()) return serve(incoming, outgoing)
    timer(untilClosed, () => {
      if (!outgoing.destroyed) serve(incoming, outgoing)
    })
  }
}

/** What background work asks for, which goes on whatever happened. */
const background: ReadonlySet<string> = new Set<keyof Store>([
  'sweep',
  'ping',
  'close',
  'announceNode',
  'forgetNode',
  'takeLease',
  'listKeys',
  'addKey',
])

/**
 * A store whose calls fail where the process stood still meanwhile, so that a request which was under way does not go on: its
 * client has waited for too long, and has asked another node. Carried out now, a refresh token that was rotated there would look
 * like a replay, and end the authorization.
 * @spec RFC 9700 §4.14.2
 */
export function storeWhileAwake(store: Store, { count }: Pick<Standstill, 'count'>): Store {
  return wrapStore(store, (name, call) => (background.has(name) ? call : whileAwake(call)))

  function whileAwake(call: StoreCall): StoreCall {
    return async (...words) => {
      const before = count()
      const value = await call(...words)
      if (count() === before) return value
      throw new StoreUnavailable('this process stood still while the store was asked', { retryAfter: seconds(1) })
    }
  }
}
