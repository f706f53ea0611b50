import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { ReadQueue } from './node/read-queue.ts'
import { makeFolder } from './testing/folder.ts'

const options = { busyMillis: 60_000, explain: (error: unknown) => new Error('explained', { cause: error }) }

describe('reads of one turn', () => {
  const folder = makeFolder()
  const path = folder.file()
  const connection = new DatabaseSync(path)
  connection.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x INTEGER PRIMARY KEY)')
  const other = new DatabaseSync(path)
  const queue = new ReadQueue(connection, options)
  const count = () => Number(connection.prepare('SELECT count(*) AS rows FROM t').get()?.['rows'])
  const insert = () => other.exec('INSERT INTO t DEFAULT VALUES')

  after(() => {
    connection.close()
    other.close()
    folder.remove()
  })

  test('see one state of the file', async () => {
    const found = await Promise.all([queue.read(() => [count(), insert(), count()]), queue.read(() => count())])
    assert.deepEqual(found, [[0, undefined, 0], 0])
    assert.equal(await queue.read(count), 1)
  })

  test('see what another connection commits after they were asked, in the turn itself', async () => {
    const first = await queue.read(count)
    insert()
    assert.equal(await queue.read(count), first + 1)
    const asked = queue.read(count)
    insert()
    assert.equal(await asked, first + 2)
    assert.equal(connection.isTransaction, false)
  })

  test('know whether another connection has committed anything since', async () => {
    const changes = () => queue.read(() => queue.foreignChanges())
    const before = await changes()
    connection.exec('INSERT INTO t DEFAULT VALUES')
    assert.equal(await changes(), before)
    insert()
    assert.notEqual(await changes(), before)
  })

  test('fail alone, and with an explanation', async () => {
    const bad = queue.read(() => connection.prepare('SELECT * FROM nothing'))
    const good = queue.read(count)
    await assert.rejects(bad, /explained/)
    assert.ok(await good)
  })

  test('wait while another connection keeps the whole file locked, and the event loop goes on', async () => {
    const { locking, waiting } = openTwo(folder.file())
    const patient = new ReadQueue(waiting, options)
    const asked = patient.read(() => waiting.prepare('SELECT count(*) AS rows FROM t').get()?.['rows'])
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    locking.close()
    assert.equal(await asked, 0)
    waiting.close()
  })

  test('are given up when a lock lasts too long', async () => {
    const { locking, waiting } = openTwo(folder.file())
    const hasty = new ReadQueue(waiting, { ...options, busyMillis: 0 })
    await assert.rejects(
      hasty.read(() => 0),
      /explained/,
    )
    locking.close()
    assert.equal(await hasty.read(() => 0), 0)
    waiting.close()
  })

  test('are done before drain resolves, and fail once the file is closed', async () => {
    let isDone = false
    void queue.read(() => {
      isDone = true
    })
    await queue.drain()
    assert.ok(isDone)
    await queue.drain()
    const late = queue.read(count)
    connection.close()
    await assert.rejects(late, /explained/)
    connection.open()
  })
})

/** Two connections to a new file: one that keeps the whole of it locked until it is closed, and one that does not wait. */
function openTwo(path: string): { readonly locking: DatabaseSync; readonly waiting: DatabaseSync } {
  const locking = new DatabaseSync(path)
  locking.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; CREATE TABLE t (x)')
  return { locking, waiting: new DatabaseSync(path, { timeout: 0 }) }
}
