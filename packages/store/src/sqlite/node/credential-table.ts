import type {
  AccessTokenRecord,
  FoundAccessToken,
  FoundSpendable,
  GrantRecord,
  SecretHash,
  SecretRef,
  Spendable,
  Store,
} from '@ambit/server'
import { credentialInsert } from './credential-insert.ts'
import {
  type CredentialRow,
  credentialColumns,
  parseAccessToken,
  parseSpendable,
  parseSpent,
  type SpentColumns,
} from './credential-row.ts'
import type { Database } from './database.ts'
import { exchangeIn } from './exchange.ts'
import { type FamilyColumns, familyColumns, familyTable, parseFamily } from './family-table.ts'

type Credentials = Pick<
  Store,
  | 'saveCode'
  | 'findSpendable'
  | 'exchange'
  | 'saveAccessToken'
  | 'findAccessToken'
  | 'revokeAccessToken'
  | 'revokeFamilies'
  | 'findTokensOfRequest'
>
type SpendableRow = CredentialRow & SpentColumns & FamilyColumns & { readonly is_begun: number | null }
type TokenRow = CredentialRow & FamilyColumns & { readonly grant_data: string | null }
type RequestRow = CredentialRow & { readonly locator: number; readonly hash: SecretHash }

/** Codes, refresh tokens, access tokens, and the families they belong to. */
export function credentialTable(db: Database): Credentials {
  const families = familyTable(db)
  const insert = credentialInsert(db, families)
  const exchange = exchangeIn(db, { insert, families })
  const revoke = db.prepare(
    `UPDATE credential SET revoked_at = ?
     WHERE locator = ? AND hash = ? AND kind = 'access_token' AND revoked_at IS NULL`,
  )
  return {
    ...readers(db),
    saveCode: code =>
      db.write(() => {
        insert.spendable(code)
        families.announce(code)
      }),
    exchange: (spending, issued) => db.write(() => exchange(spending, issued)),
    saveAccessToken: (accessToken, issued) => db.write(() => insert.issued({ ...issued, accessToken })),
    revokeAccessToken: (ref, at) => db.write(() => void revoke.run(at, ref.locator, ref.hash)),
    revokeFamilies: (selection, at) => db.write(() => families.revoke(selection, at)),
  }
}

function readers(db: Database): Pick<Credentials, 'findSpendable' | 'findAccessToken' | 'findTokensOfRequest'> {
  const findSpendable = db.prepare(
    `SELECT ${credentialColumns}, c.spent_at, c.successor_locator, c.successor_hash, c.salt, f.is_begun, ${familyColumns}
     FROM credential AS c LEFT JOIN family AS f ON f.family_id = c.family_id
     WHERE c.locator = ? AND c.hash = ? AND c.kind = ?`,
  )
  const findAccessToken = db.prepare(
    `SELECT ${credentialColumns}, ${familyColumns}, g.data AS grant_data
     FROM credential AS c
     LEFT JOIN family AS f ON f.family_id = c.family_id
     LEFT JOIN consent AS g ON g.user_id = c.user_id AND g.client_id = c.client_id
     LEFT JOIN client AS k ON k.registration = c.registration
     WHERE c.locator = ? AND c.hash = ? AND c.kind = 'access_token'
     AND (f.family_id IS NOT NULL OR k.registration IS NOT NULL)`,
  )
  const ofRequest = db.prepare(
    `SELECT c.locator, c.hash, ${credentialColumns} FROM credential AS c
     WHERE c.locator BETWEEN ? AND ? AND c.request_id = ?`,
  )
  return {
    findSpendable: (ref, kind) =>
      db.read(() => parseFoundSpendable(ref, findSpendable.get(ref.locator, ref.hash, kind))),
    findAccessToken: ref => db.read(() => parseFoundToken(ref, findAccessToken.get(ref.locator, ref.hash))),
    findTokensOfRequest: (requestId, [from, to]) =>
      db.read(() => ofRequest.all(from, to, requestId).map(parseOfRequest)),
  }
}

function parseFoundSpendable(ref: SecretRef, found: unknown): FoundSpendable | undefined {
  if (!found) return undefined
  const row = found as SpendableRow
  const record = parseSpendable(ref, row)
  const spent = parseSpent(row)
  const family = row.is_begun === 1 || row.family_revoked_at !== null ? parseFamily(row) : undefined
  return { record, ...(spent && { spent }), ...(family && { family }) }
}

function parseFoundToken(ref: SecretRef, found: unknown): FoundAccessToken | undefined {
  if (!found) return undefined
  const row = found as TokenRow
  const record = parseAccessToken(ref, row)
  const family = parseFamily(row)
  const grant = row.grant_data === null ? undefined : parseGrantData(record, row.grant_data)
  return { record, ...(family && { family }), ...(grant && { grant }) }
}

function parseGrantData({ userId, clientId }: AccessTokenRecord, data: string): GrantRecord | undefined {
  if (userId === undefined) return undefined
  return { ...(JSON.parse(data) as Omit<GrantRecord, 'userId' | 'clientId'>), userId, clientId }
}

function parseOfRequest(found: unknown): Spendable | AccessTokenRecord {
  const row = found as RequestRow
  const ref = { locator: row.locator, hash: row.hash }
  return row.kind === 'access_token' ? parseAccessToken(ref, row) : parseSpendable(ref, row)
}
