import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { nodeCrypto, type Store } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { lookAround } from './look-around.ts'

const now = 1_800_000_000

async function look(store: Store, clock: number) {
  const facts = { host: 'alpha', pid: 7, version: '1.0.0', schema: 4, configHash: 'same' }
  const times = { startedAt: epochSeconds(now), seenAt: epochSeconds(now), expiresAt: epochSeconds(now + 60) }
  await memory.announceNode({ nodeId: 'one', ...facts, ...times }, epochSeconds(now))
  const there = { now: () => epochSeconds(clock), millis: () => clock * 1_000 }
  return lookAround({ store, clock: there, crypto: nodeCrypto() })
}

const memory = memoryStore()

test('who lives is judged by the clock of the store, whatever the time is here', async () => {
  const announceNode: Store['announceNode'] = async (node, at) => ({
    ...(await memory.announceNode(node, at)),
    storeMillis: now * 1_000,
  })
  for (const ahead of [0, 300, -300]) {
    const { nodes, reading } = await look({ ...memory, announceNode }, now + ahead)
    assert.deepEqual(
      nodes.map(({ nodeId }) => nodeId),
      ['one'],
    )
    assert.equal(reading?.sentAt, (now + ahead) * 1_000)
    assert.equal(reading?.storeMillis, now * 1_000)
  }
})

test('where the store has no clock of its own, this one counts', async () => {
  assert.deepEqual(await look(memory, now + 61), { nodes: [] })
})
