import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLifetime } from './lifetime.ts'

test('what was opened last is closed first, each once', async () => {
  const lifetime = createLifetime()
  const closed: string[] = []
  for (const name of ['store', 'listener', 'tasks'])
    lifetime.onClose(async () => {
      assert.equal(lifetime.isClosing(), true)
      closed.push(name)
    })
  assert.equal(lifetime.isClosing(), false)
  await Promise.all([lifetime.close(), lifetime.close()])
  assert.deepEqual(closed, ['tasks', 'listener', 'store'])
})

test('a step that fails does not keep the others from being done', async () => {
  const lifetime = createLifetime()
  const closed: string[] = []
  lifetime.onClose(async () => void closed.push('store'))
  lifetime.onClose(() => Promise.reject(new Error('on purpose')))
  await assert.rejects(lifetime.close(), /on purpose/)
  assert.deepEqual(closed, ['store'])
})
