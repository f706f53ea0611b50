import { type EpochSeconds, epochSeconds } from '@ambit/protocol'
import type { Announced, Clock, Crypto, NodeRecord, Store } from '@ambit/server'
import type { ClockReading } from './clock-skew.ts'

/** What is found by whoever is no node. */
export type Found = {
  readonly nodes: readonly NodeRecord[]
  /** How the clock here compares with the store's, where that has one. */
  readonly reading?: ClockReading
}

/** What looking around wants of its surroundings. */
export type LookWorld = {
  readonly store: Pick<Store, 'announceNode' | 'forgetNode'>
  readonly clock: Clock
  readonly crypto: Pick<Crypto, 'random'>
}

/** Finds the nodes that live by the store's clock. It asks as a node would that has ended already, so that it is among none. */
export async function lookAround({ store, clock, crypto }: LookWorld): Promise<Found> {
  const nodeId = crypto.random(12)
  const ask = (at: EpochSeconds): Promise<Announced> => {
    const own = { nodeId, host: '', pid: 0, version: '', schema: 0, configHash: '' }
    return store.announceNode({ ...own, startedAt: at, seenAt: at, expiresAt: at }, at)
  }
  const sentAt = clock.millis()
  const { nodes, storeMillis } = await ask(clock.now())
  const receivedAt = clock.millis()
  const judged = storeMillis === undefined ? nodes : (await ask(epochSeconds(storeMillis / 1000))).nodes
  await store.forgetNode(nodeId)
  return { nodes: judged, ...(storeMillis !== undefined && { reading: { sentAt, receivedAt, storeMillis } }) }
}
