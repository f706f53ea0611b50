import type { StatementSync } from 'node:sqlite'
import { openConnection } from './connection.ts'
import { LogSync } from './log-sync.ts'
import { ReadQueue } from './read-queue.ts'
import { explainSqliteError } from './sqlite-error.ts'
import { WriteQueue } from './write-queue.ts'

/** An open store file, as the tables use it. */
export type Database = {
  readonly prepare: (sql: string) => StatementSync
  /** Reads at the end of the turn, with all other reads of it. */
  readonly read: <T>(work: () => T) => Promise<T>
  /** Inside a read: a number that is another one once another process has written anything. */
  readonly foreignChanges: () => number
  /** Does the work as one atomic step; resolves when it is on disk. */
  readonly write: <T>(work: () => T) => Promise<T>
  /** Resolves when all writes queued so far have been tried. */
  readonly drain: () => Promise<void>
  /** Waits for queued writes and closes the file. */
  readonly close: () => Promise<void>
}

/** Opens a store file. @errors a sentence for the operator when the file is locked, damaged, read-only, of another program or newer */
export function openDatabase(path: string, busyMillis: number): Database {
  const connection = openConnection(path, busyMillis)
  const explain = (error: unknown) => (connection.isOpen ? explainSqliteError(error, path) : closedError(path))
  const log = new LogSync(path)
  const reads = new ReadQueue(connection, { busyMillis, explain })
  const writes = new WriteQueue(connection, { busyMillis, log })
  connection.exec('PRAGMA busy_timeout = 0')
  return {
    prepare: sql => connection.prepare(sql),
    read: work => reads.read(work),
    foreignChanges: () => reads.foreignChanges(),
    write: work =>
      writes.write(work).catch(error => {
        throw explain(error)
      }),
    drain: () => writes.drain(),
    close: async () => {
      await Promise.all([reads.drain(), writes.drain()])
      await log.drain()
      if (connection.isOpen) connection.close()
      log.close()
    },
  }
}

function closedError(path: string): Error {
  return new Error(`the store \`${path}\` is closed`)
}
