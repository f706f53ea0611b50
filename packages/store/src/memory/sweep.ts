import type { EpochSeconds } from '@ambit/protocol'
import { interactionLimit } from '../limits.ts'
import type { MemoryState } from './state.ts'

/** Removes up to `limit` expired records, and the oldest interactions where there are too many; answers how many. Grants stay, because an absent grant would say less than an expired one. */
export function sweep(state: MemoryState, now: EpochSeconds, limit: number): number {
  let left = limit
  const drop = <T>(map: Map<string, T>, endOf: (item: T) => number) => {
    for (const [key, item] of map) {
      if (left === 0) return
      if (endOf(item) > now) continue
      map.delete(key)
      left--
    }
  }
  drop(state.credentials, item => item.keepUntil)
  drop(state.families, item => item.record.expiresAt)
  drop(state.sessions, item => (item.isEnded ? item.record.endsAt : item.record.expiresAt))
  drop(state.interactions, item => item.record.expiresAt)
  for (const shelf of state.tickets.values()) drop(shelf, ticket => ticket.expiresAt)
  drop(state.remembered, expiresAt => expiresAt)
  drop(state.failures, item => item.windowEndsAt)
  drop(state.refusals, item => item.expiresAt)
  drop(state.nodes, node => node.expiresAt)
  drop(state.leases, lease => lease.until)
  let tooMany = state.interactions.size - interactionLimit
  drop(state.interactions, () => (tooMany-- > 0 ? now : Number.POSITIVE_INFINITY))
  return limit - left
}
