import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { WriteQueue } from './node/write-queue.ts'
import { makeFolder } from './testing/folder.ts'

function open(): { readonly connection: DatabaseSync; readonly queue: WriteQueue; readonly rows: () => unknown } {
  const connection = new DatabaseSync(':memory:')
  connection.exec('CREATE TABLE t (x INTEGER PRIMARY KEY)')
  const rows = () => connection.prepare('SELECT group_concat(x) AS all_rows FROM t').get()?.['all_rows']
  return { connection, queue: new WriteQueue(connection, 0), rows }
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
    const queue = new WriteQueue(connection, 60_000)
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
