import type { AccessTokenRecord, FamilyRecord, SecretRef, Spendable } from '@ambit/server'
import { accessTokenData, spendableData, traceData } from '../../credential-row.ts'
import { shardOf, shards } from './shard.ts'
import type { SqlType, SqlValue } from './statement.ts'

/** Columns of a statement's input for something of type T, which may be absent, and their values in the same order. */
export type Columns<T> = {
  readonly input: Readonly<Record<string, SqlType>>
  readonly values: (record: T | undefined) => readonly SqlValue[]
}

/** A reference. */
export const refColumns = {
  input: { shard: 'smallint', locator: 'bigint', hash: 'text' },
  values: ref => (ref ? [shardOf(ref), ref.locator, ref.hash] : [null, null, null]),
} as const satisfies Columns<SecretRef>

/** A code or refresh token that is stored. */
export const spendableColumns = {
  input: {
    s_shard: 'smallint',
    s_locator: 'bigint',
    s_hash: 'text',
    s_client: 'text',
    s_user: 'text',
    s_family: 'text',
    s_request: 'text',
    s_expires: 'bigint',
    s_data: 'text',
    s_trace: 'text',
  },
  values: record => {
    if (!record) return [null, null, null, null, null, null, null, null, null, null]
    const { ref, clientId, userId, familyId, trace, expiresAt } = record
    const texts = [spendableData(record), traceData(record)] as const
    return [...refColumns.values(ref), clientId, userId, familyId, trace.requestId, expiresAt, ...texts]
  },
} as const satisfies Columns<Spendable>

/** An access token that is stored. `t_registered`: it dies with its client's registration. */
export const accessTokenColumns = {
  input: {
    t_shard: 'smallint',
    t_locator: 'bigint',
    t_hash: 'text',
    t_client: 'text',
    t_user: 'text',
    t_family: 'text',
    t_registered: 'boolean',
    t_request: 'text',
    t_expires: 'bigint',
    t_revoked: 'bigint',
    t_data: 'text',
    t_trace: 'text',
  },
  values: record => {
    if (!record) return [null, null, null, null, null, null, null, null, null, null, null, null]
    const { ref, clientId, userId = null, familyId = null, consentOf, trace, expiresAt, revokedAt = null } = record
    const isRegistered = familyId === null || consentOf !== undefined
    const holder = [clientId, userId, familyId, isRegistered] as const
    const texts = [accessTokenData(record), traceData(record)] as const
    return [...refColumns.values(ref), ...holder, trace.requestId, expiresAt, revokedAt, ...texts]
  },
} as const satisfies Columns<AccessTokenRecord>

/** The place of an access token's status in a list, and whose it is. */
export const statusColumns = {
  input: { list: 'bigint', place: 'bigint', owner: 'text', exchanged_by: 'text', issued_at: 'bigint' },
  values: record => {
    if (!record?.status) return [null, null, null, null, null]
    const { status, clientId, consentOf, familyId, issuedAt } = record
    // without a family it ends with the client that it is about, and with the one that exchanged it
    const owner = familyId === undefined ? (consentOf ?? clientId) : clientId
    return [status.list, status.index, owner, consentOf === undefined ? null : clientId, issuedAt]
  },
} as const satisfies Columns<AccessTokenRecord>

/** A family that begins. */
export const familyColumns = {
  input: {
    f_id: 'text',
    f_shard: 'smallint',
    f_client: 'text',
    f_user: 'text',
    f_session: 'text',
    f_created: 'bigint',
    f_expires: 'bigint',
    f_revoked: 'bigint',
  },
  values: family => {
    if (!family) return [null, null, null, null, null, null, null, null]
    const { familyId, clientId, userId, sessionId = null, createdAt, expiresAt, revokedAt = null } = family
    return [familyId, shardOfFamily(familyId), clientId, userId, sessionId, createdAt, expiresAt, revokedAt]
  },
} as const satisfies Columns<FamilyRecord>

/** The shard of a family, by which sweeps find it. */
export function shardOfFamily(familyId: FamilyRecord['familyId']): number {
  return ((familyId.charCodeAt(0) || 0) * 5 + (familyId.charCodeAt(familyId.length - 1) || 0)) % shards
}

/** The key of calls that touch the same family. */
export function familyKey({ familyId }: Pick<FamilyRecord, 'familyId'>): string {
  return `family ${familyId}`
}

/** The key of calls that spend or store the same code or refresh token. */
export function spendableKey({ kind, ref }: Pick<Spendable, 'kind' | 'ref'>): string {
  return `${kind} ${ref.locator} ${ref.hash}`
}
