import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import type { LogSync } from './node/log-sync.ts'
import { WriteQueue } from './node/write-queue.ts'
import { makeFolder } from './testing/folder.ts'

/** A log that is on disk at once. */
const log: Pick<LogSync, 'sync'> = { sync: done => done(undefined) }

function open(): { readonly connection: DatabaseSync; readonly queue: WriteQueue; readonly rows: () => unknown } {
  const connection = new DatabaseSync(':memory:')
  connection.exec('CREATE TABLE t (x INTEGER PRIMARY KEY)')
  const rows = () => connection.prepare('SELECT group_concat(x) AS all_rows FROM t').get()?.['all_rows']
  return { connection, queue: new WriteQueue(connection, { busyMillis: 0, log }), rows }
}

describe('group commit', () => {
  test('writes of one turn share a transaction', async () => {
    const { connection, queue } = open()
    await Promise.all([
      queue.write(() => connection.exec('SAVEPOINT first')),
      queue.write(() => connection.exec('RELEASE first')),
    ])
  })

  test('writes of two turns do not', async () => {
    const { connection, queue } = open()
    await queue.write(() => connection.exec('SAVEPOINT first'))
    await assert.rejects(
      queue.write(() => connection.exec('RELEASE first')),
      /no such savepoint/,
    )
  })

  test('nothing is written before the turn ends, and a write resolves only after its commit', async () => {
    const { connection, queue, rows } = open()
    const write = queue.write(() => connection.exec('INSERT INTO t VALUES (1)'))
    assert.equal(rows(), null)
    await write
    assert.equal(rows(), '1')
    assert.equal(connection.isTransaction, false)
  })

  test('a write resolves only when the log is on disk, and is refused when it cannot be', async () => {
    const connection = new DatabaseSync(':memory:')
    const waiting: ((error: Error | undefined) => void)[] = []
    const queue = new WriteQueue(connection, { busyMillis: 0, log: { sync: done => void waiting.push(done) } })
    const told: string[] = []
    void queue.write(() => undefined).then(() => told.push('first'))
    await turns(2)
    assert.equal(waiting.length, 1)
    assert.deepEqual(told, [])
    waiting[0]?.(undefined)
    await turns(1)
    assert.deepEqual(told, ['first'])
    const second = queue.write(() => undefined)
    await turns(2)
    waiting[1]?.(new Error('the disk is gone'))
    await assert.rejects(second, /the disk is gone/)
  })

  test('also a write that is tried again alone waits for the log', async () => {
    const connection = new DatabaseSync(':memory:')
    const waiting: ((error: Error | undefined) => void)[] = []
    const queue = new WriteQueue(connection, { busyMillis: 0, log: { sync: done => void waiting.push(done) } })
    const fine = queue.write(() => 'fine')
    const lost = queue.write(() => 'lost')
    const wrong = queue.write(() => {
      throw new TypeError('a bug')
    })
    await assert.rejects(wrong, /a bug/)
    assert.equal(waiting.length, 2)
    waiting[0]?.(undefined)
    waiting[1]?.(new Error('the disk is gone'))
    assert.equal(await fine, 'fine')
    await assert.rejects(lost, /the disk is gone/)
  })

  test('a write that throws is undone whole, and alone', async () => {
    const { connection, queue, rows } = open()
    const results = await Promise.allSettled([
      queue.write(() => connection.exec('INSERT INTO t VALUES (1)')),
      queue.write(() => {
        connection.exec('INSERT INTO t VALUES (2)')
        throw new TypeError('a bug')
      }),
      queue.write(() => connection.exec('INSERT INTO t VALUES (3)')),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal(rows(), '1,3')
  })

  test('a commit that fails rejects every write of the turn', async () => {
    const { connection, queue, rows } = open()
    connection.exec(
      `PRAGMA foreign_keys = ON;
       CREATE TABLE u (x INTEGER REFERENCES t (x) DEFERRABLE INITIALLY DEFERRED)`,
    )
    const results = await Promise.allSettled([
      queue.write(() => connection.exec('INSERT INTO t VALUES (1)')),
      queue.write(() => connection.exec('INSERT INTO u VALUES (7)')),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(rows(), null)
    await queue.write(() => connection.exec('INSERT INTO t VALUES (2)'))
    assert.equal(rows(), '2')
  })

  test('while the file is locked the event loop goes on, and what comes in meanwhile shares the transaction', async () => {
    const folder = makeFolder()
    const path = folder.file()
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE t (x INTEGER PRIMARY KEY); BEGIN IMMEDIATE')
    const connection = new DatabaseSync(path)
    const queue = new WriteQueue(connection, { busyMillis: 60_000, log })
    const first = queue.write(() => connection.exec('SAVEPOINT first'))
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    const second = queue.write(() => connection.exec('RELEASE first'))
    other.exec('ROLLBACK')
    await Promise.all([first, second])
    connection.close()
    other.close()
    folder.remove()
  })

  test('drain waits for what is queued', async () => {
    const { connection, queue, rows } = open()
    void queue.write(() => connection.exec('INSERT INTO t VALUES (1)'))
    await queue.drain()
    assert.equal(rows(), '1')
    await queue.drain()
  })
})

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve))
}
