import type { Dialect } from './schema.ts'

/** For tables where rows come and go at the same rate: dead rows are collected by their number, not by a share of a large table. */
const churning = { autovacuum_vacuum_scale_factor: 0.02, autovacuum_vacuum_insert_scale_factor: 0.05 } as const

/**
 * Codes, refresh tokens, access tokens, the families they belong to, and the statuses of tokens.
 *
 * A code is spent by a change of its row, a refresh token by a row in `rotation`: its successor is inserted by the same
 * statement, and CockroachDB refuses two changes of one table in one statement. `rotation` has no end of its own; its rows go
 * with their refresh tokens. `kept_until` is the end of a row that was spent or could be: a replay is recognised until its family ends.
 * Indexes, and who needs them:
 * - `code_end`, `refresh_token_end`, `access_token_end`, `family_end` (until version 2), `token_status_end`: sweep, without
 *   reading live rows
 * - `family_user`, `family_session`, `family_client`: revocation by user (and client), by session, by client
 * - `token_status_revoked`: a status list, without reading what is not revoked; `token_status_family`, `token_status_client`:
 *   revocation, the latter of tokens that have no family; `token_status_exchanged`: deleting a client that exchanged tokens
 *   of another's family
 */
export function credentialTables(dialect: Dialect): readonly string[] {
  return [...spendables(dialect), ...accessTokens(dialect), ...families(dialect), ...statuses(dialect)]
}

function spendables({ text, storage }: Dialect): readonly string[] {
  const columns = `shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL, client_id ${text} NOT NULL,
    user_id ${text} NOT NULL, family_id ${text} NOT NULL, request_id ${text} NOT NULL, expires_at bigint NOT NULL,
    kept_until bigint NOT NULL, data ${text} NOT NULL, trace ${text} NOT NULL`
  return [
    `CREATE TABLE code (${columns}, spent_at bigint, salt ${text}, PRIMARY KEY (shard, locator, hash))${storage(churning)}`,
    'CREATE INDEX code_end ON code ((shard + 0), kept_until)',
    `CREATE TABLE refresh_token (${columns}, PRIMARY KEY (shard, locator, hash))${storage(churning)}`,
    'CREATE INDEX refresh_token_end ON refresh_token ((shard + 0), kept_until)',
    `CREATE TABLE rotation (
      shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL, spent_at bigint NOT NULL,
      successor_shard smallint, successor_locator bigint, successor_hash ${text}, salt ${text},
      PRIMARY KEY (shard, locator, hash)
    )${storage(churning)}`,
  ]
}

function accessTokens({ text, storage }: Dialect): readonly string[] {
  return [
    `CREATE TABLE access_token (
      shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL, client_id ${text} NOT NULL, user_id ${text},
      family_id ${text}, registration ${text}, request_id ${text} NOT NULL, expires_at bigint NOT NULL, revoked_at bigint,
      data ${text} NOT NULL, trace ${text} NOT NULL, PRIMARY KEY (shard, locator, hash)
    )${storage(churning)}`,
    'CREATE INDEX access_token_end ON access_token ((shard + 0), expires_at)',
  ]
}

function families({ text, storage }: Dialect): readonly string[] {
  return [
    `CREATE TABLE family (
      family_id ${text} PRIMARY KEY, shard smallint NOT NULL, client_id ${text} NOT NULL, user_id ${text} NOT NULL,
      session_id ${text}, is_begun boolean NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL, revoked_at bigint
    )${storage(churning)}`,
    'CREATE INDEX family_user ON family (user_id, client_id)',
    'CREATE INDEX family_session ON family (session_id) WHERE session_id IS NOT NULL',
    'CREATE INDEX family_client ON family (client_id)',
    'CREATE INDEX family_end ON family ((shard + 0), expires_at)',
  ]
}

function statuses({ text, storage }: Dialect): readonly string[] {
  return [
    `CREATE TABLE token_status (
      shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL, list bigint NOT NULL, place bigint NOT NULL,
      client_id ${text} NOT NULL, family_id ${text}, exchanged_by ${text}, expires_at bigint NOT NULL, revoked_at bigint,
      PRIMARY KEY (shard, locator, hash)
    )${storage(churning)}`,
    'CREATE INDEX token_status_revoked ON token_status (list, expires_at, place) WHERE revoked_at IS NOT NULL',
    'CREATE INDEX token_status_family ON token_status (family_id) WHERE family_id IS NOT NULL',
    'CREATE INDEX token_status_client ON token_status (client_id) WHERE family_id IS NULL',
    'CREATE INDEX token_status_exchanged ON token_status (exchanged_by) WHERE exchanged_by IS NOT NULL',
    'CREATE INDEX token_status_end ON token_status ((shard + 0), expires_at)',
  ]
}
