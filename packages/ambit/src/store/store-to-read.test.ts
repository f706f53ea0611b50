import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteStore } from '@ambit/store'
import { openStoreToRead } from './store-to-read.ts'

test('a store that is opened to be read is asked, and refuses to be written', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-read-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'a.db')
  assert.equal(await openStoreToRead({ store }), undefined)
  await sqliteStore({ path: store }).close()
  const opened = await openStoreToRead({ store })
  assert.deepEqual(await opened?.listClients(), [])
  assert.throws(() => opened?.takeNumber('status list'), { message: /only reads called `takeNumber`/ })
  assert.throws(() => opened?.ping(), TypeError)
  await opened?.close()
})
