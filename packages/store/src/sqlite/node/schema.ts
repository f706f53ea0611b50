import { isEmailDue } from '../../user-email.ts'

/**
 * The schema, one text per version; a file at version n gets the texts after the n-th. A released text never changes.
 *
 * Secrets lead to their rows by (locator, hash): the locator grows with time, so inserts append and a lookup is one seek.
 * What is a column is not in `data`; `trace` stands apart because it is read only by `why`. Indexes, and who needs them:
 * - `credential_end`, `family_end` and the other `…_end`: sweep, without reading live rows; `node_end` also the list of nodes
 * - `family_user`, `family_session`, `family_client`: revocation by user (and client), by session, by client
 * - `session_user`: ending a user's sessions; `consent_client`: deleting a client
 * - `client_declared`, `account_declared`: what the configuration declares, among any number of others
 * - `account_email`: a user by a verified address; `account_email_due`: rows whose address is still to be made, written by a
 *   program that has this file open since before version 6
 * - `refusal_request`: `why` of a refused request
 * - `token_status_revoked`: a status list, without reading what is not revoked; `token_status_family`, `token_status_client`:
 *   revocation, the latter of tokens that have no family; `token_status_exchanged`: deleting a client that exchanged tokens
 *   of another's family
 * - `ticket_kind`: lists of a kind, and the oldest of a flood; `ticket_session`, `ticket_user`, `ticket_client`: lists of one
 *   owner, and deleting a user or a client
 */
export const schemaVersions: readonly string[] = [
  `
  CREATE TABLE client (
    registration INTEGER PRIMARY KEY AUTOINCREMENT, client_id TEXT NOT NULL UNIQUE, data TEXT NOT NULL
  ) STRICT;

  CREATE TABLE account (
    user_id TEXT PRIMARY KEY, folded_name TEXT NOT NULL UNIQUE, data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE session (
    locator INTEGER NOT NULL, hash TEXT NOT NULL, user_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, is_ended INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (locator, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_user ON session (user_id);
  CREATE INDEX session_end ON session (expires_at);

  CREATE TABLE consent (
    user_id TEXT NOT NULL, client_id TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (user_id, client_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX consent_client ON consent (client_id);

  CREATE TABLE interaction (
    locator INTEGER NOT NULL, hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL, is_ended INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (locator, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX interaction_end ON interaction (expires_at);

  CREATE TABLE credential (
    locator INTEGER NOT NULL, hash TEXT NOT NULL, kind TEXT NOT NULL,
    client_id TEXT NOT NULL, user_id TEXT, family_id TEXT,
    registration INTEGER,
    request_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    kept_until INTEGER NOT NULL,
    revoked_at INTEGER,
    spent_at INTEGER, successor_locator INTEGER, successor_hash TEXT, salt TEXT,
    data TEXT NOT NULL,
    trace TEXT NOT NULL,
    PRIMARY KEY (locator, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX credential_end ON credential (kept_until);

  CREATE TABLE family (
    family_id TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, session_id TEXT,
    is_begun INTEGER NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX family_user ON family (user_id, client_id);
  CREATE INDEX family_session ON family (session_id) WHERE session_id IS NOT NULL;
  CREATE INDEX family_client ON family (client_id);
  CREATE INDEX family_end ON family (expires_at);

  CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, created_at INTEGER NOT NULL, active_at INTEGER NOT NULL,
    retired_at INTEGER, removed_at INTEGER, data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE remembered (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX remembered_end ON remembered (expires_at);

  CREATE TABLE failure (key TEXT PRIMARY KEY, count INTEGER NOT NULL, window_ends_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX failure_end ON failure (window_ends_at);

  CREATE TABLE refusal (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT NOT NULL, expires_at INTEGER NOT NULL, data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX refusal_request ON refusal (request_id);
  CREATE INDEX refusal_end ON refusal (expires_at);

  CREATE TABLE heartbeat (id INTEGER PRIMARY KEY, beats INTEGER NOT NULL) STRICT;
  `,
  `
  CREATE TABLE scope_usage (
    client_id TEXT NOT NULL, scope TEXT NOT NULL, count INTEGER NOT NULL,
    first_used_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL, PRIMARY KEY (client_id, scope)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE token_status (
    locator INTEGER NOT NULL, hash TEXT NOT NULL, list INTEGER NOT NULL, place INTEGER NOT NULL,
    client_id TEXT NOT NULL, family_id TEXT, expires_at INTEGER NOT NULL, revoked_at INTEGER,
    PRIMARY KEY (locator, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX token_status_revoked ON token_status (list, expires_at, place) WHERE revoked_at IS NOT NULL;
  CREATE INDEX token_status_family ON token_status (family_id) WHERE family_id IS NOT NULL;
  CREATE INDEX token_status_client ON token_status (client_id) WHERE family_id IS NULL;
  CREATE INDEX token_status_end ON token_status (expires_at);
  `,
  `
  CREATE TABLE ticket (
    locator INTEGER NOT NULL, hash TEXT NOT NULL, kind TEXT NOT NULL,
    client_id TEXT, user_id TEXT, session_id TEXT,
    created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    revision INTEGER NOT NULL, is_droppable INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (locator, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ticket_kind ON ticket (kind, is_droppable, created_at);
  CREATE INDEX ticket_session ON ticket (session_id, kind, created_at) WHERE session_id IS NOT NULL;
  CREATE INDEX ticket_user ON ticket (user_id, kind, created_at) WHERE user_id IS NOT NULL;
  CREATE INDEX ticket_client ON ticket (client_id, kind, created_at) WHERE client_id IS NOT NULL;
  CREATE INDEX ticket_end ON ticket (expires_at);

  CREATE TABLE ticket_count (kind TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TRIGGER ticket_inserted AFTER INSERT ON ticket WHEN NEW.is_droppable = 1 BEGIN
    INSERT INTO ticket_count (kind, count) VALUES (NEW.kind, 1) ON CONFLICT (kind) DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER ticket_deleted AFTER DELETE ON ticket WHEN OLD.is_droppable = 1 BEGIN
    UPDATE ticket_count SET count = count - 1 WHERE kind = OLD.kind;
  END;
  CREATE TRIGGER ticket_changed AFTER UPDATE OF is_droppable ON ticket WHEN NEW.is_droppable <> OLD.is_droppable BEGIN
    INSERT INTO ticket_count (kind, count) VALUES (NEW.kind, 1)
    ON CONFLICT (kind) DO UPDATE SET count = count + NEW.is_droppable - OLD.is_droppable;
  END;

  ALTER TABLE token_status ADD COLUMN exchanged_by TEXT;
  CREATE INDEX token_status_exchanged ON token_status (exchanged_by) WHERE exchanged_by IS NOT NULL;
  `,
  `
  CREATE TABLE node (
    node_id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX node_end ON node (expires_at);

  CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX lease_end ON lease (expires_at);
  `,
  `
  CREATE INDEX client_declared ON client (client_id) WHERE json_extract(data, '$.isDeclared') = 1;
  CREATE INDEX account_declared ON account (user_id) WHERE json_extract(data, '$.isDeclared') = 1;
  `,
  `
  ALTER TABLE account ADD COLUMN folded_email TEXT;
  CREATE INDEX account_email ON account (folded_email) WHERE folded_email IS NOT NULL;
  CREATE INDEX account_email_due ON account (user_id) WHERE ${isEmailDue};
  `,
]
