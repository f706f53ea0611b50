import { mergeGrants, reduceGrant } from '../grant-merge.ts'
import type { Clients, Grants } from '../store-parts.ts'
import { revokeSelected } from './families.ts'
import { byText, type MemoryState, pairKey, partOf } from './state.ts'
import { removeTickets } from './tickets.ts'

/** Registered clients. */
export function clients(state: MemoryState): Clients {
  const { clients, registrations, grants, users } = state
  let registration = 0
  return {
    findClient: async clientId => clients.get(clientId),
    listClients: async part => partOf([...clients.values()], client => client.clientId, part),
    saveClient: async client => {
      if (users.has(client.clientId)) return false
      if (!clients.has(client.clientId)) registrations.set(client.clientId, ++registration)
      clients.set(client.clientId, client)
      return true
    },
    deleteClient: async (clientId, at) => {
      revokeSelected(state, { clientId }, at)
      for (const [key, grant] of grants) if (grant.clientId === clientId) grants.delete(key)
      for (const [key, usage] of state.scopeUsage) if (usage.clientId === clientId) state.scopeUsage.delete(key)
      removeTickets(state, ticket => ticket.clientId === clientId)
      registrations.delete(clientId)
      return clients.delete(clientId)
    },
  }
}

/** What users allow clients. */
export function grants(state: MemoryState): Grants {
  const { grants } = state
  return {
    findGrant: async (userId, clientId) => grants.get(pairKey(userId, clientId)),
    listGrants: async userId =>
      [...grants.values()].filter(grant => grant.userId === userId).sort(byText(grant => grant.clientId)),
    addToGrant: async grant => {
      const key = pairKey(grant.userId, grant.clientId)
      const merged = mergeGrants(grants.get(key), grant)
      grants.set(key, merged)
      return merged
    },
    removeFromGrant: async (userId, clientId, tokens, at) => {
      const grant = grants.get(pairKey(userId, clientId))
      if (!grant) return
      const left = reduceGrant(grant, tokens, at)
      if (left) grants.set(pairKey(userId, clientId), left)
      else grants.delete(pairKey(userId, clientId))
    },
    deleteGrant: async (userId, clientId, at) => {
      grants.delete(pairKey(userId, clientId))
      revokeSelected(state, { userId, clientId }, at)
    },
  }
}
