import type { AccessTokenRecord, FoundSpendable, SecretHash, SecretRef, Spendable, Store } from '@ambit/server'
import {
  type CredentialRow,
  credentialColumns,
  parseAccessToken,
  parseSpendable,
  parseSpent,
  type SpentColumns,
} from '../../credential-row.ts'
import { accessTokenReader } from './access-token-read.ts'
import { credentialInsert } from './credential-insert.ts'
import type { Database } from './database.ts'
import { exchangeIn } from './exchange.ts'
import { type FamilyColumns, familyColumns, familyTable, parseFamily } from './family-table.ts'
import { statusRevocation } from './status-table.ts'

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
type RequestRow = CredentialRow & { readonly locator: number; readonly hash: SecretHash }

/** Codes, refresh tokens, access tokens, and the families they belong to. */
export function credentialTable(db: Database): Credentials {
  const families = familyTable(db)
  const insert = credentialInsert(db, families)
  const statuses = statusRevocation(db)
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
    revokeAccessToken: (ref, at) =>
      db.write(() => {
        revoke.run(at, ref.locator, ref.hash)
        statuses.token(ref, at)
      }),
    revokeFamilies: (selection, at) => db.write(() => families.revoke(selection, at)),
  }
}

function readers(db: Database): Pick<Credentials, 'findSpendable' | 'findAccessToken' | 'findTokensOfRequest'> {
  const findSpendable = db.prepare(
    `SELECT ${credentialColumns}, c.spent_at, c.successor_locator, c.successor_hash, c.salt, f.is_begun, ${familyColumns}
     FROM credential AS c LEFT JOIN family AS f ON f.family_id = c.family_id
     WHERE c.locator = ? AND c.hash = ? AND c.kind = ?`,
  )
  const ofRequest = db.prepare(
    `SELECT c.locator, c.hash, ${credentialColumns} FROM credential AS c
     WHERE c.locator BETWEEN ? AND ? AND c.request_id = ?`,
  )
  return {
    findSpendable: (ref, kind) =>
      db.read(() => parseFoundSpendable(ref, findSpendable.get(ref.locator, ref.hash, kind))),
    findAccessToken: accessTokenReader(db),
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

function parseOfRequest(found: unknown): Spendable | AccessTokenRecord {
  const row = found as RequestRow
  const ref = { locator: row.locator, hash: row.hash }
  return row.kind === 'access_token' ? parseAccessToken(ref, row) : parseSpendable(ref, row)
}
