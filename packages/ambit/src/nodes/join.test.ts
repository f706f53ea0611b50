import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { nodeCrypto } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { checkConfig } from '../config/check-config.ts'
import { createMetrics } from '../observe/metrics.ts'
import { createLifetime } from '../serve/lifetime.ts'
import { join } from './join.ts'

const issuer = 'https://as.example'
const config = checkConfig({ issuer, catalogue: { scopes: { read_pets: {} } } }, { environment: {}, directory: '/' })
const day = 86_400

/** Machines whose clocks are off, and a database with its own. */
function makeWorld() {
  const store = memoryStore()
  let storeMillis = 1_800_000_000_000
  const announceNode: typeof store.announceNode = async (node, at) => ({
    ...(await store.announceNode(node, at)),
    storeMillis,
  })
  const start = async (ahead: number) => {
    const millis = () => storeMillis + ahead * 1_000
    const clock = { now: () => epochSeconds(millis() / 1_000), millis }
    const world = { issuer, store: { ...store, announceNode }, clock, crypto: nodeCrypto(), observe: () => {} }
    const lifetime = createLifetime()
    return { ...(await join(config, world, { metrics: createMetrics(), lifetime })), end: () => lifetime.close() }
  }
  const advance = (seconds: number) => {
    storeMillis += seconds * 1_000
  }
  return { start, advance }
}

test('whose turn it is to sweep is free again 90 seconds after its node died, and at once after it ended, by whatever clock that was taken', async () => {
  for (const ahead of [0, day, -day]) {
    const { start, advance } = makeWorld()
    const [wrong, right] = [await start(ahead), await start(0)]
    assert.equal(await wrong.sweepLease.hold(), true)
    assert.equal(await right.sweepLease.hold(), false)
    advance(90)
    assert.equal(await right.sweepLease.hold(), true, `taken by a clock that is ${ahead} seconds ahead`)
    assert.equal(await wrong.sweepLease.hold(), false)
    await right.end()
    assert.equal(await wrong.sweepLease.hold(), true)
    await wrong.end()
    assert.equal(await (await start(0)).sweepLease.hold(), true)
  }
})
