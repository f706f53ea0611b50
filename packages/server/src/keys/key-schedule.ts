import { after, type EpochSeconds, type Seconds, seconds } from '@ambit/protocol'
import type { KeyRecord } from '../ports/records.ts'

/** When keys change, each span in seconds. */
export type KeySchedule = {
  /** How long a key signs before the next one takes over. */
  readonly rotateEvery: Seconds
  /** How long a key stands in the JWKS before it signs, so that everybody has it by then. */
  readonly announceFor: Seconds
  /** How long a key stays in the JWKS after it signed last: at least as long as what it signed is good. */
  readonly overlapFor: Seconds
}

/**
 * How old a reading of the keys may be before a process reads them again first, in milliseconds: it does so every ten seconds, and
 * one that did not was paused, or its clock was set.
 */
export const greatestAge = 15_000

/** For how many milliseconds nobody waits for the keys to be read again, where that has just failed. */
export const failurePause = 5_000

/** A new key every 90 days, announced for a day, kept for two weeks. */
export const defaultKeySchedule: KeySchedule = {
  rotateEvery: seconds(90 * 86_400),
  announceFor: seconds(86_400),
  overlapFor: seconds(14 * 86_400),
}

/** Whether a key still stands in the JWKS. */
export function isPublished(key: KeyRecord, now: EpochSeconds): boolean {
  return key.removedAt === undefined || key.removedAt > now
}

/** Whether the successor of an algorithm's newest key is due to be announced. */
export function isSuccessorDue(newest: KeyRecord, schedule: KeySchedule, now: EpochSeconds): boolean {
  return after(newest.activeAt, schedule.rotateEvery) - schedule.announceFor <= now
}
