// RFC 6749 §4.1.2, RFC 9700 §4.14.2
import type { Issued, Spending } from '@ambit/server'
import {
  accessTokenColumns,
  familyColumns,
  familyKey,
  refColumns,
  spendableColumns,
  spendableKey,
  statusColumns,
} from './credential-columns.ts'
import { insertAccessTokens, insertRefreshTokens, insertStatuses } from './credential-insert.ts'
import { keptUntil } from './kept-until.ts'
import type { SqlValue, Statement } from './statement.ts'

type Exchange = { readonly spending: Spending; readonly issued: Issued }

const issuedInput = { ...spendableColumns.input, ...accessTokenColumns.input, ...statusColumns.input }

function issuedValues({ refreshToken, accessToken }: Issued): readonly SqlValue[] {
  return [
    ...spendableColumns.values(refreshToken),
    ...accessTokenColumns.values(accessToken),
    ...statusColumns.values(accessToken),
  ]
}

/**
 * Redeems a code. Its row and its family's are locked before they are judged, so a second redemption waits and then finds it
 * spent, and a revocation either comes first and is seen or comes after and reaches all that is stored here.
 */
export const redeemStatement: Statement<Exchange, boolean> = {
  name: 'redeem',
  input: { ...refColumns.input, at: 'bigint', salt: 'text', ...familyColumns.input, ...issuedInput },
  sql: input => `
    WITH input AS MATERIALIZED (${input}),
    ready AS MATERIALIZED (
      SELECT i.*, ${keptUntil('coalesce(i.f_expires, f.expires_at)', 'coalesce(i.f_created, f.created_at)')} AS family_end, f.family_id
      FROM input AS i
      JOIN code AS c ON c.shard = i.shard AND c.locator = i.locator AND c.hash = i.hash
      JOIN family AS f ON f.family_id = c.family_id
      WHERE c.spent_at IS NULL AND c.expires_at > i.at AND f.revoked_at IS NULL AND f.expires_at > i.at
      ORDER BY f.family_id FOR UPDATE OF c, f
    ),
    won AS (
      UPDATE code AS c SET spent_at = r.at, salt = r.salt, kept_until = greatest(c.expires_at, r.family_end)
      FROM ready AS r
      WHERE c.shard = r.shard AND c.locator = r.locator AND c.hash = r.hash AND c.spent_at IS NULL
      RETURNING r.*
    ),
    begun AS (
      UPDATE family AS f SET session_id = w.f_session, is_begun = true, created_at = w.f_created, expires_at = w.f_expires
      FROM won AS w WHERE f.family_id = w.family_id AND w.f_id IS NOT NULL
    ),
    refreshed AS (${insertRefreshTokens('won', 'family_end')}),
    stored AS (${insertAccessTokens('won')}),
    told AS (${insertStatuses('won', 'true')})
    SELECT n FROM won`,
  values: ({ spending: { ref, at, salt = null }, issued }) => [
    ...refColumns.values(ref),
    at,
    salt,
    ...familyColumns.values(issued.family),
    ...issuedValues(issued),
  ],
  keys: ({ spending, issued: { family } }) =>
    family ? [spendableKey(spending), familyKey(family)] : [spendableKey(spending)],
  parse: rows => rows.length > 0,
}

/** By how many seconds the clock of a node that sweeps may be ahead of one that rotates. */
const sweepLead = 600

/**
 * Spends a refresh token: whoever inserts its row in `rotation` has won. Where a status is stored its family is locked, as it is a
 * copy; everything else is judged by the family when it is read. A token that a sweep may be removing is locked, since its
 * row in `rotation` would stay for ever.
 */
export const rotateStatement: Statement<Exchange, boolean> = {
  name: 'rotate',
  input: {
    ...refColumns.input,
    at: 'bigint',
    salt: 'text',
    successor_shard: 'smallint',
    successor_locator: 'bigint',
    successor_hash: 'text',
    ...issuedInput,
  },
  sql: input => `
    WITH input AS MATERIALIZED (${input}),
    ready AS MATERIALIZED (
      SELECT i.*, c.kept_until, f.family_id, ${keptUntil('f.expires_at', 'f.created_at')} AS family_end
      FROM input AS i
      JOIN refresh_token AS c ON c.shard = i.shard AND c.locator = i.locator AND c.hash = i.hash
      JOIN family AS f ON f.family_id = c.family_id
      WHERE c.expires_at > i.at AND f.revoked_at IS NULL AND f.expires_at > i.at
    ),
    ending AS MATERIALIZED (
      SELECT r.n FROM ready AS r
      JOIN refresh_token AS c ON c.shard = r.shard AND c.locator = r.locator AND c.hash = r.hash
      WHERE r.kept_until <= r.at + ${sweepLead} FOR KEY SHARE OF c
    ),
    rotated AS (
      INSERT INTO rotation (shard, locator, hash, spent_at, successor_shard, successor_locator, successor_hash, salt)
      SELECT shard, locator, hash, at, successor_shard, successor_locator, successor_hash, salt
      FROM ready WHERE kept_until > at + ${sweepLead} OR n IN (SELECT n FROM ending) ORDER BY shard, locator, hash
      ON CONFLICT (shard, locator, hash) DO NOTHING
      RETURNING shard, locator, hash
    ),
    won AS MATERIALIZED (
      SELECT * FROM ready WHERE ((shard, locator, hash) IN (SELECT shard, locator, hash FROM rotated)) IS TRUE
    ),
    standing AS MATERIALIZED (
      SELECT w.n, f.revoked_at FROM won AS w JOIN family AS f ON f.family_id = w.family_id
      WHERE w.list IS NOT NULL ORDER BY f.family_id FOR SHARE OF f
    ),
    refreshed AS (${insertRefreshTokens('won', 'family_end')}),
    stored AS (${insertAccessTokens('won')}),
    told AS (${insertStatuses('won', 'n IN (SELECT n FROM standing WHERE revoked_at IS NULL)')})
    SELECT n FROM won`,
  values: ({ spending: { ref, at, salt = null }, issued }) => [
    ...refColumns.values(ref),
    at,
    salt,
    ...refColumns.values(issued.refreshToken?.ref),
    ...issuedValues(issued),
  ],
  keys: ({ spending }) => [spendableKey(spending)],
  parse: rows => rows.length > 0,
}
