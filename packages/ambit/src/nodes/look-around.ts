import type { Clock, NodeRecord } from '@ambit/server'
import { inspectNodes } from '@ambit/store'
import type { Config } from '../config/config.ts'
import { addressOf } from '../store/store-address.ts'
import { isStoreThere } from '../store/store-to-read.ts'
import type { ClockReading } from './clock-skew.ts'

/** What is found by whoever is no node. */
export type Found = {
  readonly nodes: readonly NodeRecord[]
  /** How the clock here compares with the store's, where that has one. */
  readonly reading?: ClockReading
}

/**
 * Finds the nodes that live by the store's clock, and changes nothing: it is among none. Of a store that was not made yet it
 * finds nothing.
 * @throws {StartError} where the store cannot be read as it is
 */
export async function lookAround(config: Pick<Config, 'store'>, clock: Clock): Promise<Found | undefined> {
  return (await isStoreThere(config)) ? inspectNodes(addressOf(config.store), clock) : undefined
}
