// RFC 6749 §4.1.2
import type { CodeRecord } from '@ambit/server'
import { familyKey, shardOfFamily, spendableColumns, spendableKey } from './credential-columns.ts'
import type { SqlValue, Statement } from './statement.ts'

/**
 * Stores a code. The row of its family stands from this moment, so that whatever revokes families also reaches the code;
 * a family that is there already stays as it is.
 */
export const saveCodeStatement: Statement<CodeRecord, void> = {
  name: 'save_code',
  input: { ...spendableColumns.input, f_shard: 'smallint', f_session: 'text', f_created: 'bigint' },
  sql: input => `
    WITH input AS MATERIALIZED (${input}),
    announced AS (
      INSERT INTO family (family_id, shard, client_id, user_id, session_id, is_begun, created_at, expires_at)
      SELECT s_family, f_shard, s_client, s_user, f_session, false, f_created, s_expires FROM input ORDER BY s_family
      ON CONFLICT (family_id) DO NOTHING
    )
    INSERT INTO code (shard, locator, hash, client_id, user_id, family_id, request_id, expires_at, kept_until, data, trace)
    SELECT s_shard, s_locator, s_hash, s_client, s_user, s_family, s_request, s_expires, s_expires, s_data, s_trace FROM input`,
  values: (code): readonly SqlValue[] => [
    ...spendableColumns.values(code),
    shardOfFamily(code.familyId),
    code.sessionId ?? null,
    code.issuedAt,
  ],
  keys: code => [spendableKey(code), familyKey(code)],
  parse: () => undefined,
}
