import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { issueForOneMinute } from '../testing/load.ts'
import { at, makeClient } from '../testing/records.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

const minutes = 60

test('under steady load the file stops growing', async () => {
  const folder = makeFolder()
  const path = folder.file()
  const store = sqliteStore({ path })
  await store.saveClient(makeClient())
  const pages: number[] = []
  for (let minute = 0; minute < minutes; minute++) {
    await issueForOneMinute(store, minute)
    while ((await store.sweep(at(minute * 60), 100)) > 0);
    pages.push(pageCount(path))
  }
  const settled = Math.max(...pages.slice(0, (minutes * 2) / 3))
  assert.ok(Math.max(...pages) <= settled * 1.02, `pages: ${pages.join(' ')}`)
  await store.close()
  assert.ok(statSync(path).size <= settled * 1.02 * 4_096)
  folder.remove()
})

function pageCount(path: string): number {
  const connection = new DatabaseSync(path, { readOnly: true })
  const pages = Number(connection.prepare('PRAGMA page_count').get()?.['page_count'])
  connection.close()
  return pages
}
