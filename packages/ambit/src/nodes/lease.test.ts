import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds, seconds } from '@ambit/protocol'
import { memoryStore } from '@ambit/store'
import { createLease } from './lease.ts'

function world() {
  let now = 1_000
  const store = memoryStore()
  let asked = 0
  const takeLease: typeof store.takeLease = (...words) => {
    asked++
    return store.takeLease(...words)
  }
  const clock = { now: () => epochSeconds(now), millis: () => now * 1_000 }
  return {
    lease: (holder: string) => createLease('sweep', { store: { takeLease }, clock, holder, ttl: seconds(60) }),
    advance: (by: number) => {
      now += by
    },
    asked: () => asked,
  }
}

test('one node holds a lease, and asks the store only when half of it is over', async () => {
  const { lease, advance, asked } = world()
  const [here, there] = [lease('here'), lease('there')]
  assert.deepEqual([await here.hold(), await there.hold()], [true, false])
  advance(29)
  assert.equal(await here.hold(), true)
  assert.equal(asked(), 2)
  advance(1)
  assert.equal(await here.hold(), true)
  assert.equal(asked(), 3)
  advance(59)
  assert.equal(await there.hold(), false, 'it was renewed')
})

test('a holder that was paused beyond its lease does not believe that it still holds it', async () => {
  const { lease, advance } = world()
  const [here, there] = [lease('here'), lease('there')]
  await here.hold()
  advance(60)
  assert.equal(await there.hold(), true)
  assert.equal(await here.hold(), false)
})

test('a holder whose clock was set back asks again', async () => {
  const { lease, advance, asked } = world()
  const here = lease('here')
  await here.hold()
  advance(-10)
  assert.equal(await here.hold(), true)
  assert.equal(asked(), 2)
})

test('a lease that is given back is free at once, and only its holder gives it back', async () => {
  const { lease } = world()
  const [here, there] = [lease('here'), lease('there')]
  await here.hold()
  await there.giveBack()
  assert.equal(await there.hold(), false)
  await here.giveBack()
  assert.equal(await there.hold(), true)
})
