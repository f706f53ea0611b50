import type { SecretRef, SessionRecord, UserId } from '@ambit/server'
import { parseSession } from '../../session-row.ts'
import type { Sessions } from '../../store-parts.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import type { Statement } from './statement.ts'

/**
 * Sessions. A deleted one leaves an empty row until its absolute end, so that a request still under way, of whatever node,
 * cannot save it back to life. A session names the registration that its user had: one that was begun while the user
 * was being deleted is no session of whoever gets the identifier later.
 */
export function sessionTable(db: Database): Sessions {
  return {
    findSession: db.read(finding),
    saveSession: db.write(saving),
    deleteSession: db.write(ending),
    deleteSessionsOf: db.write(endingOfUser),
  }
}

/** The UPDATE that ends sessions; it can be carried out again without harm. */
export function endSessions(condition: string): string {
  return `UPDATE session SET is_ended = true, expires_at = ends_at, data = '{}' WHERE ${condition} AND NOT is_ended`
}

const isAtRef = 's.shard = i.shard AND s.locator = i.locator AND s.hash = i.hash'

const finding: Statement<SecretRef, SessionRecord | undefined> = {
  name: 'find_session',
  input: refColumns.input,
  sql: input => `WITH input AS (${input})
    SELECT i.n, s.user_id, s.expires_at, s.ends_at, s.data
    FROM input AS i JOIN session AS s ON ${isAtRef} LEFT JOIN account AS a ON a.user_id = s.user_id
    WHERE NOT s.is_ended AND s.registration = coalesce(a.registration, '')`,
  values: refColumns.values,
  parse: ([row], ref) => parseSession(ref, row),
}

const saving: Statement<SessionRecord, void> = {
  name: 'save_session',
  input: { ...refColumns.input, user_id: 'text', expires_at: 'bigint', ends_at: 'bigint', data: 'text' },
  sql: input => `WITH input AS (${input}), saved AS (
      INSERT INTO session (shard, locator, hash, user_id, registration, expires_at, ends_at, is_ended, data)
      SELECT i.shard, i.locator, i.hash, i.user_id, coalesce(a.registration, ''), i.expires_at, i.ends_at, false, i.data
      FROM input AS i LEFT JOIN account AS a ON a.user_id = i.user_id
      ON CONFLICT (shard, locator, hash) DO UPDATE SET user_id = excluded.user_id,
      registration = CASE WHEN session.user_id = excluded.user_id THEN session.registration ELSE excluded.registration END,
      expires_at = excluded.expires_at, ends_at = excluded.ends_at, data = excluded.data WHERE NOT session.is_ended
      RETURNING 1
    )
    SELECT 0 AS n WHERE false`,
  values: ({ ref, userId, expiresAt, endsAt, ...rest }) => [
    ...refColumns.values(ref),
    userId,
    expiresAt,
    endsAt,
    JSON.stringify(rest),
  ],
  keys: ({ ref }) => [sessionKey(ref)],
  parse: () => undefined,
}

const ending: Statement<SecretRef, boolean> = {
  name: 'end_session',
  input: refColumns.input,
  sql: input => `WITH input AS (${input}), ended AS (
      UPDATE session AS s SET is_ended = true, expires_at = s.ends_at, data = '{}' FROM input AS i
      WHERE ${isAtRef} AND NOT s.is_ended RETURNING i.n
    )
    SELECT n FROM ended`,
  values: refColumns.values,
  keys: ref => [sessionKey(ref)],
  parse: rows => rows.length === 1,
}

const endingOfUser: Statement<UserId, void> = {
  name: 'end_sessions_of_user',
  input: { user_id: 'text' },
  sql: input => `WITH input AS (${input}), ended AS (
      ${endSessions('user_id IN (SELECT user_id FROM input)')} RETURNING user_id
    )
    SELECT 0 AS n WHERE false`,
  values: userId => [userId],
  parse: () => undefined,
}

function sessionKey({ locator, hash }: SecretRef): string {
  return `session ${locator} ${hash}`
}
