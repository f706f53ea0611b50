import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { startBackground, unrefTimer } from './background.ts'
import { keyTask, sweepTask } from './tasks.ts'
import { handTimer } from './testing/hand-timer.ts'

const unexpected = () => assert.fail('nothing was to happen')

test('a task is done after its first span, and then as often as it asks', async () => {
  const { timer, due, fire } = handTimer()
  const runs: number[] = []
  startBackground([{ name: 'a', first: 10, run: async () => runs.push(runs.length) * 100 }], {
    timer,
    onError: unexpected,
  })
  assert.deepEqual(due(), [10])
  await fire()
  assert.deepEqual(due(), [100])
  await fire()
  assert.deepEqual(due(), [200])
  assert.deepEqual(runs, [0, 1])
})

test('a task that fails is told of and done again', async () => {
  const { timer, due, fire } = handTimer()
  const errors: string[] = []
  const task = { name: 'a', first: 1, run: () => Promise.reject(new Error('on purpose')) }
  startBackground([task], { timer, onError: (name, error) => void errors.push(`${name}: ${String(error)}`) })
  await fire()
  assert.deepEqual(errors, ['a: Error: on purpose'])
  assert.deepEqual(due(), [30_000])
})

test('stopping calls off what waits and waits for what is under way', async () => {
  const { timer, due, fire } = handTimer()
  const work = Promise.withResolvers<number>()
  const stop = startBackground([{ name: 'a', first: 1, run: () => work.promise }], { timer, onError: unexpected })
  const fired = fire()
  let isStopped = false
  const stopped = stop().then(() => {
    isStopped = true
  })
  await Promise.resolve()
  assert.equal(isStopped, false)
  work.resolve(5)
  await stopped
  await fired
  assert.deepEqual(due(), [])
})

test('the sweep goes on at once while there are rows, and pauses when there are none', async () => {
  const answers = [500, 500, 3, 0]
  const counted: number[] = []
  const asked: number[] = []
  const task = sweepTask(
    {
      sweep: async (_now, limit) => {
        asked.push(limit)
        return answers.shift() ?? 0
      },
    },
    {
      clock: { now: () => epochSeconds(1), millis: () => 0 },
      metrics: { countSwept: rows => void counted.push(rows) },
    },
  )
  const pauses = [await task.run(), await task.run(), await task.run(), await task.run()]
  assert.deepEqual(pauses, [20, 20, 20, 30_000])
  assert.deepEqual(counted, [500, 500, 3, 0])
  assert.deepEqual(new Set(asked), new Set([500]))
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

test('the timer of the program can be called off', () => {
  unrefTimer(1, unexpected)()
})
