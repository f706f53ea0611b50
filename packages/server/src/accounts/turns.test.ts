import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

/** Works that end when they are told to. */
function heldWorks(turns: Turns, count: number) {
  const ends: (() => void)[] = []
  const work = () => new Promise<string>(resolve => ends.push(() => resolve('done')))
  return { ends, taken: Array.from({ length: count }, () => turns.take(work)) }
}

test('only a few works run at once, the others in their order, and what is too many is turned away', async () => {
  const { ends, taken } = heldWorks(new Turns({ running: 2, waiting: 1 }), 4)
  assert.equal(ends.length, 2)
  assert.equal(await taken[3], undefined)
  ends[0]?.()
  assert.equal(await taken[0], 'done')
  await new Promise(setImmediate)
  assert.equal(ends.length, 3)
  for (const end of ends) end()
  assert.deepEqual(await Promise.all(taken), ['done', 'done', 'done', undefined])
})

test('a work that fails gives its turn on', async () => {
  const turns = new Turns({ running: 1, waiting: 0 })
  await assert.rejects(
    turns.take(async () => {
      throw new Error('broken')
    }),
  )
  assert.equal(await turns.take(async () => 'done'), 'done')
})
