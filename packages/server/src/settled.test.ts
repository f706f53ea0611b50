import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settledSecret } from './settled.ts'
import { testWorld } from './testing/world.ts'

test('a settled secret is made once, and is the same for another process of the same store', async () => {
  const { context } = await testWorld()
  const first = await settledSecret(context, 'x')
  assert.equal(await settledSecret(context, 'x'), first)
  assert.equal(await settledSecret({ ...context, store: { ...context.store } }, 'x'), first)
  assert.notEqual(await settledSecret(context, 'y'), first)
})

test('a store that fails once is asked again', async () => {
  const { context } = await testWorld()
  let isDown = true
  const settle = async (_: string, value: string) => {
    if (isDown) throw new Error('down')
    return value
  }
  const store = { ...context.store, settle }
  await assert.rejects(settledSecret({ ...context, store }, 'x'))
  isDown = false
  assert.ok(await settledSecret({ ...context, store }, 'x'))
})
