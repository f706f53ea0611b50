import { after, type EpochSeconds } from '@ambit/protocol'
import type {
  AccessTokenRecord,
  FoundAccessToken,
  FoundSpendable,
  Issued,
  SecretRef,
  Spendable,
  Spending,
  Spent,
} from '@ambit/server'
import { decideExchange, type ExchangeState, keepSpentUntil } from '../exchange-rule.ts'
import { requireFamily } from '../family-rule.ts'
import { statusLeeway } from '../limits.ts'
import type { Credentials } from '../store-parts.ts'
import { announceFamily, beginFamily, revokeSelected } from './families.ts'
import { standingOf } from './standing.ts'
import { type Credential, type MemoryState, pairKey, refKey } from './state.ts'

/** Codes, refresh tokens, access tokens, and the families they belong to. */
export function credentials(state: MemoryState): Credentials {
  return {
    saveCode: async code => {
      insert(state, [code])
      announceFamily(state, code)
    },
    findSpendable: async (ref, kind) => findSpendable(state, ref, kind),
    exchange: async (spending, issued) => exchange(state, spending, issued),
    saveAccessToken: async (accessToken, issued = {}) => store(state, { ...issued, accessToken }),
    findAccessToken: async ref => findAccessToken(state, ref),
    revokeAccessToken: async (ref, at) => {
      const found = state.credentials.get(refKey(ref))
      if (found?.record.kind !== 'access_token' || found.record.revokedAt !== undefined) return
      state.credentials.set(refKey(ref), { ...found, record: { ...found.record, revokedAt: at } })
    },
    revokeFamilies: async (selection, at) => revokeSelected(state, selection, at),
    findTokensOfRequest: async (requestId, [from, to]) =>
      [...state.credentials.values()]
        .map(({ record }) => record)
        .filter(({ ref, trace }) => trace.requestId === requestId && ref.locator >= from && ref.locator <= to),
  }
}

function exchange(state: MemoryState, spending: Spending, issued: Issued): ReturnType<typeof decideExchange> {
  const found = state.credentials.get(refKey(spending.ref))
  const before = found && stateOf(state, found)
  const result = decideExchange(before, spending)
  if (result.kind === 'replayed') revokeSelected(state, { familyId: result.familyId }, spending.at)
  if (result.kind !== 'spent' || !found || !before) return result
  store(state, issued)
  const keepUntil = keepSpentUntil(before, issued)
  state.credentials.set(refKey(spending.ref), { ...found, spent: spentBy(spending, issued), keepUntil })
  return result
}

function stateOf(state: MemoryState, found: Credential): ExchangeState | undefined {
  const { record, spent } = found
  if (record.kind === 'access_token') return undefined
  const family = state.families.get(record.familyId)?.record
  const successor = spent?.successor && state.credentials.get(refKey(spent.successor))
  const isSuccessorUnspent = successor !== undefined && successor.spent === undefined
  const { kind, expiresAt, familyId } = record
  return { kind, expiresAt, familyId, isSuccessorUnspent, ...(family && { family }), ...(spent && { spent }) }
}

function spentBy({ kind, at, salt }: Spending, { refreshToken }: Issued): Spent {
  const successor = kind === 'refresh_token' ? refreshToken?.ref : undefined
  return { spentAt: at, ...(successor && { successor }), ...(salt !== undefined && { salt }) }
}

function store(state: MemoryState, { family, refreshToken, accessToken }: Issued): void {
  if (accessToken) requireFamily(accessToken)
  insert(
    state,
    [refreshToken, accessToken].filter(record => record !== undefined),
  )
  if (family) beginFamily(state, family)
}

function insert(state: MemoryState, records: readonly (Spendable | AccessTokenRecord)[]): void {
  const keys = new Set(records.map(({ ref }) => refKey(ref)))
  if (keys.size < records.length || [...keys].some(key => state.credentials.has(key)))
    throw new Error('a record with this reference is stored already')
  for (const record of records) state.credentials.set(refKey(record.ref), credentialOf(state, record))
}

function credentialOf(state: MemoryState, record: Spendable | AccessTokenRecord): Credential {
  const isExchanged = record.kind === 'access_token' && record.consentOf !== undefined
  const isOfClient = record.familyId === undefined || isExchanged
  const registration = isOfClient ? state.registrations.get(record.clientId) : undefined
  return { record, keepUntil: endOf(record), ...(registration !== undefined && { registration }) }
}

/** A token whose status is in a list is kept as long as the status. */
function endOf(record: Spendable | AccessTokenRecord): EpochSeconds {
  const hasStatus = record.kind === 'access_token' && record.status !== undefined
  return hasStatus ? after(record.expiresAt, statusLeeway) : record.expiresAt
}

function findSpendable(state: MemoryState, ref: SecretRef, kind: Spendable['kind']): FoundSpendable | undefined {
  const { record, spent } = state.credentials.get(refKey(ref)) ?? {}
  if (!record || record.kind === 'access_token' || record.kind !== kind) return undefined
  const family = state.families.get(record.familyId)
  const isTold = family?.isBegun || family?.record.revokedAt !== undefined
  return { record, ...(spent && { spent }), ...(family && isTold && { family: family.record }) }
}

function findAccessToken(state: MemoryState, ref: SecretRef): FoundAccessToken | undefined {
  const { record, registration } = state.credentials.get(refKey(ref)) ?? {}
  if (record?.kind !== 'access_token') return undefined
  const { isGone, family } = standingOf(state, record, registration)
  if (isGone) return undefined
  const grant = record.userId && family && state.grants.get(pairKey(record.userId, family.clientId))
  return { record, ...(family && { family }), ...(grant && { grant }) }
}
