import type { Store } from '@ambit/server'
import type { CredentialRow } from '../../credential-row.ts'
import { parseTokenOfRequest } from '../../found-credential.ts'
import type { Database } from './database.ts'
import { shards } from './shard.ts'

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
  return async (requestId, [from, to]) => (await db.list(sql, [requestId, from, to], true)).map(parseTokenOfRequest)
}
