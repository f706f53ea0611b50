import type { AccessTokenRecord, SecretHash, Spendable, Store } from '@ambit/server'
import { type CredentialRow, parseAccessToken, parseSpendable } from '../../credential-row.ts'
import type { Database } from './database.ts'
import { shards } from './shard.ts'
import type { Row } from './statement.ts'

type RequestRow = CredentialRow & { readonly locator: number; readonly hash: SecretHash }

const everyShard = Array.from({ length: shards }, (_, shard) => shard).join(', ')

/** Finds what a request stored, along the keys of the rows. A replica may answer: what it does not have yet is told a moment later. */
export function requestTokens(db: Database): Store['findTokensOfRequest'] {
  const of = (kind: CredentialRow['kind'], table: string, revokedAt: string) =>
    `SELECT '${kind}' AS kind, locator, hash, client_id, user_id, family_id, request_id, expires_at,
       ${revokedAt} AS revoked_at, data, trace
     FROM ${table} WHERE shard IN (${everyShard}) AND locator BETWEEN $2 AND $3 AND request_id = $1`
  const none = 'CAST(NULL AS bigint)'
  const tables = [
    of('code', 'code', none),
    of('refresh_token', 'refresh_token', none),
    of('access_token', 'access_token', 'revoked_at'),
  ]
  const sql = `${tables.join(' UNION ALL ')} ORDER BY locator, hash`
  return async (requestId, [from, to]) => (await db.list(sql, [requestId, from, to], true)).map(parseOfRequest)
}

function parseOfRequest(found: Row): Spendable | AccessTokenRecord {
  const row = found as RequestRow
  const ref = { locator: row.locator, hash: row.hash }
  return row.kind === 'access_token' ? parseAccessToken(ref, row) : parseSpendable(ref, row)
}
