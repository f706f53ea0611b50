import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { keyTask, lostTokensTask, presenceTask, sweepTask } from './tasks.ts'

const clock = { now: () => epochSeconds(1_000), millis: () => 0 }

function sweeping(answers: readonly number[], { isHolder = true, ahead = 0 } = {}) {
  const left = [...answers]
  const counted: number[] = []
  const asked: (readonly [number, number])[] = []
  const sweep = async (now: number, limit: number) => {
    asked.push([now, limit])
    return left.shift() ?? 0
  }
  const metrics = { countSwept: (rows: number) => void counted.push(rows) }
  const presence = { aheadSeconds: () => ahead }
  const task = sweepTask({ sweep }, { clock, metrics, lease: { hold: async () => isHolder }, presence })
  return { task, asked, counted }
}

test('the sweep goes on at once while there are rows, and pauses when there are none', async () => {
  const { task, asked, counted } = sweeping([500, 500, 3, 0])
  const pauses = [await task.run(), await task.run(), await task.run(), await task.run()]
  assert.deepEqual(pauses, [20, 20, 20, 30_000])
  assert.deepEqual(counted, [500, 500, 3, 0])
  assert.deepEqual(new Set(asked.map(([, limit]) => limit)), new Set([500]))
})

test('the sweep leaves what ended within the last minute: a node whose clock is behind may still count on it', async () => {
  const { task, asked } = sweeping([0])
  await task.run()
  assert.deepEqual(asked, [[940, 500]])
})

test('a node whose clock jumped ahead of the store’s removes nothing that is still good by that', async () => {
  const { task, asked } = sweeping([0], { ahead: 600 })
  await task.run()
  assert.deepEqual(asked, [[340, 500]])
})

test('a node sweeps only while it holds the lease', async () => {
  const { task, asked } = sweeping([3], { isHolder: false })
  assert.equal(await task.run(), 30_000)
  assert.deepEqual(asked, [])
})

test('keys are looked after every ten seconds', async () => {
  let ticks = 0
  const task = keyTask({
    tick: async () => {
      ticks++
    },
  })
  assert.equal(await task.run(), 10_000)
  assert.equal(ticks, 1)
})

test('a node announces itself every ten seconds, and does once what must wait for the others', async () => {
  const done: string[] = []
  const presence = { announce: async () => void done.push('announced') }
  const answers = [false, true]
  const settle = async () => {
    done.push('tried')
    return answers.shift() ?? assert.fail('it was settled')
  }
  const task = presenceTask(presence, settle, false)
  assert.deepEqual([await task.run(), await task.run(), await task.run()], [10_000, 10_000, 10_000])
  assert.deepEqual(done, ['announced', 'tried', 'announced', 'tried', 'announced'])
  await presenceTask(presence, settle, true).run()
})

test('lost tokens are ended a little at a time, then looked for now and then, and when all is done no more', async () => {
  let hasMore = true
  let goes = 0
  const lost = {
    isDone: false,
    goOn: async () => {
      goes++
      return hasMore
    },
  }
  const task = lostTokensTask(lost)
  assert.equal(await task.run(), 20)
  hasMore = false
  assert.equal(await task.run(), 10_000)
  lost.isDone = true
  assert.equal(await task.run(), 86_400_000)
  assert.equal(goes, 2)
})
