import type { NodeRecord } from '@ambit/server'
import type { Nodes } from '../store-parts.ts'
import type { MemoryState } from './state.ts'

/** The processes that serve, and what one of them does for all. */
export function nodes({ nodes, leases }: MemoryState): Nodes {
  return {
    announceNode: async (node, at) => {
      nodes.set(node.nodeId, node)
      return { nodes: [...nodes.values()].filter(({ expiresAt }) => expiresAt > at).sort(byStart) }
    },
    forgetNode: async nodeId => void nodes.delete(nodeId),
    takeLease: async (name, holder, at, until) => {
      const found = leases.get(name)
      if (found && found.holder !== holder && found.until > at) return false
      leases.set(name, { holder, until })
      return true
    },
  }
}

function byStart(a: NodeRecord, b: NodeRecord): number {
  return a.startedAt - b.startedAt || (a.nodeId < b.nodeId ? -1 : 1)
}
