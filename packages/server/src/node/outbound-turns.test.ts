import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutboundError } from './outbound-error.ts'
import { OutboundTurns } from './outbound-turns.ts'

const never = new Promise<never>(() => undefined)
const limits = { running: 3, runningPerHost: 2, waiting: 3, waitingPerHost: 2 }

/** Enters and tells in which order turns began. */
function queue() {
  const turns = new OutboundTurns(limits)
  const begun: string[] = []
  const enter = (host: string, name = host, late: Promise<never> = never) =>
    turns.enter(host, late).then(leave => {
      begun.push(name)
      return leave
    })
  return { begun, enter }
}

const settle = () => new Promise(resolve => setImmediate(resolve))

test('so many run at once, and no more of one host', async () => {
  const { begun, enter } = queue()
  const leave = await enter('a', 'a1')
  await enter('a', 'a2')
  const third = enter('a', 'a3')
  await enter('b', 'b1')
  await settle()
  assert.deepEqual(begun, ['a1', 'a2', 'b1'])
  leave()
  await third
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3'])
})

test('a turn goes to the one that waits longest and whose host is not busy', async () => {
  const { begun, enter } = queue()
  await enter('a', 'a1')
  await enter('a', 'a2')
  const leave = await enter('b', 'b1')
  void enter('a', 'a3')
  void enter('c', 'c1')
  leave()
  await settle()
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1'])
})

test('one that waits for a host that is busy, and one too many of all, are refused at once', async () => {
  const { enter } = queue()
  for (const host of ['a', 'a', 'b']) await enter(host)
  void enter('a')
  void enter('a')
  const isBusy = (error: unknown) => error instanceof OutboundError && error.failure === 'busy'
  await assert.rejects(enter('a'), isBusy)
  void enter('c')
  await assert.rejects(enter('d'), isBusy)
})

test('one whose time is over leaves the queue, and its turn is not lost', async () => {
  const { begun, enter } = queue()
  const leave = await enter('a', 'a1')
  await enter('a', 'a2')
  const { promise: late, reject } = Promise.withResolvers<never>()
  const waiting = enter('a', 'late', late)
  const patient = enter('a', 'patient')
  reject(new Error('over'))
  await assert.rejects(waiting, /over/)
  leave()
  await patient
  assert.deepEqual(begun, ['a1', 'a2', 'patient'])
})

test('a turn that has ended leaves no trace of its host', async () => {
  const { enter } = queue()
  for (let round = 0; round < 10; round++) (await enter('a'))()
  const leaves = await Promise.all([enter('a'), enter('a'), enter('b')])
  assert.equal(leaves.length, 3)
})
