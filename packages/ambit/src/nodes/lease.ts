import { after, type Seconds } from '@ambit/protocol'
import type { Clock, Store } from '@ambit/server'

/** What one of all nodes does for the others, so that they need not. */
export type Lease = {
  /** Whether this node is the one; takes or renews the lease where it must. */
  readonly hold: () => Promise<boolean>
  /** Lets another node have it at once. */
  readonly giveBack: () => Promise<void>
}

/** What a lease is made of. */
export type LeaseOptions = {
  readonly store: Pick<Store, 'takeLease'>
  /** One that all nodes share: a lease that is taken by a clock which is ahead would keep the others out for as much longer. */
  readonly clock: Pick<Clock, 'now'>
  readonly holder: string
  readonly ttl: Seconds
}

/**
 * A lease of a name. It is renewed when half of it is over, and asked for again by one whose clock was set back. It spares work
 * and guards nothing: one who was paused may go on for a moment.
 */
export function createLease(name: string, { store, clock, holder, ttl }: LeaseOptions): Lease {
  let taken: { readonly from: number; readonly until: number } | undefined
  return {
    hold: async () => {
      const now = clock.now()
      if (taken && now >= taken.from && now < taken.from + ttl / 2) return true
      const until = after(now, ttl)
      taken = (await store.takeLease(name, holder, now, until)) ? { from: now, until } : undefined
      return taken !== undefined
    },
    giveBack: async () => {
      if (taken === undefined) return
      taken = undefined
      await store.takeLease(name, holder, clock.now(), clock.now())
    },
  }
}
