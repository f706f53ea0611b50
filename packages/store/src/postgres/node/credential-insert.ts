/**
 * Parts of a statement that insert what `from` has in the columns of `credential-columns.ts`. Rows without a hash are left out.
 * An access token without a family carries its client's registration: a client that is registered again has another, so such
 * tokens die with it, without an index and without a scan. One that was exchanged carries it beside the family of the other
 * client, and dies with either; where its client is no row of the store (it is known by its document), it stands in the family alone.
 */

/** Inserts refresh tokens; `familyEnd` is the expression of when their families are removed: until then they are kept, to recognise a replay. */
export function insertRefreshTokens(from: string, familyEnd: string): string {
  return `INSERT INTO refresh_token
    (shard, locator, hash, client_id, user_id, family_id, request_id, expires_at, kept_until, data, trace)
    SELECT s_shard, s_locator, s_hash, s_client, s_user, s_family, s_request, s_expires,
      greatest(s_expires, ${familyEnd}), s_data, s_trace
    FROM ${from} WHERE s_hash IS NOT NULL`
}

/** Inserts access tokens. */
export function insertAccessTokens(from: string): string {
  return `INSERT INTO access_token
    (shard, locator, hash, client_id, user_id, family_id, registration, request_id, expires_at, revoked_at, data, trace)
    SELECT t_shard, t_locator, t_hash, t_client, t_user, t_family,
      CASE WHEN t_registered THEN (SELECT k.registration FROM client AS k WHERE k.client_id = t_client) END,
      t_request, t_expires, t_revoked, t_data, t_trace
    FROM ${from} WHERE t_hash IS NOT NULL`
}

/** Inserts the statuses of the access tokens that have one; `isAlive` is the condition under which it is not revoked at once. */
export function insertStatuses(from: string, isAlive: string): string {
  return `INSERT INTO token_status
    (shard, locator, hash, list, place, client_id, family_id, exchanged_by, expires_at, revoked_at)
    SELECT t_shard, t_locator, t_hash, list, place, owner, t_family, exchanged_by, t_expires,
      CASE WHEN ${isAlive} THEN NULL ELSE issued_at END
    FROM ${from} WHERE list IS NOT NULL`
}
