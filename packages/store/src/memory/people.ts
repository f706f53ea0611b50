import type { Interactions, Sessions, Users } from '../store-parts.ts'
import { foldEmail } from '../user-email.ts'
import { revokeSelected } from './families.ts'
import { type Ending, type MemoryState, partOf, refKey } from './state.ts'
import { removeTickets } from './tickets.ts'

/** Users, their sessions, and the authorization requests that wait for them. */
export function people(state: MemoryState): Users & Sessions & Interactions {
  const { users, sessions, interactions, grants, clients } = state
  return {
    findUser: async userId => users.get(userId),
    findUserByName: async username => users.named(username),
    findUsersByEmail: async (email, limit) => {
      const folded = foldEmail(email)
      return folded === undefined ? [] : users.reachedAt(folded).slice(0, limit)
    },
    listUsers: async part => partOf(users.values(), user => user.userId, part),
    saveUser: async user => {
      const other = users.named(user.username)
      if ((other && other.userId !== user.userId) || clients.has(user.userId)) return false
      users.set(user)
      return true
    },
    deleteUser: async (userId, at) => {
      endWhere(sessions, session => session.userId === userId)
      revokeSelected(state, { userId }, at)
      for (const [key, grant] of grants) if (grant.userId === userId) grants.delete(key)
      removeTickets(state, ticket => ticket.userId === userId)
      return users.delete(userId)
    },
    findSession: async ref => live(sessions.get(refKey(ref))),
    saveSession: async session => put(sessions, session),
    deleteSession: async ref => end(sessions, refKey(ref)),
    deleteSessionsOf: async userId => endWhere(sessions, session => session.userId === userId),
    findInteraction: async ref => live(interactions.get(refKey(ref))),
    saveInteraction: async interaction => put(interactions, interaction),
    endInteraction: async ref => end(interactions, refKey(ref)),
  }
}

function live<T>(found: Ending<T> | undefined): T | undefined {
  return found && !found.isEnded ? found.record : undefined
}

function put<T extends { readonly ref: Parameters<typeof refKey>[0] }>(map: Map<string, Ending<T>>, record: T): void {
  const key = refKey(record.ref)
  if (!map.get(key)?.isEnded) map.set(key, { record, isEnded: false })
}

function end<T>(map: Map<string, Ending<T>>, key: string): boolean {
  const found = map.get(key)
  if (!found || found.isEnded) return false
  map.set(key, { ...found, isEnded: true })
  return true
}

function endWhere<T>(map: Map<string, Ending<T>>, isMeant: (record: T) => boolean): void {
  for (const [key, { record }] of map) if (isMeant(record)) end(map, key)
}
