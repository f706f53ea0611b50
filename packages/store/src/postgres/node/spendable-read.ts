// RFC 6749 §4.1.2, §6
import type { FoundSpendable, SecretRef, Spendable, Store } from '@ambit/server'
import { familyColumns } from '../../family-row.ts'
import { type FoundSpendableRow, parseFoundSpendable } from '../../found-credential.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import type { Row, Statement } from './statement.ts'

type FoundRow = Omit<FoundSpendableRow, 'kind' | 'revoked_at'> & { readonly is_begun: boolean | null }

/** Finds codes and refresh tokens. */
export function spendableReader(db: Database): Store['findSpendable'] {
  const findCode = db.read(findCodeStatement)
  const findRefreshToken = db.read(findRefreshTokenStatement)
  return (ref, kind) => (kind === 'code' ? findCode(ref) : findRefreshToken(ref))
}

const found = `i.n, c.client_id, c.user_id, c.family_id, c.request_id, c.expires_at, c.data, c.trace, f.is_begun,
  ${familyColumns}`

const findCodeStatement: Statement<SecretRef, FoundSpendable | undefined> = {
  name: 'find_code',
  input: refColumns.input,
  sql: input => `
    SELECT ${found}, c.spent_at, c.salt
    FROM (${input}) AS i
    JOIN code AS c ON c.shard = i.shard AND c.locator = i.locator AND c.hash = i.hash
    LEFT JOIN family AS f ON f.family_id = c.family_id`,
  values: refColumns.values,
  parse: ([row], ref) => parseFound('code', ref, row),
}

const findRefreshTokenStatement: Statement<SecretRef, FoundSpendable | undefined> = {
  name: 'find_refresh_token',
  input: refColumns.input,
  sql: input => `
    SELECT ${found}, r.spent_at, r.successor_locator, r.successor_hash, r.salt
    FROM (${input}) AS i
    JOIN refresh_token AS c ON c.shard = i.shard AND c.locator = i.locator AND c.hash = i.hash
    LEFT JOIN family AS f ON f.family_id = c.family_id
    LEFT JOIN rotation AS r ON r.shard = c.shard AND r.locator = c.locator AND r.hash = c.hash`,
  values: refColumns.values,
  parse: ([row], ref) => parseFound('refresh_token', ref, row),
}

/** Neither is ever revoked by itself. */
function parseFound(kind: Spendable['kind'], ref: SecretRef, row: Row | undefined): FoundSpendable | undefined {
  if (!row) return undefined
  const columns = row as FoundRow
  return parseFoundSpendable(ref, { ...columns, kind, revoked_at: null }, columns.is_begun === true)
}
