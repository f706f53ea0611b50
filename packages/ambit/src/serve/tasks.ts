import { epochSeconds } from '@ambit/protocol'
import type { Clock, KeyRing, Store } from '@ambit/server'
import type { Lease } from '../nodes/lease.ts'
import type { Presence } from '../nodes/presence.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { BackgroundTask } from './background.ts'
import type { LostTokens } from './end-lost.ts'

const second = 1000
const keysEvery = 10 * second
const sweepEvery = 30 * second
const announceEvery = 10 * second
const certificatesEvery = 60 * second
/** Between two batches requests have the store for themselves; 25,000 rows a second are more than can be written. */
const betweenBatches = 20
const batch = 500
/** Shorter than the pause between two batches: requests of other users have the store for half of the time. */
const lostTokensFor = 10
const lostTokensEvery = 10 * second
const aDay = 86_400 * second
/** How many seconds rows stay beyond their end: by a clock that is behind they have not come to it, and a replay must be seen. */
const keptBeyond = 60

/** Reads the keys again, so that a rotation by another process is followed, and makes the keys that are due. */
export function keyTask(keyRing: Pick<KeyRing, 'tick'>): BackgroundTask {
  return {
    name: 'signing keys',
    first: keysEvery,
    run: async () => {
      await keyRing.tick()
      return keysEvery
    },
  }
}

/**
 * Says that this node lives. Where something is still to be done that must wait until all nodes run with one configuration,
 * it is tried each time.
 * @param settle answers whether nothing is left to do
 */
export function presenceTask(
  presence: Pick<Presence, 'announce'>,
  settle: () => Promise<boolean>,
  isSettled: boolean,
): BackgroundTask {
  let isDone = isSettled
  return {
    name: 'presence',
    first: announceEvery,
    run: async () => {
      await presence.announce()
      if (!isDone) isDone = await settle()
      return announceEvery
    },
  }
}

/**
 * Removes expired rows in bounded batches: the next at once while there are any, else after a pause. One of all nodes does it
 * for the others.
 */
export function sweepTask(store: Pick<Store, 'sweep'>, world: SweepWorld): BackgroundTask {
  const { clock, metrics, lease, presence } = world
  return {
    name: 'sweep',
    first: sweepEvery,
    run: async () => {
      if (!(await lease.hold())) return sweepEvery
      const begun = clock.millis()
      const endedBy = clock.now() - presence.aheadSeconds() - keptBeyond
      const rows = await store.sweep(epochSeconds(Math.max(0, endedBy)), batch)
      metrics.countSwept(rows, (clock.millis() - begun) / second)
      return rows > 0 ? betweenBatches : sweepEvery
    },
  }
}

/** What the sweep is done with. A clock that jumped ahead must not remove what is still good everywhere else. */
export type SweepWorld = {
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'countSwept'>
  readonly lease: Pick<Lease, 'hold'>
  readonly presence: Pick<Presence, 'aheadSeconds'>
}

/** Goes on with what a changed configuration took from tokens, a little at a time; while others do it, it looks now and then. */
export function lostTokensTask(lost: Pick<LostTokens, 'isDone' | 'goOn'>): BackgroundTask {
  return {
    name: 'lost tokens',
    first: betweenBatches,
    run: async () => {
      const hasMore = !lost.isDone && (await lost.goOn(lostTokensFor))
      if (lost.isDone) return aDay
      return hasMore ? betweenBatches : lostTokensEvery
    },
  }
}

/** Reads the certificates of TLS again, so that one that was renewed is used within a minute, and without a restart. */
export function certificateTask(reload: () => Promise<void>): BackgroundTask {
  return {
    name: 'TLS certificate',
    first: certificatesEvery,
    run: async () => {
      await reload()
      return certificatesEvery
    },
  }
}
