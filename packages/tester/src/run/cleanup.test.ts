import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCleanup } from './cleanup.ts'
import type { RunEvent } from './run-record.ts'
import { createVirtualClock } from './testing/virtual-clock.ts'

function begin() {
  const events: RunEvent[] = []
  const clock = createVirtualClock()
  const conceal = (text: string) => text.replace('hunter2', '[password]')
  const cleanup = createCleanup({ clock, timeLimit: 1000, onEvent: event => events.push(event), conceal })
  return { cleanup, events, clock }
}

const never = () => new Promise<void>(() => {})

test('the last is undone first, and what is added meanwhile too', async () => {
  const { cleanup, events } = begin()
  const undone: string[] = []
  cleanup.add('one', async () => void undone.push('one'))
  cleanup.add('two', async () => {
    undone.push('two')
    cleanup.add('three', async () => void undone.push('three'))
  })
  assert.deepEqual(await cleanup.run(), [])
  assert.deepEqual(undone, ['two', 'three', 'one'])
  assert.deepEqual(
    events.map(event => event.kind === 'cleaning' && `${event.what} ${event.isDone}`),
    ['two false', 'two true', 'three false', 'three true', 'one false', 'one true'],
  )
})

test('what cannot be undone is told, without secrets, and the rest is undone', async () => {
  const { cleanup, events, clock } = begin()
  const undone: string[] = []
  cleanup.add('fine', async () => void undone.push('fine'))
  cleanup.add('throws', async () => Promise.reject(new Error('wrong password hunter2')))
  cleanup.add('hangs', never)
  assert.deepEqual(await cleanup.run(), ['hangs: not done within 1 s', 'throws: wrong password [password]'])
  assert.deepEqual(undone, ['fine'])
  assert.equal(clock.elapsed(), 1000)
  assert.equal(events.filter(event => event.kind === 'cleaning' && event.problem !== undefined).length, 2)
})

test('stopped a second time, it waits for nothing more and says what is left', async () => {
  const { cleanup } = begin()
  const stop = new AbortController()
  cleanup.add('first', async () => assert.fail('undone'))
  cleanup.add('hangs', async () => {
    stop.abort()
    await never()
  })
  const problems = await cleanup.run(stop.signal)
  assert.equal(problems.length, 2)
  assert.match(problems[0] ?? '', /^hangs: perhaps not done/)
  assert.match(problems[1] ?? '', /^first: left alone/)
})
