import { epochSeconds } from '@ambit/protocol'
import type { ScopeUse } from '@ambit/server'
import { mostUses } from '../limits.ts'
import type { ScopeUsage } from '../store-parts.ts'
import { byText, type MemoryState, pairKey } from './state.ts'

/** What clients used of their scope. */
export function scopeUsage(state: MemoryState): ScopeUsage {
  return {
    recordScopeUsage: async uses => {
      for (const use of uses) if (state.clients.has(use.clientId)) add(state, use)
    },
    listScopeUsage: async clientId =>
      [...state.scopeUsage.values()].filter(usage => usage.clientId === clientId).sort(byText(usage => usage.scope)),
  }
}

function add({ scopeUsage: usages }: MemoryState, use: ScopeUse): void {
  const key = pairKey(use.clientId, use.scope)
  const before = usages.get(key) ?? { ...use, count: 0, firstUsedAt: use.lastUsedAt }
  usages.set(key, {
    ...before,
    count: Math.min(before.count + use.count, mostUses),
    firstUsedAt: epochSeconds(Math.min(before.firstUsedAt, use.lastUsedAt)),
    lastUsedAt: epochSeconds(Math.max(before.lastUsedAt, use.lastUsedAt)),
  })
}
