import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { nodeCrypto } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { createBookmark } from './bookmark.ts'

test('a bookmark keeps the last place of its name for a day, until it is removed', async () => {
  let now = 1_000
  const clock = { now: () => epochSeconds(now), millis: () => now * 1_000 }
  const world = { store: memoryStore(), clock, crypto: nodeCrypto() }
  const [here, there, other] = ['work', 'work', 'other work'].map(name => createBookmark(name, world))
  assert.ok(here && there && other)
  assert.equal(await here.read(), undefined)
  await here.keep('one')
  await here.keep('two')
  await other.keep('elsewhere')
  assert.deepEqual([await there.read(), await other.read()], ['two', 'elsewhere'])
  await there.keep('three')
  assert.equal(await here.read(), 'three')
  now += 86_400
  assert.equal(await here.read(), undefined)
  await here.keep('four')
  assert.equal(await there.read(), 'four')
  await there.remove()
  assert.equal(await here.read(), undefined)
})
