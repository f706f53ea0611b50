import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEngine } from './node/engine.ts'
import { sessionSetup } from './node/session.ts'

const limits = { statementMillis: 5, lockMillis: 2, idleInTransactionMillis: 10 }

test('a connection to CockroachDB gets what it knows: limits, and an isolation that does not depend on the cluster', () => {
  const settings = sessionSetup(limits, parseEngine('CockroachDB CCL v24.1.0 (x86_64)')).split('; ')
  assert.deepEqual(settings, [
    "SET statement_timeout = '5ms'",
    "SET lock_timeout = '2ms'",
    "SET idle_in_transaction_session_timeout = '10ms'",
    "SET default_transaction_isolation = 'serializable'",
  ])
})
