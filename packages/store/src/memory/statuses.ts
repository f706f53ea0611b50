// Token Status List §6.1
import { type EpochSeconds, epochSeconds } from '@ambit/protocol'
import type { AccessTokenRecord } from '@ambit/server'
import { statusLeeway } from '../limits.ts'
import type { Numbers, Statuses } from '../store-parts.ts'
import { standingOf } from './standing.ts'
import type { Credential, MemoryState } from './state.ts'

/** What status lists are made from, and numbers. */
export function statuses(state: MemoryState): Statuses & Numbers {
  const { numbers } = state
  return {
    findRevokedStatuses: async (list, at) =>
      tokensWithStatus(state, epochSeconds(at - statusLeeway))
        .filter(({ record, isDead }) => isDead && record.status.list === list)
        .map(({ record }) => record.status.index),
    findStatusTokens: async ({ userId, clientId }, at) =>
      tokensWithStatus(state, at)
        .filter(({ isDead, family }) => !isDead && family?.userId === userId)
        .filter(({ family }) => clientId === undefined || family?.clientId === clientId)
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
  return [...state.credentials.values()].flatMap(({ record, registration }) => {
    if (!hasStatus(record) || record.expiresAt <= at) return []
    const { isGone, family } = standingOf(state, record, registration)
    const isDead = isGone || record.revokedAt !== undefined || family?.revokedAt !== undefined
    return [{ record, isDead, ...(family && { family }) }]
  })
}

function hasStatus(record: Credential['record']): record is WithStatus {
  return record.kind === 'access_token' && record.status !== undefined
}
