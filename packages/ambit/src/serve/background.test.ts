import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackground, unrefTimer } from './background.ts'
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
  await new Promise(setImmediate)
  assert.equal(isStopped, false)
  work.resolve(5)
  await stopped
  await fired
  assert.deepEqual(due(), [])
})

test('the timer of the program can be called off', () => {
  unrefTimer(1, unexpected)()
})
