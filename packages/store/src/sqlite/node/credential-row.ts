import type { EpochSeconds } from '@ambit/protocol'
import type {
  AccessTokenRecord,
  ClientId,
  CodeRecord,
  FamilyId,
  RefreshTokenRecord,
  RequestId,
  SecretHash,
  Spendable,
  Spent,
  UserId,
} from '@ambit/server'

/** The columns of a credential that a reader needs beside its reference. */
export type CredentialRow = {
  readonly kind: 'code' | 'refresh_token' | 'access_token'
  readonly client_id: ClientId
  readonly user_id: UserId | null
  readonly family_id: FamilyId | null
  readonly request_id: RequestId
  readonly expires_at: EpochSeconds
  readonly revoked_at: EpochSeconds | null
  readonly data: string
}

/** The columns that say how a credential was spent. */
export type SpentColumns = {
  readonly spent_at: EpochSeconds | null
  readonly successor_locator: number | null
  readonly successor_hash: SecretHash | null
  readonly salt: string | null
}

/** Selects {@link CredentialRow} from a `credential AS c`. */
export const credentialColumns =
  'c.kind, c.client_id, c.user_id, c.family_id, c.request_id, c.expires_at, c.revoked_at, c.data'

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] }
type Data = Pick<AccessTokenRecord['trace'], 'requested' | 'steps'>

/** What of a code or refresh token is not a column; members that are absent stay absent in JSON. */
export function spendableData(record: Spendable): string {
  const { scope, resources, issuedAt, authTime, acr, amr, sessionId, claims, nonce, trace } = record
  const { requested, steps } = trace
  const shared = { scope, resources, issuedAt, authTime, acr, amr, sessionId, claims, nonce, requested, steps }
  if (record.kind === 'refresh_token') return JSON.stringify({ ...shared, generation: record.generation })
  const { redirectUri, isRedirectUriSent, codeChallenge } = record
  return JSON.stringify({ ...shared, redirectUri, isRedirectUriSent, codeChallenge })
}

/** What of an access token is not a column. */
export function accessTokenData(record: AccessTokenRecord): string {
  const { scope, audience, issuedAt, authTime, acr, amr, claims, trace } = record
  const { requested, steps } = trace
  return JSON.stringify({ scope, audience, issuedAt, authTime, acr, amr, claims, requested, steps })
}

/** The access token of a row. */
export function parseAccessToken(ref: AccessTokenRecord['ref'], row: CredentialRow): AccessTokenRecord {
  const { requested, steps, ...data } = JSON.parse(row.data) as Data & Changeable<AccessTokenRecord>
  data.kind = 'access_token'
  data.ref = ref
  data.clientId = row.client_id
  if (row.user_id !== null) data.userId = row.user_id
  if (row.family_id !== null) data.familyId = row.family_id
  data.expiresAt = row.expires_at
  if (row.revoked_at !== null) data.revokedAt = row.revoked_at
  data.trace = { requestId: row.request_id, requested, steps }
  return data
}

/** The code or refresh token of a row. */
export function parseSpendable(ref: Spendable['ref'], row: CredentialRow): Spendable {
  const { requested, steps, ...data } = JSON.parse(row.data) as Data & Omit<CodeRecord & RefreshTokenRecord, 'kind'>
  const { client_id: clientId, user_id: userId, family_id: familyId, expires_at: expiresAt } = row
  const trace = { requestId: row.request_id, requested, steps }
  return { ...data, kind: row.kind, ref, clientId, userId, familyId, expiresAt, trace } as Spendable
}

/** How the row's credential was spent; `undefined` when it was not. */
export function parseSpent(row: SpentColumns): Spent | undefined {
  const { spent_at: spentAt, successor_locator: locator, successor_hash: hash, salt } = row
  if (spentAt === null) return undefined
  return {
    spentAt,
    ...(locator !== null && hash !== null && { successor: { locator, hash } }),
    ...(salt !== null && { salt }),
  }
}
