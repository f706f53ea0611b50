// RFC 6749 §4.1.2, RFC 9700 §4.14.2
import type { SecretRef, Spendable } from '@ambit/server'
import type { ExchangeState } from '../../exchange-rule.ts'
import { type ExchangeRow, parseExchangeState } from '../../found-credential.ts'
import { refColumns } from './credential-columns.ts'
import type { Row, Statement } from './statement.ts'

const familyState = 'f.expires_at AS family_expires_at, f.revoked_at AS family_revoked_at'

/** Reads what an exchange that did not win needs to know of the code. */
export const codeStateStatement: Statement<SecretRef, ExchangeState | undefined> = {
  name: 'code_state',
  input: refColumns.input,
  sql: input => `
    SELECT i.n, c.expires_at, c.family_id, c.spent_at, c.salt, ${familyState}, false AS is_successor_unspent
    FROM (${input}) AS i
    JOIN code AS c ON c.shard = i.shard AND c.locator = i.locator AND c.hash = i.hash
    LEFT JOIN family AS f ON f.family_id = c.family_id`,
  values: refColumns.values,
  parse: ([row]) => parseState('code', row),
}

/** Reads what an exchange that did not win needs to know of the refresh token. */
export const refreshTokenStateStatement: Statement<SecretRef, ExchangeState | undefined> = {
  name: 'refresh_token_state',
  input: refColumns.input,
  sql: input => `
    SELECT i.n, c.expires_at, c.family_id, r.spent_at, r.successor_locator, r.successor_hash, r.salt, ${familyState},
      s.hash IS NOT NULL AND t.hash IS NULL AS is_successor_unspent
    FROM (${input}) AS i
    JOIN refresh_token AS c ON c.shard = i.shard AND c.locator = i.locator AND c.hash = i.hash
    LEFT JOIN family AS f ON f.family_id = c.family_id
    LEFT JOIN rotation AS r ON r.shard = c.shard AND r.locator = c.locator AND r.hash = c.hash
    LEFT JOIN refresh_token AS s
      ON s.shard = r.successor_shard AND s.locator = r.successor_locator AND s.hash = r.successor_hash
    LEFT JOIN rotation AS t ON t.shard = s.shard AND t.locator = s.locator AND t.hash = s.hash`,
  values: refColumns.values,
  parse: ([row]) => parseState('refresh_token', row),
}

function parseState(kind: Spendable['kind'], row: Row | undefined): ExchangeState | undefined {
  if (!row) return undefined
  const found = row as Omit<ExchangeRow, 'kind'> & { readonly is_successor_unspent: boolean }
  return parseExchangeState({ ...found, kind }, () => found.is_successor_unspent)
}
