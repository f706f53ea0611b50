import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { LogSync, type SyncFile } from './node/log-sync.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

/** A log beside a file, and the syncs that wait to be let go. */
function open() {
  const folder = makeFolder()
  const path = folder.file()
  writeFileSync(`${path}-wal`, '')
  const waiting: ((error: Error | null) => void)[] = []
  const syncFile: SyncFile = (_file, done) => void waiting.push(done)
  const log = new LogSync(path, syncFile)
  const close = () => {
    log.close()
    folder.remove()
  }
  return { log, path, waiting, close }
}

describe('the sync of the log', () => {
  test('nobody is told before the disk has it', () => {
    const { log, waiting, close } = open()
    const told: unknown[] = []
    log.sync(error => told.push(error))
    assert.deepEqual(told, [])
    waiting[0]?.(null)
    assert.deepEqual(told, [undefined])
    close()
  })

  test('who comes while a sync is under way is not covered by it, and shares the next', () => {
    const { log, waiting, close } = open()
    const told: string[] = []
    log.sync(() => told.push('first'))
    log.sync(() => told.push('second'))
    log.sync(() => told.push('third'))
    assert.equal(waiting.length, 1)
    waiting[0]?.(null)
    assert.deepEqual(told, ['first'])
    assert.equal(waiting.length, 2)
    waiting[1]?.(null)
    assert.deepEqual(told, ['first', 'second', 'third'])
    close()
  })

  test('after a sync that failed nothing counts as on disk any more', () => {
    const { log, waiting, close } = open()
    const told: (string | undefined)[] = []
    log.sync(error => told.push(error?.message))
    log.sync(error => told.push(error?.message))
    waiting[0]?.(new Error('the disk is gone'))
    log.sync(error => told.push(error?.message))
    assert.equal(told.length, 3)
    for (const message of told) assert.match(message ?? '', /could not be put on disk; look at the disk/)
    assert.equal(waiting.length, 1)
    close()
  })

  test('a log that is not there is an error, never a silent success', () => {
    const folder = makeFolder()
    const log = new LogSync(`${folder.file()}-missing`)
    const told: (string | undefined)[] = []
    log.sync(error => told.push(error?.message))
    assert.match(told[0] ?? '', /could not be put on disk/)
    folder.remove()
  })

  test('draining waits for what is under way', async () => {
    const { log, waiting, close } = open()
    await log.drain()
    log.sync(() => undefined)
    const drained = log.drain()
    waiting[0]?.(null)
    waiting[1]?.(null)
    await drained
    close()
  })

  test('a store that is open has a log to sync', async () => {
    const folder = makeFolder()
    const path = folder.file()
    const store = sqliteStore({ path })
    assert.ok(existsSync(`${path}-wal`))
    await store.clearFailures('nobody')
    await store.close()
    const again = sqliteStore({ path })
    await again.clearFailures('nobody')
    await again.close()
    folder.remove()
  })
})
