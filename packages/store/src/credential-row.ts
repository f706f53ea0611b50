import type { EpochSeconds } from '@ambit/protocol'
import type {
  AccessTokenRecord,
  ClientId,
  CodeRecord,
  DecisionTrace,
  FamilyId,
  RequestId,
  SecretHash,
  SecretRef,
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
  readonly trace: string
}

/** The columns that say how a credential was spent; a code has no successor. */
export type SpentColumns = {
  readonly spent_at: EpochSeconds | null
  readonly successor_locator?: number | null
  readonly successor_hash?: SecretHash | null
  readonly salt: string | null
}

/** Selects {@link CredentialRow} from a `credential AS c`. */
export const credentialColumns =
  'c.kind, c.client_id, c.user_id, c.family_id, c.request_id, c.expires_at, c.revoked_at, c.data, c.trace'

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] }
type AccessTokenData = Pick<
  AccessTokenRecord,
  | 'scope'
  | 'audience'
  | 'issuedAt'
  | 'authTime'
  | 'acr'
  | 'amr'
  | 'claims'
  | 'status'
  | 'confirmation'
  | 'details'
  | 'actor'
  | 'mayAct'
  | 'consentOf'
>

/** What of a code or refresh token is not a column; members that are absent stay absent in JSON. */
export function spendableData(record: Spendable): string {
  const { scope, resources, issuedAt, authTime, acr, amr, sessionId, claims, nonce } = record
  const { details, confirmation } = record
  const login = { authTime, acr, amr, sessionId, claims, nonce }
  const spendable = { scope, resources, issuedAt, ...login, details, confirmation }
  if (record.kind === 'refresh_token') return JSON.stringify({ ...spendable, generation: record.generation })
  const { redirectUri, isRedirectUriSent, codeChallenge } = record
  return JSON.stringify({ ...spendable, redirectUri, isRedirectUriSent, codeChallenge })
}

/** What of an access token is not a column. */
export function accessTokenData(record: AccessTokenRecord): string {
  const { scope, audience, issuedAt, authTime, acr, amr, claims, status } = record
  const { confirmation, details, actor, mayAct, consentOf } = record
  const own = { scope, audience, issuedAt, authTime, acr, amr, claims, status }
  return JSON.stringify({ ...own, confirmation, details, actor, mayAct, consentOf })
}

/** What of a trace is not a column: nothing where the scope is what was asked for, which is the rule. */
export function traceData({ scope, trace }: Spendable | AccessTokenRecord): string {
  const { requested, steps } = trace
  return steps.length === 0 && requested === scope ? '' : JSON.stringify({ requested, steps })
}

/** The access token of a row. */
export function parseAccessToken(ref: SecretRef, row: Omit<CredentialRow, 'kind'>): AccessTokenRecord {
  const data = JSON.parse(row.data) as AccessTokenData
  const record: Changeable<AccessTokenRecord> = {
    kind: 'access_token',
    ref,
    clientId: row.client_id,
    scope: data.scope,
    audience: data.audience,
    issuedAt: data.issuedAt,
    expiresAt: row.expires_at,
    trace: parseTrace(row.request_id, data.scope, row.trace),
  }
  if (row.user_id !== null) record.userId = row.user_id
  if (row.family_id !== null) record.familyId = row.family_id
  if (row.revoked_at !== null) record.revokedAt = row.revoked_at
  if (data.authTime !== undefined) record.authTime = data.authTime
  if (data.acr !== undefined) record.acr = data.acr
  if (data.amr !== undefined) record.amr = data.amr
  if (data.claims !== undefined) record.claims = data.claims
  if (data.status !== undefined) record.status = data.status
  if (data.confirmation !== undefined) record.confirmation = data.confirmation
  if (data.details !== undefined) record.details = data.details
  if (data.actor !== undefined) record.actor = data.actor
  if (data.mayAct !== undefined) record.mayAct = data.mayAct
  if (data.consentOf !== undefined) record.consentOf = data.consentOf
  return record
}

/** The code or refresh token of a row. */
export function parseSpendable(ref: SecretRef, row: CredentialRow): Spendable {
  const data = JSON.parse(row.data) as Omit<CodeRecord, 'kind'>
  const { client_id: clientId, user_id: userId, family_id: familyId, expires_at: expiresAt } = row
  const trace = parseTrace(row.request_id, data.scope, row.trace)
  return { ...data, kind: row.kind, ref, clientId, userId, familyId, expiresAt, trace } as Spendable
}

function parseTrace(requestId: RequestId, scope: string, text: string): DecisionTrace {
  if (text === '') return { requestId, requested: scope, steps: [] }
  const { requested, steps } = JSON.parse(text) as Omit<DecisionTrace, 'requestId'>
  return { requestId, requested, steps }
}

/** How the row's credential was spent; `undefined` when it was not. */
export function parseSpent(row: SpentColumns): Spent | undefined {
  const { spent_at: spentAt, successor_locator: locator = null, successor_hash: hash = null, salt } = row
  if (spentAt === null) return undefined
  return {
    spentAt,
    ...(locator !== null && hash !== null && { successor: { locator, hash } }),
    ...(salt !== null && { salt }),
  }
}

/** The reference of a row. */
export function parseRef(row: unknown): SecretRef {
  const { locator, hash } = row as SecretRef
  return { locator, hash }
}
