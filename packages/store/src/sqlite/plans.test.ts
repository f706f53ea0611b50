import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { attemptTable } from './node/attempt-table.ts'
import { clientTable } from './node/client-table.ts'
import { consentTable } from './node/consent-table.ts'
import { credentialTable } from './node/credential-table.ts'
import type { Database } from './node/database.ts'
import { interactionTable } from './node/interaction-table.ts'
import { keyTable } from './node/key-table.ts'
import { migrate } from './node/migrate.ts'
import { nodeTable } from './node/node-table.ts'
import { refusalTable } from './node/refusal-table.ts'
import { scopeUsageTable } from './node/scope-usage-table.ts'
import { sessionTable } from './node/session-table.ts'
import { statusTable } from './node/status-table.ts'
import { sweepIn } from './node/sweep.ts'
import { ticketTable } from './node/ticket-table.ts'
import { userTable } from './node/user-table.ts'

const tables = [
  attemptTable,
  clientTable,
  consentTable,
  credentialTable,
  interactionTable,
  keyTable,
  nodeTable,
  refusalTable,
  scopeUsageTable,
  sessionTable,
  statusTable,
  sweepIn,
  ticketTable,
  userTable,
]

/** Statements that may read a whole table: an operator asked for all of it, or it holds a few keys, or an index holds what is wanted. */
const mayScan = /^SELECT \w+, data FROM (client|account) ORDER BY|signing_key|INDEXED BY account_email_due/

test('no statement reads a table from end to end, but the lists of clients, users and keys', () => {
  const connection = new DatabaseSync(':memory:')
  migrate(connection, ':memory:')
  const statements: string[] = []
  const never = () => Promise.reject(new Error('only prepared'))
  const recording: Database = {
    prepare: sql => {
      statements.push(sql)
      return connection.prepare(sql)
    },
    read: never,
    foreignChanges: () => 0,
    write: never,
    drain: never,
    close: never,
  }
  for (const table of tables) table(recording)
  assert.ok(statements.length > 40)
  for (const sql of statements.filter(text => !mayScan.test(text)))
    for (const { detail } of connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
      assert.doesNotMatch(String(detail), /^SCAN/, sql)
  connection.close()
})
