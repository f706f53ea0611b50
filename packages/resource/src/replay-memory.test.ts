import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalReplayMemory, ReplayMemoryFullError } from './replay-memory.ts'
import { start, testClock } from './testing/issuer.ts'

test('RFC 9449 §11.1: a proof is new once, as long as it could be used again', async () => {
  const clock = testClock()
  const memory = new LocalReplayMemory({ clock })
  assert.ok(await memory.remember('a', start + 60))
  assert.ok(!(await memory.remember('a', start + 60)))
  clock.advance(59)
  assert.ok(!(await memory.remember('a', start + 60)))
  assert.ok(await memory.remember('b', start + 119))
})

test('RFC 9449 §11.1: of many at once one is new', async () => {
  const memory = new LocalReplayMemory({ clock: testClock() })
  const found = await Promise.all(Array.from({ length: 50 }, () => memory.remember('a', start + 60)))
  assert.equal(found.filter(Boolean).length, 1)
})

test('RFC 9449 §11.1: where the memory is full nothing is let through, until the oldest have run out', async () => {
  const clock = testClock()
  const memory = new LocalReplayMemory({ clock, capacity: 2 })
  await memory.remember('a', start + 60)
  await memory.remember('b', start + 61)
  await assert.rejects(memory.remember('c', start + 60), ReplayMemoryFullError)
  assert.ok(!(await memory.remember('a', start + 60)))
  clock.advance(60)
  assert.ok(await memory.remember('c', start + 120))
  assert.ok(!(await memory.remember('b', start + 61)))
  assert.equal(memory.size, 2)
})

test('RFC 9449 §11.1: nothing piles up', async () => {
  const clock = testClock()
  const memory = new LocalReplayMemory({ clock })
  for (let at = 0; at < 1000; at++) {
    await memory.remember(`proof ${at}`, start + at + 60)
    clock.advance(1)
  }
  assert.ok(memory.size <= 61, `${memory.size}`)
})

test('RFC 9449 §11.1: where the clock went back, what may have been forgotten counts as seen', async () => {
  const clock = testClock()
  const memory = new LocalReplayMemory({ clock })
  await memory.remember('a', start + 60)
  clock.advance(3600)
  await memory.remember('b', start + 3660)
  clock.advance(-3600)
  assert.ok(!(await memory.remember('a', start + 60)))
  assert.ok(await memory.remember('c', start + 61))
})
