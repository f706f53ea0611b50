import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEngine } from './node/engine.ts'
import { openDatabase } from './node/open-database.ts'
import { parseIntroduction, sessionSetup } from './node/session.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

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

test('a replica is only read, and so is a server that says so of itself', () => {
  const isReadOnly = (is_replica: boolean, read_only: 'on' | 'off') =>
    parseIntroduction({ version: 'PostgreSQL 15.18', encoding: 'UTF8', is_replica, read_only }).isReadOnly
  assert.deepEqual([isReadOnly(false, 'off'), isReadOnly(true, 'off'), isReadOnly(false, 'on')], [false, true, true])
})

test('what an operator has set for the database does not change how the store works on it', {
  skip: noDatabase,
}, async t => {
  const url = await emptyDatabase()
  const db = openDatabase({ url, statementMillis: 4_000, lockMillis: 1_000 })
  t.after(() => db.close())
  const set = {
    default_transaction_isolation: 'repeatable read',
    enable_seqscan: 'on',
    enable_hashjoin: 'on',
    enable_mergejoin: 'on',
    jit: 'on',
    plan_cache_mode: 'force_custom_plan',
    statement_timeout: '0',
    lock_timeout: '0',
    idle_in_transaction_session_timeout: '0',
    synchronous_commit: 'off',
  }
  await db.hold(10_000, async query => {
    const name = new URL(url).pathname.slice(1)
    for (const [setting, value] of Object.entries(set))
      await query(`ALTER DATABASE ${name} SET ${setting} = '${value}'`)
  })
  const found = await db.list('SELECT name, setting FROM pg_settings WHERE name = ANY (string_to_array($1, $2))', [
    Object.keys(set).join(' '),
    ' ',
  ])
  assert.deepEqual(Object.fromEntries(found.map(({ name, setting }) => [name, setting])), {
    default_transaction_isolation: 'read committed',
    enable_seqscan: 'off',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    jit: 'off',
    plan_cache_mode: 'force_generic_plan',
    statement_timeout: '4000',
    lock_timeout: '1000',
    idle_in_transaction_session_timeout: '8000',
    synchronous_commit: 'on',
  })
})
