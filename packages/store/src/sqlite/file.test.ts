import assert from 'node:assert/strict'
import { openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { makeClient, makeCode, makeRef } from '../testing/records.ts'
import { explainSqliteError } from './node/sqlite-error.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

describe('the file of a SQLite store', () => {
  const folder = makeFolder()
  after(() => folder.remove())

  test('a new file can be read by its owner only, and so can its log', async () => {
    const path = folder.file()
    const store = sqliteStore({ path })
    await store.saveClient(makeClient())
    for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
    await store.close()
  })

  test('what was saved is there when the file is opened again', async () => {
    const path = folder.file()
    const first = sqliteStore({ path })
    await first.saveClient(makeClient())
    await first.close()
    const second = sqliteStore({ path })
    assert.deepEqual(await second.findClient('app'), makeClient())
    await second.close()
  })

  test('queued writes are on disk when close resolves', async () => {
    const path = folder.file()
    const first = sqliteStore({ path })
    const saving = first.saveClient(makeClient())
    await Promise.all([first.close(), saving])
    const second = sqliteStore({ path })
    assert.ok(await second.findClient('app'))
    await second.close()
  })

  test('one store sees at once what another on the same file has written', async () => {
    const path = folder.file()
    const [one, other] = [sqliteStore({ path }), sqliteStore({ path })]
    await one.saveCode(makeCode())
    assert.ok(await other.findSpendable(makeRef('code'), 'code'))
    await one.saveClient(makeClient())
    assert.equal((await other.findClient('app'))?.name, 'App')
    await one.saveClient(makeClient({ name: 'New' }))
    assert.equal((await other.findClient('app'))?.name, 'New')
    await Promise.all([one.close(), other.close()])
  })

  test('a closed store says so, whether it is read or written', async () => {
    const store = sqliteStore({ path: folder.file() })
    await store.close()
    await assert.rejects(store.findClient('app'), /^Error: the store `.+` is closed$/)
    await assert.rejects(store.saveClient(makeClient()), /^Error: the store `.+` is closed$/)
    await assert.rejects(store.ping(), /^Error: the store `.+` is closed$/)
  })

  test('a folder that does not exist is refused with a sentence', () => {
    const path = join(folder.path, 'nowhere', 'a.sqlite')
    assert.throws(() => sqliteStore({ path }), /^Error: the store `.+` cannot be made there; name a file in a folder/)
  })

  test('a folder in place of the file is refused with a sentence', () => {
    assert.throws(() => sqliteStore({ path: folder.path }), /^Error: the store `.+` cannot be made there/)
  })

  test('a file that is not SQLite is refused with a sentence, and left as it is', () => {
    const path = folder.file()
    writeFileSync(path, 'dear diary, '.repeat(1_000))
    assert.throws(
      () => sqliteStore({ path }),
      /^Error: `.+` is not a store: it is not a SQLite file; name another file$/,
    )
    assert.match(readFileSync(path, 'utf8'), /^dear diary, dear/)
  })

  test('the SQLite file of another program is refused with a sentence', () => {
    const path = folder.file()
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE recipe (name TEXT)')
    other.close()
    assert.throws(() => sqliteStore({ path }), /^Error: `.+` is the file of another program; name another file/)
  })

  test('a damaged file is refused with a sentence', async () => {
    const path = folder.file()
    const store = sqliteStore({ path })
    await store.close()
    writeSync(openSync(path, 'r+'), Buffer.alloc(4_096 * 8, 0x5a), 0, undefined, 100)
    assert.throws(() => sqliteStore({ path }), /^Error: the store `.+` is damaged; restore it from a backup$/)
  })

  test('a file locked by another process gives a sentence, and works again once it is free', async () => {
    const path = folder.file()
    const store = sqliteStore({ path, busyMillis: 10 })
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const writes = await Promise.allSettled([store.ping(), store.saveClient(makeClient())])
    for (const write of writes)
      assert.match(String(write.status === 'rejected' && write.reason), /is locked by another process; wait for it/)
    assert.equal(await store.findClient('app'), undefined)
    other.exec('ROLLBACK')
    await store.ping()
    await store.saveClient(makeClient())
    other.close()
    await store.close()
  })

  for (const [code, sentence] of [
    [8, /^Error: the store `a` is read-only; make the file and its folder writable for this user$/],
    [1_032, /^Error: the store `a` is read-only/],
    [10, /^Error: the store `a` could not be read or written; look at the disk$/],
    [13, /^Error: the store `a` cannot grow because the disk is full; free some space$/],
    [14, /^Error: the store `a` cannot be opened; its folder must exist and be writable for this user$/],
  ] as const) {
    test(`SQLite's result ${code} is told in a sentence that keeps its cause`, () => {
      const cause = Object.assign(new Error('disk'), { errcode: code })
      const told = explainSqliteError(cause, 'a')
      assert.ok(told instanceof Error)
      assert.match(String(told), sentence)
      assert.equal(told.cause, cause)
    })
  }

  test('an error that is no fault of the file passes as it is', () => {
    const error = new TypeError('a bug')
    assert.equal(explainSqliteError(error, 'a'), error)
  })
})
