import { DatabaseSync } from 'node:sqlite'

/** A row of the ledger: what the bare server keeps of a token. `mark` is the hash of an opaque token or the `jti` of a JWT. */
export type TokenRow = {
  readonly id: number
  readonly mark: Uint8Array
  readonly client: string
  readonly scope: string
  readonly expiresAt: number
}

/** The bare server's tokens in SQLite. */
export type Ledger = {
  /** Stores the rows in one transaction that is on disk when this returns. */
  readonly save: (rows: readonly TokenRow[]) => void
  readonly find: (id: number) => TokenRow | undefined
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE token (
    id INTEGER PRIMARY KEY, mark BLOB NOT NULL, client TEXT NOT NULL, scope TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
`

/** Opens a new ledger in the file. */
export function openLedger(file: string): Ledger {
  const database = new DatabaseSync(file)
  database.exec(schema)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const insert = database.prepare('INSERT INTO token VALUES (?, ?, ?, ?, ?)')
  const seek = database.prepare('SELECT mark, client, scope, expires_at FROM token WHERE id = ?')
  return {
    save: rows => {
      begin.run()
      for (const row of rows) insert.run(row.id, row.mark, row.client, row.scope, row.expiresAt)
      commit.run()
    },
    find: id => readRow(id, seek.get(id)),
  }
}

/** Reads what SQLite gave for a row into its type. */
function readRow(id: number, found: Record<string, unknown> | undefined): TokenRow | undefined {
  if (!found) return undefined
  const { mark, client, scope, expires_at: expiresAt } = found
  if (!(mark instanceof Uint8Array) || typeof expiresAt !== 'number') return undefined
  return { id, mark, client: String(client), scope: String(scope), expiresAt }
}
