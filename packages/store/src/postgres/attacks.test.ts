import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { type DatabaseOptions, type OpenDatabase, openDatabase } from './node/open-database.ts'
import type { Statement } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const nap: Statement<number, number> = {
  name: 'nap',
  input: { seconds: 'text' },
  sql: input => `WITH input AS (${input}) SELECT n, pg_sleep(seconds::double precision)::text AS slept FROM input`,
  values: seconds => [String(seconds)],
  parse: rows => rows.length,
}

/** How long calls take that nobody can answer, and how each ends. */
async function timed(calls: readonly Promise<unknown>[]) {
  const since = performance.now()
  const results = await Promise.allSettled(calls)
  return { millis: performance.now() - since, results }
}

describe('calls that wait while others hold all connections', { skip: noDatabase }, () => {
  const opened: OpenDatabase[] = []
  const open = async (options: Omit<DatabaseOptions, 'url'>) => {
    const db = openDatabase({ ...options, url: await emptyDatabase() })
    opened.push(db)
    return db
  }
  after(() => Promise.all(opened.map(db => db.close())))

  test('lists and transactions are refused once they have waited for their turn as long as a call may', async () => {
    const db = await open({ poolSize: 2, patienceMillis: 150 })
    let free = () => {}
    const isFree = new Promise<void>(resolve => {
      free = resolve
    })
    const held = [db.hold(5_000, () => isFree), db.hold(5_000, () => isFree)]
    const lists = Array.from({ length: 20 }, () => db.list('SELECT 1'))
    const transactions = Array.from({ length: 20 }, () => db.transact([], query => query('SELECT 1')))
    const { millis, results } = await timed([...lists, ...transactions])
    free()
    await Promise.all(held)
    assert.ok(results.every(each => each.status === 'rejected' && each.reason instanceof StoreUnavailable))
    assert.ok(millis < 1_500, `${millis} ms`)
  })

  test('nobody waits for the primary behind those who wait for a replica that is away', async () => {
    const db = await open({ replicaUrl: 'postgres://127.0.0.1:1/away', patienceMillis: 400 })
    await db.engine()
    const stale = timed(Array.from({ length: 30 }, () => db.list('SELECT 1', [], true)))
    const { millis, results } = await timed([db.list('SELECT 1')])
    assert.equal(results[0]?.status, 'fulfilled')
    assert.ok(millis < 350, `${millis} ms`)
    assert.ok((await stale).results.every(({ status }) => status === 'fulfilled'))
  })

  test('a call is not refused because another one has waited for too long', async () => {
    const db = await open({ poolSize: 2, patienceMillis: 400 })
    const hold = (seconds: number) => db.hold(5_000, query => query('SELECT pg_sleep($1)', [seconds]))
    await db.engine()
    const held = [hold(0.25), hold(0.6)]
    const read = db.read(nap)
    const first = read(0.7)
    await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setImmediate(resolve))
    const second = read(0)
    await held[0]
    await new Promise(resolve => setTimeout(resolve, 60))
    const late = read(0)
    assert.deepEqual(await Promise.all([first, second, late]), [1, 1, 1])
    await Promise.all(held)
  })
})
