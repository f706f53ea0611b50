// RFC 6749 §4.4, RFC 8693 §2
import type { AccessTokenRecord, Issued } from '@ambit/server'
import { requireFamily } from '../../family-rule.ts'
import { accessTokenColumns, familyColumns, familyKey, spendableColumns, statusColumns } from './credential-columns.ts'
import { insertAccessTokens, insertRefreshTokens, insertStatuses } from './credential-insert.ts'
import type { Database } from './database.ts'
import { keptUntil } from './kept-until.ts'
import type { Statement } from './statement.ts'

type Saved = Pick<Issued, 'family' | 'refreshToken'> & { readonly accessToken: AccessTokenRecord }

/** Stores access tokens that spend nothing. */
export function accessTokenSave(db: Database): (saved: Saved) => Promise<void> {
  const saveAlone = db.write(saveAloneStatement)
  const saveWith = db.write(saveWithStatement)
  return async saved => {
    requireFamily(saved.accessToken)
    const isAlone = !saved.family && !saved.refreshToken && !saved.accessToken.status
    return isAlone ? saveAlone(saved.accessToken) : saveWith(saved)
  }
}

/** Most tokens of machines: an insert and nothing else. */
const saveAloneStatement: Statement<AccessTokenRecord, void> = {
  name: 'save_access_token',
  input: accessTokenColumns.input,
  sql: input => `WITH input AS MATERIALIZED (${input}) ${insertAccessTokens('input')}`,
  values: accessTokenColumns.values,
  parse: () => undefined,
}

/**
 * With a family that begins, a refresh token, or a status. A status is a copy of what the token stands in, so that row is locked:
 * the family's against a revocation, the client's against its deletion. What is gone or revoked by then is stored as revoked.
 */
const saveWithStatement: Statement<Saved, void> = {
  name: 'save_access_token_with',
  input: {
    ...familyColumns.input,
    ...spendableColumns.input,
    ...accessTokenColumns.input,
    ...statusColumns.input,
  },
  sql: input => `
    WITH input AS MATERIALIZED (${input}),
    begun AS (
      INSERT INTO family (family_id, shard, client_id, user_id, session_id, is_begun, created_at, expires_at, revoked_at)
      SELECT f_id, f_shard, f_client, f_user, f_session, true, f_created, f_expires, f_revoked
      FROM input WHERE f_id IS NOT NULL ORDER BY f_id
      ON CONFLICT (family_id) DO UPDATE SET session_id = excluded.session_id, is_begun = true,
        created_at = excluded.created_at, expires_at = excluded.expires_at
      RETURNING family_id, revoked_at
    ),
    standing AS MATERIALIZED (
      SELECT i.n, f.revoked_at FROM input AS i JOIN family AS f ON f.family_id = i.t_family
      WHERE i.list IS NOT NULL AND i.f_id IS NULL ORDER BY f.family_id FOR SHARE OF f
    ),
    registered AS MATERIALIZED (
      SELECT k.client_id FROM client AS k WHERE k.client_id IN
      (SELECT t_client FROM input WHERE list IS NOT NULL UNION SELECT owner FROM input WHERE list IS NOT NULL)
      ORDER BY k.client_id FOR KEY SHARE
    ),
    refreshed AS (${insertRefreshTokens('input', familyEnd)}),
    stored AS (${insertAccessTokens('input')})
    ${insertStatuses('input', isAlive)}`,
  values: ({ family, refreshToken, accessToken }) => [
    ...familyColumns.values(family),
    ...spendableColumns.values(refreshToken),
    ...accessTokenColumns.values(accessToken),
    ...statusColumns.values(accessToken),
  ],
  keys: ({ family }) => (family ? [familyKey(family)] : []),
  parse: () => undefined,
}

/** Until when the family is kept that is there, or that begins. */
const familyEnd = `(SELECT ${keptUntil('f.expires_at', 'f.created_at')} FROM family AS f WHERE f.family_id = s_family),
  ${keptUntil('f_expires', 'f_created')}`

/** A client that was deleted at the same time is still a row in the statement's snapshot, and no longer one that could be locked. */
const isAlive = `(t_family IS NULL AND t_client IN (SELECT client_id FROM registered)
    AND owner IN (SELECT client_id FROM registered))
  OR (t_family IN (SELECT family_id FROM begun WHERE revoked_at IS NULL)
    OR n IN (SELECT n FROM standing WHERE revoked_at IS NULL))
    AND (exchanged_by IS NULL OR exchanged_by IN (SELECT client_id FROM registered)
      OR NOT EXISTS (SELECT 1 FROM client AS k WHERE k.client_id = exchanged_by))`
