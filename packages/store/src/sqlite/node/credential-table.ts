import type { FoundSpendable, SecretRef } from '@ambit/server'
import { credentialColumns } from '../../credential-row.ts'
import { familyColumns } from '../../family-row.ts'
import { type FoundSpendableRow, parseFoundSpendable, parseTokenOfRequest } from '../../found-credential.ts'
import type { Credentials } from '../../store-parts.ts'
import { accessTokenReader } from './access-token-read.ts'
import { credentialInsert } from './credential-insert.ts'
import type { Database } from './database.ts'
import { exchangeIn } from './exchange.ts'
import { familyTable } from './family-table.ts'
import { statusRevocation } from './status-table.ts'

type SpendableRow = FoundSpendableRow & { readonly is_begun: number | null }

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
    findSpendable: (ref, kind) => db.read(() => parseFound(ref, findSpendable.get(ref.locator, ref.hash, kind))),
    findAccessToken: accessTokenReader(db),
    findTokensOfRequest: (requestId, [from, to]) =>
      db.read(() => ofRequest.all(from, to, requestId).map(parseTokenOfRequest)),
  }
}

function parseFound(ref: SecretRef, found: unknown): FoundSpendable | undefined {
  if (!found) return undefined
  const row = found as SpendableRow
  return parseFoundSpendable(ref, row, row.is_begun === 1)
}
