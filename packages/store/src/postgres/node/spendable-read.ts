// RFC 6749 §4.1.2, §6
import type { FoundSpendable, SecretRef, Spendable, Store } from '@ambit/server'
import { parseSpendable } from '../../credential-row.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import {
  type FamilyRow,
  familyRowColumns,
  parseFamilyRow,
  parseSpentRow,
  type SpendableRow,
  type SpentRow,
  spendableRowColumns,
} from './spendable-row.ts'
import type { Row, Statement } from './statement.ts'

type FoundRow = SpendableRow & SpentRow & FamilyRow & { readonly is_begun: boolean | null }

/** Finds codes and refresh tokens. */
export function spendableReader(db: Database): Store['findSpendable'] {
  const findCode = db.read(findCodeStatement)
  const findRefreshToken = db.read(findRefreshTokenStatement)
  return (ref, kind) => (kind === 'code' ? findCode(ref) : findRefreshToken(ref))
}

const found = `i.n, ${spendableRowColumns}, f.is_begun, ${familyRowColumns}`

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

function parseFound(kind: Spendable['kind'], ref: SecretRef, row: Row | undefined): FoundSpendable | undefined {
  if (!row) return undefined
  const columns = row as FoundRow
  const record = parseSpendable(ref, { ...columns, kind, revoked_at: null })
  const spent = parseSpentRow(columns)
  const family = columns.is_begun || columns.f_revoked_at !== null ? parseFamilyRow(columns) : undefined
  return { record, ...(spent && { spent }), ...(family && { family }) }
}
