import type { Clock, KeyRing, Store } from '@ambit/server'
import type { Metrics } from '../observe/metrics.ts'
import type { BackgroundTask } from './background.ts'

const second = 1000
const keysEvery = 10 * second
const sweepEvery = 30 * second
const certificatesEvery = 60 * second
/** Between two batches requests have the store for themselves; 25,000 rows a second are more than can be written. */
const betweenBatches = 20
const batch = 500

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

/** Removes expired rows in bounded batches: the next at once while there are any, else after a pause. */
export function sweepTask(
  store: Pick<Store, 'sweep'>,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Pick<Metrics, 'countSwept'> },
): BackgroundTask {
  return {
    name: 'sweep',
    first: sweepEvery,
    run: async () => {
      const begun = clock.millis()
      const rows = await store.sweep(clock.now(), batch)
      metrics.countSwept(rows, (clock.millis() - begun) / second)
      return rows > 0 ? betweenBatches : sweepEvery
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
