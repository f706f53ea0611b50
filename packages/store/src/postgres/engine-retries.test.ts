import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { Client } from 'pg'
import type { Query } from './node/database.ts'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import type { Statement } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

type Plan = { readonly times: number; readonly state: string }

/** Fails so many times with an SQLSTATE, or by ending its own connection (`cut`); a sequence counts the tries, since it is never rolled back. */
const failing = `CREATE FUNCTION fail_first(times integer, state text) RETURNS integer LANGUAGE plpgsql AS $$
  BEGIN
    IF nextval('tries') <= times THEN
      IF state = 'cut' THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); END IF;
      RAISE EXCEPTION 'as told' USING ERRCODE = state;
    END IF;
    RETURN pg_backend_pid();
  END $$`
const atCommit = `CREATE FUNCTION fail_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM fail_first(NEW.times, NEW.state);
    RETURN NULL;
  END $$`
const schema = [
  'CREATE SEQUENCE tries',
  failing,
  atCommit,
  'CREATE TABLE done (times integer, state text)',
  'CREATE TABLE late (times integer, state text)',
  `CREATE CONSTRAINT TRIGGER late_trigger AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fail_at_commit()`,
]

const look: Statement<Plan, number> = {
  name: 'look',
  input: { times: 'integer', state: 'text' },
  sql: input => `WITH input AS (${input}) SELECT n, fail_first(times, state) AS pid FROM input`,
  values: ({ times, state }) => [times, state],
  parse: ([row]) => Number(row?.['pid']),
}
const change: Statement<Plan, number> = {
  ...look,
  name: 'change',
  sql: input => `WITH input AS (${input}), done AS (
    INSERT INTO done SELECT times, state FROM input RETURNING times, state
  ) SELECT 0 AS n, fail_first(times, state) AS pid FROM done`,
}

/** Of each: how often reading and writing are tried where it happens once, and whether they are answered. */
const outcomes: Readonly<Record<string, { readonly read: [number, boolean]; readonly write: [number, boolean] }>> = {
  '40001': { read: [2, true], write: [2, true] },
  '40P01': { read: [2, true], write: [2, true] },
  '25006': { read: [2, true], write: [2, true] },
  '26000': { read: [2, true], write: [2, true] },
  '40003': { read: [2, true], write: [1, false] },
  '08006': { read: [2, true], write: [1, false] },
  '25P03': { read: [2, true], write: [1, false] },
  '53300': { read: [2, true], write: [1, false] },
  '57P01': { read: [2, true], write: [1, false] },
  '57P02': { read: [2, true], write: [1, false] },
  '57P03': { read: [2, true], write: [1, false] },
  '57P05': { read: [2, true], write: [1, false] },
  cut: { read: [2, true], write: [1, false] },
  '57014': { read: [1, false], write: [1, false] },
  '55P03': { read: [1, false], write: [1, false] },
  '53100': { read: [1, false], write: [1, false] },
  '53200': { read: [1, false], write: [1, false] },
  '53000': { read: [1, false], write: [1, false] },
  '58030': { read: [1, false], write: [1, false] },
}

