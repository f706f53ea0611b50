import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import type { NodeRecord } from '@ambit/server'
import { postgresStore } from '../postgres/node/postgres-store.ts'
import { emptyDatabase, noDatabase } from '../postgres/testing/empty-database.ts'
import { sqliteStore } from '../sqlite/node/sqlite-store.ts'
import { at, makeNode, start } from '../testing/records.ts'
import { inspectNodes } from './node/inspect-nodes.ts'

const clockAt = (seconds: number) => ({ now: () => seconds, millis: () => seconds * 1_000 })

test('the nodes of a file live by the clock of this machine, and the oldest comes first', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-nodes-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'a.db')
  await assert.rejects(inspectNodes({ kind: 'sqlite', path }, clockAt(start)), /there is no store/)
  const store = sqliteStore({ path })
  const [young, old] = [makeNode({ nodeId: 'young', startedAt: at(2) }), makeNode({ nodeId: 'old' })]
  for (const node of [young, old]) await store.announceNode(node, start)
  assert.deepEqual(await inspectNodes({ kind: 'sqlite', path }, clockAt(start)), { nodes: [old, young] })
  assert.deepEqual(await inspectNodes({ kind: 'sqlite', path }, clockAt(old.expiresAt)), { nodes: [] })
  await store.close()
})

test('the nodes of a database live by its clock, whatever the time is here', { skip: noDatabase }, async () => {
  const url = await emptyDatabase()
  const store = await postgresStore({ url })
  const { storeMillis = 0 } = await store.announceNode(
    makeNode({ nodeId: 'gone', expiresAt: epochSeconds(1_000_000_000) }),
    start,
  )
  const now = Math.floor(storeMillis / 1_000)
  const live = (nodeId: string, startedAt: number): NodeRecord =>
    makeNode({
      nodeId,
      startedAt: epochSeconds(startedAt),
      seenAt: epochSeconds(now),
      expiresAt: epochSeconds(now + 600),
    })
  const [young, old] = [live('young', now - 10), live('old', now - 20)]
  for (const node of [young, old]) await store.announceNode(node, start)
  for (const ahead of [0, 3_000, -3_000]) {
    const clock = clockAt(now + ahead)
    const { nodes, reading } = await inspectNodes({ kind: 'postgres', options: { url }, name: 'it' }, clock)
    assert.deepEqual(nodes, [old, young])
    assert.equal(reading?.sentAt, clock.millis())
    assert.ok(Math.abs((reading?.storeMillis ?? 0) - storeMillis) < 60_000)
  }
  await store.close()
})
