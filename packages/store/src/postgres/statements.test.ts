import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { storeContract } from '../testing/store-contract.ts'
import { dialectOf } from './node/engine.ts'
import { migrate } from './node/migrate.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import { storeIn } from './node/postgres-store.ts'
import { schemaVersions } from './node/schema.ts'
import { clearedDatabase } from './testing/cleared-database.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'
import { fillTables } from './testing/fill-tables.ts'
import { findScans } from './testing/plan.ts'
import { recordingDatabase } from './testing/recording-database.ts'

/** What one of the engines that speak PostgreSQL's protocol lacks, or does otherwise. */
const unportable: Readonly<Record<string, RegExp>> = {
  'triggers and functions': /\bCREATE\b.*\b(?:TRIGGER|FUNCTION|PROCEDURE|RULE)\b|\bDO \$|plpgsql/is,
  'LISTEN and NOTIFY': /\b(?:LISTEN|NOTIFY|pg_notify)\b/i,
  'advisory locks': /advisory/i,
  'locks of whole tables': /\bLOCK TABLE\b/i,
  'sequences, which are one place for all':
    /\b(?:small|big)?serial\b|\b(?:CREATE|ALTER) SEQUENCE\b|\bAS IDENTITY\b|\bnextval\b/i,
  'declarative partitions': /\bPARTITION (?:OF|BY (?:RANGE|LIST|HASH))\b/i,
  extensions: /\bEXTENSION\b/i,
  'temporary and unlogged tables': /\b(?:TEMP|TEMPORARY|UNLOGGED)\b/i,
  'operators of jsonb': /jsonb|->>?|@>|<@|#>/i,
  'the place of a row': /\bctid\b|\bxmin\b|\boid\b/i,
  'hints to the planner': /\bINDEXED BY\b/i,
  MERGE: /\bMERGE INTO\b/i,
  'exclusion and deferred constraints': /\bEXCLUDE USING\b|\bDEFERRABLE\b/i,
}

type Change = { readonly verb: string; readonly table: string; readonly hasConflict: boolean }

/** The changes of tables that a statement makes. */
function changesIn(sql: string): readonly Change[] {
  const starts = [...sql.matchAll(/\b(INSERT INTO|(?<!DO |FOR |KEY )UPDATE|DELETE FROM)\s+(\w+)/gi)]
  return starts.map((match, place) => ({
    verb: String(match[1]).toUpperCase(),
    table: String(match[2]),
    hasConflict: /\bON CONFLICT\b/i.test(sql.slice(match.index, starts[place + 1]?.index)),
  }))
}

/** Tables that a statement changes twice, but by inserting rows that cannot be there. */
function tablesChangedTwice(sql: string): readonly string[] {
  const changes = changesIn(sql)
  const tables = [...new Set(changes.map(({ table }) => table))]
  return tables.filter(table => {
    const own = changes.filter(change => change.table === table)
    return own.length > 1 && own.some(({ verb, hasConflict }) => verb !== 'INSERT INTO' || hasConflict)
  })
}

/** They hold a handful of rows. */
const smallTables = new Set(['lease', 'node', 'signing_key'])

/** The rows of an index that holds nothing else, and usually none. */
const dueEmails = /^SELECT user_id, data FROM account WHERE substr\(data, 1, 1\) <> ' ' LIMIT 500$/

/** Statements of operators who asked for all of it, or of nodes now and then, in tables whose size is bounded. */
const mayScan: readonly RegExp[] = [
  dueEmails,
  /^SELECT \w+, data FROM (?:client|account) ORDER BY/,
  /^SELECT count\(\*\) AS count FROM (?:refusal$|\(SELECT 1 FROM interaction LIMIT)/,
  /^DELETE FROM refusal .* ORDER BY expires_at, sequence LIMIT/s,
  /FROM interaction AS own WHERE own\.shard = s\.shard\s+ORDER BY own\.expires_at, own\.locator LIMIT/,
]
/** What operators revoke; a server that has not counted the families yet reads all statuses instead of those of each. */
const mayScanAtFirst = /^UPDATE token_status SET revoked_at = \$1 WHERE revoked_at IS NULL AND family_id IN/

describe('the statements of a store in PostgreSQL', { skip: noDatabase }, () => {
  const statements = new Set<string>()
  const note = (sql: string) => void statements.add(sql.trim())
  const database = clearedDatabase()
  let planner: OpenDatabase
  before(async () => {
    planner = openDatabase(await emptyDatabase())
    await migrate(planner)
  })
  after(() => planner.close())

  storeContract('all that the contract makes the store say', async () => {
    const db = openDatabase({ url: await database(), mostWaiting: 100_000, patienceMillis: 60_000 })
    await migrate(db)
    return storeIn(recordingDatabase(db, note))
  })

  test('there are many of them', () => assert.ok(statements.size > 60, String(statements.size)))

  for (const kind of ['postgresql', 'cockroachdb'] as const)
    test(`they and the schema use nothing that another engine lacks: ${kind}`, () => {
      const dialect = dialectOf({ kind, major: 15, name: kind })
      const schema = schemaVersions.flatMap(version => [
        ...version.statements(dialect),
        ...Object.values(version.concurrentIndexes ?? {}),
      ])
      for (const sql of [...statements, ...schema])
        for (const [what, pattern] of Object.entries(unportable)) assert.doesNotMatch(sql, pattern, `${what}: ${sql}`)
    })

  test('each changes a table once', () => {
    for (const sql of statements) assert.deepEqual(tablesChangedTwice(sql), [], sql)
  })

  /** The scans of all statements but those that may. */
  const findAllScans = (allowed: readonly RegExp[]) =>
    planner.hold(30_000, async query => {
      const found: string[] = []
      for (const sql of [...statements].filter(text => !allowed.some(pattern => pattern.test(text))))
        for (const { table, step } of await findScans(query, sql))
          if (!smallTables.has(table)) found.push(`${table}: ${step}\n${sql}\n`)
      return found.join('\n')
    })

  test('none reads a table from end to end that has grown before the server looked at it', async () => {
    await planner.hold(60_000, fillTables)
    assert.equal(await findAllScans([...mayScan, mayScanAtFirst]), '')
  })

  test('none reads a table from end to end that the server knows', async () => {
    await planner.hold(60_000, query => query('ANALYZE'))
    assert.equal(await findAllScans(mayScan), '')
  })

  test('rows whose address is still to be made are found by the index that holds only these', () =>
    planner.hold(30_000, async query => {
      const [due, ...others] = [...statements].filter(sql => dueEmails.test(sql))
      assert.ok(due !== undefined && others.length === 0)
      const scans = await findScans(query, due)
      assert.deepEqual(
        scans.map(({ step }) => step),
        ['Index Scan; Index Name: account_email_due'],
      )
    }))

  test('a table that is changed twice is noticed', () => {
    const twice = `WITH a AS (UPDATE code SET spent_at = 1), b AS (INSERT INTO code VALUES (1)) SELECT 1`
    const upsert = `WITH a AS (INSERT INTO t VALUES (1)), b AS (INSERT INTO t VALUES (2) ON CONFLICT DO NOTHING) SELECT 1`
    const once = `WITH a AS (SELECT 1 FROM t FOR UPDATE), b AS (INSERT INTO t VALUES (1) ON CONFLICT (x) DO UPDATE SET y = 1) SELECT 1`
    const insertions = `WITH a AS (INSERT INTO t VALUES (1)), b AS (INSERT INTO t VALUES (2)) SELECT 1`
    assert.deepEqual([twice, upsert, once, insertions].map(tablesChangedTwice), [['code'], ['t'], [], []])
  })
})
