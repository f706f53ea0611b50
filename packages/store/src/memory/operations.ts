import { after, type EpochSeconds } from '@ambit/protocol'
import type { FailureCount, KeyRecord, Store } from '@ambit/server'
import { refusalLimit } from '../limits.ts'
import type { Attempts, Keys, Refusals } from '../store-parts.ts'
import type { MemoryState } from './state.ts'

/** What the server keeps for itself: keys, settings, replay memory, failures, refusals. */
export function operations(state: MemoryState): Keys & Attempts & Refusals {
  const { keys, settings, remembered, failures, refusals } = state
  return {
    listKeys: async () => [...keys.values()].sort(byAge),
    addKey: async (key, change) => addKey(keys, key, change),
    deleteKey: async kid => keys.delete(kid),
    settle: async (name, value) => {
      if (!settings.has(name)) settings.set(name, value)
      return settings.get(name) ?? value
    },
    remember: async (hash, expiresAt) => {
      if (remembered.has(hash)) return false
      remembered.set(hash, expiresAt)
      return true
    },
    countFailure: async (key, at, windowTtl) => {
      const { count, windowEndsAt } = failuresAt(failures, key, at)
      const counted = { count: count + 1, windowEndsAt: count === 0 ? after(at, windowTtl) : windowEndsAt }
      failures.set(key, counted)
      return counted
    },
    findFailures: async (key, at) => failuresAt(failures, key, at),
    clearFailures: async key => void failures.delete(key),
    saveRefusal: async refusal => {
      refusals.delete(refusal.requestId)
      refusals.set(refusal.requestId, refusal)
      const [oldest] = refusals.keys()
      if (refusals.size > refusalLimit && oldest !== undefined) refusals.delete(oldest)
    },
    findRefusal: async requestId => refusals.get(requestId),
  }
}

function failuresAt(failures: MemoryState['failures'], key: string, at: EpochSeconds): FailureCount {
  const found = failures.get(key)
  return found && found.windowEndsAt > at ? found : { count: 0, windowEndsAt: at }
}

function addKey(keys: MemoryState['keys'], key: KeyRecord, change: Parameters<Store['addKey']>[1]): boolean {
  const live = [...keys.values()].filter(other => other.algorithm === key.algorithm && other.retiredAt === undefined)
  if (live.some(other => other.createdAt > change.unlessCreatedAfter)) return false
  for (const other of live)
    keys.set(other.kid, { ...other, retiredAt: change.retireOthersAt, removedAt: change.removeOthersAt })
  keys.set(key.kid, key)
  return true
}

function byAge(a: KeyRecord, b: KeyRecord): number {
  return a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1)
}
