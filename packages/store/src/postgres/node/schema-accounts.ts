import type { Dialect } from './schema.ts'

/** For tables where rows come and go at the same rate: dead rows are collected by their number, not by a share of a large table. */
const churning = { autovacuum_vacuum_scale_factor: 0.02, autovacuum_vacuum_insert_scale_factor: 0.05 } as const

/**
 * Clients, users, sessions, grants, what waits, keys, attempts, refusals, counts and nodes. What is a column is not in `data`.
 *
 * An `identifier` belongs to a client or to a user, never to both. A `registration` is a random text that a client or user gets
 * when its row is made and keeps until it is deleted: a session or grant that names another one than there is now belongs to
 * a predecessor of the same name, and is dead without being looked for. In a `consent` it is the client's and the user's, with
 * a space between; where there is no row of one (clients that are known by a document), its place is empty.
 *
 * What makes a table's rows unique spreads over its whole range: `shard` stands before what grows with time. Indexes beside
 * the keys, and who needs them:
 * - `session_end`, `interaction_end`, `ticket_end`, `remembered_end`, `failure_end`, `refusal_end`: sweep, without reading
 *   live rows; `interaction_end` and `refusal_end` also the first to end of too many
 * - `account_name`: login, and that no two users have one name
 * - `account_email` (since version 3): a user by a verified address; `account_email_due`: rows whose address is still to be made
 * - `client_declared`, `account_declared`: what the configuration declares, among any number of others
 * - `session_of_user`: ending a user's sessions; `consent_client`: deleting a client
 * - `ticket_kind`: lists of a kind, how many of it anybody made, and the oldest of these; `ticket_session`, `ticket_user`,
 *   `ticket_client`: lists of one owner, and deleting a user or a client
 *
 * `node` and `lease` have a row for each process and for each name of a lease; so few need no index.
 */
export function accountTables(dialect: Dialect): readonly string[] {
  return [...people(dialect), ...waiting(dialect), ...attempts(dialect), ...singles(dialect)]
}

function people({ text, storage }: Dialect): readonly string[] {
  return [
    `CREATE TABLE identifier (id ${text} PRIMARY KEY, owner ${text} NOT NULL)`,
    `CREATE TABLE client (
      client_id ${text} PRIMARY KEY, registration ${text} NOT NULL, version ${text} NOT NULL, is_declared boolean NOT NULL,
      data ${text} NOT NULL
    )`,
    'CREATE INDEX client_declared ON client (client_id) WHERE is_declared',
    `CREATE TABLE account (
      user_id ${text} PRIMARY KEY, folded_name ${text} NOT NULL, registration ${text} NOT NULL, is_declared boolean NOT NULL,
      data ${text} NOT NULL
    )`,
    'CREATE INDEX account_declared ON account (user_id) WHERE is_declared',
    'CREATE UNIQUE INDEX account_name ON account (folded_name)',
    `CREATE TABLE session (
      shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL,
      user_id ${text} NOT NULL, registration ${text} NOT NULL,
      expires_at bigint NOT NULL, ends_at bigint NOT NULL, is_ended boolean NOT NULL, data ${text} NOT NULL,
      PRIMARY KEY (shard, locator, hash)
    )${storage(churning)}`,
    'CREATE INDEX session_of_user ON session (user_id)',
    'CREATE INDEX session_end ON session ((shard + 0), expires_at)',
    `CREATE TABLE consent (
      user_id ${text} NOT NULL, client_id ${text} NOT NULL, registration ${text} NOT NULL, data ${text} NOT NULL,
      PRIMARY KEY (user_id, client_id)
    )`,
    'CREATE INDEX consent_client ON consent (client_id)',
    `CREATE TABLE scope_usage (
      client_id ${text} NOT NULL, scope ${text} NOT NULL, count bigint NOT NULL,
      first_used_at bigint NOT NULL, last_used_at bigint NOT NULL, PRIMARY KEY (client_id, scope)
    )`,
  ]
}

