import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from './migrate.ts'
import { explainSqliteError, isBusy } from './sqlite-error.ts'
import { fillEmails } from './user-email.ts'

/**
 * WAL: readers never wait for a writer. A commit does not wait for the disk: the write queue has the log put on disk after it,
 * as FULL would, but without stopping the event loop. The order of log, checkpoint and file is kept by NORMAL.
 * The log goes into the file every 16 MiB: a page that many writes changed is then written there once, and the disk is waited
 * for a quarter as often as by default. The cache is bounded, and the log is cut to 32 MiB after a burst.
 */
const settings = `
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = OFF;
  PRAGMA cache_size = -16384;
  PRAGMA wal_autocheckpoint = 4096;
  PRAGMA journal_size_limit = 33554432;
`

/**
 * Opens the file, makes it when it is not there (mode 0600), and brings its schema up to date. `tell` hears of how many users
 * the address was read, where that is to be done.
 */
export function openConnection(path: string, busyMillis: number, tell?: (rows: number) => void): DatabaseSync {
  let connection: DatabaseSync | undefined
  try {
    closeSync(openSync(path, 'a+', 0o600))
    connection = new DatabaseSync(path, { timeout: busyMillis })
    enterWal(connection, busyMillis)
    connection.exec('PRAGMA synchronous = FULL')
    migrate(connection, path)
    fillEmails(connection, tell)
    connection.exec(settings)
    return connection
  } catch (error) {
    connection?.close()
    throw explainOpening(error, path)
  }
}

/** Changing the journal mode does not wait for a lock by itself, and two processes may open a new file at once. */
function enterWal(connection: DatabaseSync, busyMillis: number): void {
  const deadline = performance.now() + busyMillis
  for (;;) {
    try {
      connection.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function explainOpening(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Error(`the store \`${path}\` is read-only; make the file and its folder writable for this user`, {
      cause: error,
    })
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')
    return new Error(`the store \`${path}\` cannot be made there; name a file in a folder that exists`, {
      cause: error,
    })
  return explainSqliteError(error, path)
}
