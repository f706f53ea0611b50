import type { Store } from '@ambit/server'
import { attemptTable } from './attempt-table.ts'
import { clientTable } from './client-table.ts'
import { consentTable } from './consent-table.ts'
import { credentialTable } from './credential-table.ts'
import { openDatabase } from './database.ts'
import { interactionTable } from './interaction-table.ts'
import { keyTable } from './key-table.ts'
import { nodeTable } from './node-table.ts'
import { refusalTable } from './refusal-table.ts'
import { scopeUsageTable } from './scope-usage-table.ts'
import { sessionTable } from './session-table.ts'
import { statusTable } from './status-table.ts'
import { sweepIn } from './sweep.ts'
import { ticketTable } from './ticket-table.ts'
import { userTable } from './user-table.ts'

/** How a SQLite store is opened. */
export type SqliteStoreOptions = {
  /** The file; it is made, for its owner only, when it is not there. Its folder must exist. */
  readonly path: string
  /** How long to wait for another process's lock, in milliseconds; 5,000 without it. */
  readonly busyMillis?: number
}

/**
 * A store in one SQLite file, which several processes may open. A promise of a writing method resolves when the write is
 * on disk; the writes of one turn of the event loop share one transaction.
 * @errors a sentence for the operator when the file is locked, damaged, read-only, of another program or newer
 */
export function sqliteStore({ path, busyMillis = 5_000 }: SqliteStoreOptions): Store {
  const db = openDatabase(path, busyMillis)
  const beat = db.prepare(
    'INSERT INTO heartbeat (id, beats) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET beats = beats + 1',
  )
  return {
    ...clientTable(db),
    ...userTable(db),
    ...sessionTable(db),
    ...consentTable(db),
    ...interactionTable(db),
    ...credentialTable(db),
    ...keyTable(db),
    ...attemptTable(db),
    ...refusalTable(db),
    ...scopeUsageTable(db),
    ...statusTable(db),
    ...ticketTable(db),
    ...nodeTable(db),
    sweep: sweepIn(db),
    ping: () => db.write(() => void beat.run()),
    close: () => db.close(),
  }
}
