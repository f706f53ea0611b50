// Token Status List §6.1
import { type EpochSeconds, epochSeconds } from '@ambit/protocol'
import type { AccessTokenRecord, Store } from '@ambit/server'
import { statusLeeway } from '../limits.ts'
import type { Credential, MemoryState } from './state.ts'

type Statuses = Pick<Store, 'findRevokedStatuses' | 'findStatusTokens' | 'takeNumber' | 'findNumber'>

/** What status lists are made from. */
export function statuses(state: MemoryState): Statuses {
  const { numbers } = state
  return {
    findRevokedStatuses: async (list, at) =>
      tokensWithStatus(state, epochSeconds(at - statusLeeway))
        .filter(({ record, isDead }) => isDead && record.status.list === list)
        .map(({ record }) => record.status.index),
    findStatusTokens: async ({ userId, clientId }, at) =>
      tokensWithStatus(state, at)
        .filter(({ record, isDead }) => !isDead && record.userId === userId)
        .filter(({ record }) => clientId === undefined || record.clientId === clientId)
        .map(({ record }) => record.ref),
    takeNumber: async name => {
      const taken = (numbers.get(name) ?? 0) + 1
      numbers.set(name, taken)
      return taken
    },
    findNumber: async name => numbers.get(name) ?? 0,
  }
}

type WithStatus = AccessTokenRecord & Required<Pick<AccessTokenRecord, 'status'>>

function tokensWithStatus(state: MemoryState, at: EpochSeconds) {
  return [...state.credentials.values()].flatMap(found => {
    const { record } = found
    return hasStatus(record) && record.expiresAt > at ? [{ record, isDead: isDead(state, found, record) }] : []
  })
}

function hasStatus(record: Credential['record']): record is WithStatus {
  return record.kind === 'access_token' && record.status !== undefined
}

function isDead(
  state: MemoryState,
  { registration }: Credential,
  { revokedAt, familyId, clientId }: WithStatus,
): boolean {
  if (revokedAt !== undefined) return true
  if (familyId === undefined) return registration === undefined || state.registrations.get(clientId) !== registration
  const family = state.families.get(familyId)
  return family === undefined || family.record.revokedAt !== undefined
}