/** An interaction is written again at each step of its user, in every column but what is indexed: room is left beside it. */
function waiting({ text, storage }: Dialect): readonly string[] {
  return [
    `CREATE TABLE interaction (
      shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL,
      expires_at bigint NOT NULL, is_ended boolean NOT NULL, data ${text} NOT NULL,
      PRIMARY KEY (shard, locator, hash)
    )${storage({ ...churning, fillfactor: 70 })}`,
    'CREATE INDEX interaction_end ON interaction ((shard + 0), expires_at, locator)',
    `CREATE TABLE ticket (
      shard smallint NOT NULL, locator bigint NOT NULL, hash ${text} NOT NULL, kind ${text} NOT NULL,
      client_id ${text}, user_id ${text}, session_id ${text},
      created_at bigint NOT NULL, expires_at bigint NOT NULL,
      revision bigint NOT NULL, is_droppable boolean NOT NULL, data ${text} NOT NULL,
      PRIMARY KEY (shard, locator, hash)
    )${storage(churning)}`,
    'CREATE INDEX ticket_kind ON ticket (kind, is_droppable, shard, created_at, locator, hash)',
    'CREATE INDEX ticket_session ON ticket (session_id, kind, created_at) WHERE session_id IS NOT NULL',
    'CREATE INDEX ticket_user ON ticket (user_id, kind, created_at) WHERE user_id IS NOT NULL',
    'CREATE INDEX ticket_client ON ticket (client_id, kind, created_at) WHERE client_id IS NOT NULL',
    'CREATE INDEX ticket_end ON ticket ((shard + 0), expires_at)',
  ]
}

/** Failures of one key are counted in one row again and again: room is left beside it. */
function attempts({ text, storage }: Dialect): readonly string[] {
  return [
    `CREATE TABLE remembered (hash ${text} PRIMARY KEY, shard smallint NOT NULL, expires_at bigint NOT NULL)${storage(churning)}`,
    'CREATE INDEX remembered_end ON remembered ((shard + 0), expires_at)',
    `CREATE TABLE failure (
      key ${text} PRIMARY KEY, count bigint NOT NULL, counted_at bigint NOT NULL, window_ends_at bigint NOT NULL
    )${storage({ ...churning, fillfactor: 70 })}`,
    'CREATE INDEX failure_end ON failure (window_ends_at)',
    `CREATE TABLE refusal (
      request_id ${text} NOT NULL, sequence bigint NOT NULL, expires_at bigint NOT NULL, data ${text} NOT NULL,
      PRIMARY KEY (request_id, sequence)
    )${storage(churning)}`,
    'CREATE INDEX refusal_end ON refusal (expires_at, sequence)',
  ]
}

/** `turn` holds rows that are locked by whoever must be alone with something; `heartbeat` is written by pings. */
function singles({ text }: Dialect): readonly string[] {
  return [
    `CREATE TABLE signing_key (
      kid ${text} PRIMARY KEY, algorithm ${text} NOT NULL, created_at bigint NOT NULL, active_at bigint NOT NULL,
      retired_at bigint, removed_at bigint, data ${text} NOT NULL
    )`,
    `CREATE TABLE setting (name ${text} PRIMARY KEY, value ${text} NOT NULL)`,
    `CREATE TABLE turn (name ${text} PRIMARY KEY, taken bigint NOT NULL)`,
    `CREATE TABLE number (name ${text} PRIMARY KEY, value bigint NOT NULL)`,
    `CREATE TABLE node (node_id ${text} PRIMARY KEY, expires_at bigint NOT NULL, data ${text} NOT NULL)`,
    `CREATE TABLE lease (
      name ${text} PRIMARY KEY, holder ${text} NOT NULL, taken_at bigint NOT NULL, until bigint NOT NULL
    )`,
    'CREATE TABLE heartbeat (id smallint PRIMARY KEY, beats bigint NOT NULL)',
  ]
}
