import type { EpochSeconds } from '@ambit/protocol'

/** A process that serves, as the others see it. */
export type NodeRecord = {
  /** Random for each start of a process. */
  readonly nodeId: string
  readonly host: string
  readonly pid: number
  /** Of the program. */
  readonly version: string
  /** The newest version of the store's schema that the program knows. */
  readonly schema: number
  /** Of everything in the configuration that must be the same on every node; without secrets. */
  readonly configHash: string
  /** By how much its clock was last found ahead of the store's, in milliseconds; negative where it is behind. */
  readonly aheadMillis?: number
  readonly startedAt: EpochSeconds
  readonly seenAt: EpochSeconds
  readonly expiresAt: EpochSeconds
}

/** What a node that announced itself is told. */
export type Announced = {
  /** All that have not expired, itself among them, by start and then by identifier. */
  readonly nodes: readonly NodeRecord[]
  /** The store's own clock in milliseconds since the epoch, where it has one. */
  readonly storeMillis?: number
}
