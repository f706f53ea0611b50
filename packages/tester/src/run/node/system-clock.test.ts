import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

test('a time longer than any timer takes does not ring at once', async () => {
  const warnings: string[] = []
  const listen = (warning: Error) => void warnings.push(warning.name)
  process.on('warning', listen)
  let rings = 0
  const cancel = systemClock.after(1e15, () => {
    rings += 1
  })
  await new Promise(resolve => systemClock.after(20, () => resolve(undefined)))
  cancel()
  process.off('warning', listen)
  assert.deepEqual([rings, warnings], [0, []])
})
