import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openConnection } from './connection.ts'
import { explainSqliteError } from './sqlite-error.ts'
import { WriteQueue } from './write-queue.ts'

/** An open store file, as the tables use it. */
export type Database = {
  readonly prepare: (sql: string) => StatementSync
  /** Reads at once. */
  readonly read: <T>(work: () => T) => Promise<T>
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
  const queue = new WriteQueue(connection, busyMillis)
  const explain = (error: unknown) => {
    throw connection.isOpen ? explainSqliteError(error, path) : closedError(path)
  }
  return {
    prepare: sql => connection.prepare(sql),
    read: async work => {
      try {
        return work()
      } catch (error) {
        return explain(error)
      }
    },
    write: work => queue.write(work).catch(explain),
    drain: () => queue.drain(),
    close: () => close(connection, queue),
  }
}

async function close(connection: DatabaseSync, queue: WriteQueue): Promise<void> {
  await queue.drain()
  if (connection.isOpen) connection.close()
}

function closedError(path: string): Error {
  return new Error(`the store \`${path}\` is closed`)
}
