import { seconds } from '@ambit/protocol'
import { type Clock, type Crypto, type Observe, type Store, StoreUnavailable } from '@ambit/server'
import type { Config } from '../config/config.ts'
import type { Metrics } from '../observe/metrics.ts'
import { createLease, type Lease } from './lease.ts'
import { Presence } from './presence.ts'
import { thisNode } from './this-node.ts'

/** What a process has to do with the other nodes. */
export type Membership = {
  readonly presence: Presence
  /** Asks anew whether every node runs with this configuration. */
  readonly isAgreed: () => Promise<boolean>
  /** Whose turn it is to remove what has expired. */
  readonly sweepLease: Lease
  /** Whose turn it is to end what this configuration took from tokens. */
  readonly lostLease: Lease
}

/** What joining wants of its surroundings. */
export type JoinWorld = {
  readonly issuer: string
  readonly store: Store
  readonly clock: Clock
  readonly crypto: Crypto
  readonly observe: Observe
}

/** Longer than the pause between two sweeps, so that one node goes on with it. */
const sweepLeaseTtl = seconds(90)
/** Longer than any part of the work; whoever is killed is followed soon. */
const lostLeaseTtl = seconds(30)

/** Tells the other nodes that this one is there, before it changes anything; it takes its leave when it is closed. */
export async function join(
  config: Config,
  world: JoinWorld,
  around: { readonly metrics: Metrics; readonly lifetime: { readonly onClose: (step: () => Promise<void>) => void } },
): Promise<Membership> {
  const { metrics, lifetime } = around
  const presence = new Presence(thisNode(config, world.issuer, world.crypto), { ...world, metrics })
  const sweepLease = createLease('sweep', {
    store: world.store,
    clock: presence,
    holder: presence.nodeId,
    ttl: sweepLeaseTtl,
  })
  const lost = { ...world, holder: presence.nodeId, ttl: lostLeaseTtl }
  const lostLease = createLease(`lost tokens ${presence.running}`, lost)
  await presence.announce()
  lifetime.onClose(() => unlessUnavailable(presence.leave()))
  for (const lease of [sweepLease, lostLease]) lifetime.onClose(() => unlessUnavailable(lease.giveBack()))
  const isAgreed = async () => {
    await presence.announce()
    return presence.differing().length === 0
  }
  return { presence, isAgreed, sweepLease, lostLease }
}

/** What cannot be told now the others find out by themselves a little later. */
async function unlessUnavailable(leaving: Promise<void>): Promise<void> {
  await leaving.catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error
  })
}