describe('what is tried again in PostgreSQL', { skip: noDatabase }, () => {
  let url = ''
  let db: OpenDatabase
  let pauses = 0
  const noteAttempt = () => {
    pauses++
    return 0
  }
  before(async () => {
    url = await emptyDatabase()
    db = openDatabase({ url, random: noteAttempt })
    await db.transact([], async query => {
      for (const sql of schema) await query(sql)
    })
  })
  beforeEach(async () => {
    await db.transact([], async query => {
      await query('ALTER SEQUENCE tries RESTART')
      await query('DELETE FROM done')
      await query('DELETE FROM late')
    })
  })
  after(() => db.close())

  const countTries = async () => {
    const [row] = await db.list('SELECT last_value, is_called FROM tries')
    return row?.['is_called'] === true ? Number(row['last_value']) : 0
  }
  const count = async (table: string) => (await db.list(`SELECT times FROM ${table}`)).length

  for (const [state, { read, write }] of Object.entries(outcomes)) {
    test(`${state}: a read is tried ${read[0] === 2 ? 'again' : 'once'}`, async () => {
      const [tries, isAnswered] = read
      const [{ status }] = await Promise.allSettled([db.read(look)({ times: 1, state })])
      assert.deepEqual([await countTries(), status === 'fulfilled'], [tries, isAnswered])
    })
    test(`${state}: a write is tried ${write[0] === 2 ? 'again' : 'once'}`, async () => {
      const [tries, isAnswered] = write
      const [result] = await Promise.allSettled([db.write(change)({ times: 1, state })])
      assert.deepEqual([await countTries(), result.status === 'fulfilled'], [tries, isAnswered])
      assert.equal(await count('done'), isAnswered ? 1 : 0)
      if (result.status === 'rejected') assert.ok(result.reason instanceof StoreUnavailable, String(result.reason))
    })
  }

  test('a conflict that does not end is given up, with pauses in between', async () => {
    pauses = 0
    await assert.rejects(db.write(change)({ times: 1_000, state: '40001' }), StoreUnavailable)
    assert.equal(await countTries(), 11)
    assert.equal(pauses, 10)
  })

  test('a read whose connections are all cut is given up', async () => {
    await assert.rejects(db.read(look)({ times: 1_000, state: '57P01' }), StoreUnavailable)
    assert.equal(await countTries(), 4)
  })

  test('what is no fault of the database is answered as it is', async () => {
    await assert.rejects(db.write(change)({ times: 1, state: '42501' }), { code: '42501' })
    await assert.rejects(db.read(look)({ times: 2, state: '23505' }), { code: '23505' })
  })

  test('a server that may only be read is left for another connection', async () => {
    const before = await db.read(look)({ times: 0, state: '' })
    const pids = new Set<number>()
    for (let turn = 0; turn < 3; turn++) pids.add(await db.read(look)({ times: 0, state: '' }))
    assert.deepEqual([...pids], [before])
    await db.transact([], query => query('ALTER SEQUENCE tries RESTART'))
    assert.notEqual(await db.write(change)({ times: 1, state: '25006' }), before)
  })

  const store =
    (state: string, times = 1) =>
    (query: Query) =>
      query('INSERT INTO late (times, state) VALUES ($1, $2)', [times, state])

  test('a transaction that loses its connection before it is committed is begun again', async () => {
    await db.transact([], async query => {
      await query('INSERT INTO done VALUES (1, $1)', ['first'])
      await query('SELECT fail_first(1, $1)', ['cut'])
    })
    assert.equal(await countTries(), 2)
    assert.equal(await count('done'), 1)
  })

  test('a transaction that cannot be serialized when it is committed is begun again', async () => {
    await db.transact([], store('40001', 3))
    assert.equal(await countTries(), 4)
    assert.equal(await count('late'), 1)
  })

  test('a transaction whose first COMMIT could not be serialized is begun again also where it then loses its connection', async () => {
    let turns = 0
    await db.transact([], async query => {
      turns++
      if (turns === 2) await query('SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1)')
      await store('40001')(query)
    })
    assert.equal(turns, 3)
    assert.equal(await count('late'), 1)
  })

  test('a transaction that is told to stop, but not for its time, is not given minutes', async () => {
    const limits: string[] = []
    const told = db.transact(
      [],
      async query => {
        const [row] = await query("SELECT current_setting('statement_timeout') AS timeout")
        limits.push(String(row?.['timeout']))
        await query('SELECT fail_first(1, $1)', ['55P03'])
      },
      true,
    )
    await assert.rejects(told, StoreUnavailable)
    assert.deepEqual(limits, ['5s'])
  })

  test('a read that the database did not answer in time is not asked again', async () => {
    const deaf = openDatabase({ url, statementMillis: 5_000, graceMillis: -4_900 })
    await assert.rejects(deaf.list("SELECT nextval('tries'), pg_sleep(0.5)"), /did not answer within 100 ms/)
    await deaf.close()
    assert.equal(await countTries(), 1)
  })

  test('a transaction that failed is ended before its connection is used again, also where plans are made anew', async () => {
    const planning = openDatabase({ url, poolSize: 2, planMillis: 0 })
    const failed = planning.transact([], query => query('SELECT fail_first(1, $1)', ['22000']))
    await assert.rejects(failed, { code: '22000' })
    const answers = await Promise.all(Array.from({ length: 4 }, () => planning.list('SELECT 1 AS one')))
    await planning.close()
    assert.deepEqual(answers.flat(), [{ one: 1 }, { one: 1 }, { one: 1 }, { one: 1 }])
  })

  test('a COMMIT without an answer is not repeated', async () => {
    await assert.rejects(db.transact([], store('cut')), StoreUnavailable)
    assert.equal(await countTries(), 1)
  })

  test('work that fails leaves nothing and a connection that others can use', async () => {
    const failed = db.transact([], async query => {
      await query('INSERT INTO done VALUES (1, $1)', ['failed'])
      throw new Error('work failed')
    })
    await assert.rejects(failed, /work failed/)
    assert.equal(await count('done'), 0)
  })

  test('work that goes on after a failed statement is not taken for done', async () => {
    const failed = db.transact([], async query => {
      await query('SELECT fail_first(1, $1)', ['22000']).catch(() => undefined)
    })
    await assert.rejects(failed, /went on after one of its statements had failed/)
  })

  test('connections that are cut while they are idle are replaced', async () => {
    await Promise.all(Array.from({ length: 4 }, () => db.list('SELECT 1')))
    const other = new Client({ connectionString: url })
    await other.connect()
    const cut =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1'
    const { rows } = await other.query<{ readonly pid: number }>('SELECT pg_backend_pid() AS pid')
    await other.query(cut, [rows[0]?.pid])
    await other.end()
    await new Promise(resolve => setTimeout(resolve, 20))
    await db.write(change)({ times: 0, state: '' })
    assert.equal(await count('done'), 1)
  })

  test('a statement that takes too long is ended by the server', async () => {
    const hasty = openDatabase({ url, statementMillis: 50, lockMillis: 20 })
    await assert.rejects(hasty.list('SELECT pg_sleep(5)'), /statement timeout/)
    await db.transact([], async query => {
      await query('LOCK TABLE done')
      await assert.rejects(hasty.write(change)({ times: 0, state: '' }), /lock was not free within the lock timeout/)
    })
    await hasty.close()
  })

  test('a plan that a change of the schema made stale is made anew', async () => {
    await db.transact([], query => query('CREATE TABLE changing (a integer, b integer)'))
    const all = db.read<number, number>({
      name: 'all_columns',
      input: { times: 'integer' },
      sql: input => `WITH input AS (${input}) SELECT input.n, changing.* FROM input LEFT JOIN changing ON true`,
      values: times => [times],
      parse: ([row]) => Object.keys(row ?? {}).length,
    })
    assert.equal(await all(0), 3)
    await db.transact([], query => query('ALTER TABLE changing ADD COLUMN c integer'))
    assert.equal(await all(0), 4)
  })
})
