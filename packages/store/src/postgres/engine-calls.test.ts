import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { type OpenDatabase, openDatabase } from './node/open-database.ts'
import type { Statement } from './node/statement.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

type Put = { readonly key: string; readonly value: string | null; readonly count: number }

/** Answers the transaction in which the row was stored. */
const put: Statement<Put, number> = {
  name: 'put',
  input: { key: 'text', value: 'text', count: 'integer', is_new: 'boolean' },
  sql: input => `WITH input AS (${input})
    INSERT INTO entry SELECT key, value, count, is_new FROM input
    RETURNING (SELECT input.n FROM input WHERE input.key = entry.key) AS n, pg_current_xact_id()::text::bigint AS transaction`,
  values: ({ key, value, count }) => [key, value, count, true],
  keys: ({ key }) => [key.slice(0, 1)],
  parse: ([row]) => Number(row?.['transaction']),
}
const find: Statement<string, unknown> = {
  name: 'find',
  input: { key: 'text' },
  sql: input => `WITH input AS (${input}) SELECT input.n, entry.value FROM input JOIN entry ON entry.key = input.key`,
  values: key => [key],
  parse: ([row], key) => {
    if (key === 'unreadable') throw new Error('a record that cannot be read')
    return row?.['value']
  },
}

describe('calls of a statement in PostgreSQL', { skip: noDatabase }, () => {
  let url = ''
  let db: OpenDatabase
  before(async () => {
    url = await emptyDatabase()
    db = openDatabase(url)
    await db.transact([], query =>
      query('CREATE TABLE entry (key text PRIMARY KEY, value text, count integer, is_new boolean)'),
    )
  })
  after(() => db.close())

  test('those of one turn are carried out as one', async () => {
    const store = db.write({ ...put, keys: ({ key }) => [key] })
    const transactions = await Promise.all(
      Array.from({ length: 200 }, (_, index) => store({ key: `one${index}`, value: '', count: 1 })),
    )
    assert.equal(new Set(transactions).size, 1)
  })

  test('those that share a key are carried out one after the other, in their order', async () => {
    const store = db.write({ ...put, name: 'put_in_order' })
    const calls = ['a1', 'b1', 'a2', 'a3'].map(key => store({ key, value: '', count: 1 }))
    const [a1 = 0, b1 = 0, a2 = 0, a3 = 0] = await Promise.all(calls)
    assert.equal(a1, b1)
    assert.ok(a1 < a2 && a2 < a3, `${a1} ${a2} ${a3}`)
  })

  test('a transaction waits for calls that share its keys, and they for it', async () => {
    const store = db.write({ ...put, name: 'put_around' })
    const seen: string[] = []
    const before = store({ key: 'x1', value: '', count: 1 }).then(() => seen.push('before'))
    const transaction = db.transact(['x'], async query => {
      await query('SELECT pg_sleep(0.02)')
      seen.push('transaction')
    })
    const behind = store({ key: 'x2', value: '', count: 1 }).then(() => seen.push('behind'))
    await Promise.all([before, transaction, behind])
    assert.deepEqual(seen, ['before', 'transaction', 'behind'])
  })

  test('values come back as they were', async () => {
    const values = ['', 'NULL', '{}', '"', '\\', '\\"', 'a,b', ' ', '\n', "'", 'ü😀', '{"a":"\\u0000"}', null]
    const store = db.write({ ...put, name: 'put_value', keys: ({ key }) => [key] })
    await Promise.all(values.map((value, index) => store({ key: `value${index}`, value, count: index })))
    const found = await Promise.all(values.map((_, index) => db.read(find)(`value${index}`)))
    assert.deepEqual(found, values)
  })

  test('one whose values are refused fails alone', async () => {
    const store = db.write({ ...put, name: 'put_alone', keys: ({ key, count }) => [key + count] })
    const wishes = [1, 2, 99_999_999_999, 3, 4].map(count => ({ key: `alone${count}`, value: '', count }))
    const results = await Promise.allSettled([...wishes, { key: 'one1', value: '', count: 1 }].map(store))
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected'],
    )
  })

  test('one whose key is longer than an index can hold fails alone', async () => {
    const store = db.write({ ...put, name: 'put_long', keys: ({ key }) => [key] })
    const keys = ['short', randomBytes(9_000).toString('base64'), 'shorter']
    const results = await Promise.allSettled(keys.map(key => store({ key, value: '', count: 1 })))
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
  })

  test('one whose answer cannot be read fails alone', async () => {
    const results = await Promise.allSettled(['one1', 'unreadable', 'nothing'].map(db.read(find)))
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
  })

  test('a text that cannot be stored is not found, and is not stored as another', async () => {
    for (const text of ['a\0b', '\ud800', 'a\udc00']) {
      assert.equal(await db.read(find)(text), undefined)
      await assert.rejects(db.write(put)({ key: text, value: '', count: 1 }), /cannot be stored/)
    }
    const echo = db.transact([], query => query('SELECT $1::text AS text', ['\ud800']))
    await assert.rejects(echo, /cannot be stored/)
    await db.write(put)({ key: '\ufffd', value: 'replacement', count: 1 })
    assert.equal(await db.read(find)('\ud800'), undefined)
  })

  test('more than may wait are refused at once, and the others are answered', async () => {
    const narrow = openDatabase({ url, mostWaiting: 10 })
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => narrow.read(find)('one1')))
    const refused = results.flatMap((result): readonly unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    )
    assert.equal(refused.length, 2)
    assert.ok(refused.every(reason => reason instanceof StoreUnavailable && reason.retryAfter > 0))
    assert.equal(await narrow.read(find)('one1'), '')
    await narrow.close()
  })

  test('slow transactions and lists leave connections for calls', async () => {
    const slow = Array.from({ length: 20 }, (_, index) =>
      index % 2 ? db.list('SELECT pg_sleep(0.1)') : db.transact([], query => query('SELECT pg_sleep(0.1)')),
    )
    const ended = Promise.all(slow).then(() => 'slow')
    assert.equal(await Promise.race([ended, db.read(find)('one1')]), '')
    await ended
  })

  test('a slow statement leaves connections for others', async () => {
    const sleep = db.write<number, void>({
      name: 'sleep',
      input: { seconds: 'integer' },
      sql: input => `WITH input AS (${input}) SELECT n, pg_sleep(seconds / 10.0) FROM input`,
      values: seconds => [seconds],
      parse: () => undefined,
    })
    const slow = sleep(1).then(() => sleep(1))
    const others = [sleep(1), sleep(1)]
    assert.equal(await Promise.race([slow, db.read(find)('one1')]), '')
    await Promise.all([slow, ...others])
  })

  test('a closed database answers nobody', async () => {
    const closed = openDatabase(url)
    await closed.read(find)('one1')
    await closed.close()
    await assert.rejects(closed.read(find)('one1'), StoreUnavailable)
  })

  test('what is under way when it is closed is answered', async () => {
    const closing = openDatabase(url)
    const answer = closing.read(find)('one1')
    await closing.close()
    assert.equal(await answer, '')
  })
})
