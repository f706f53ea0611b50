import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWorkers } from './workers.ts'

const opener = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`)

test('a process that cannot open the store says why', async () => {
  const place = {
    opener: opener('export const openStore = async place => { throw new Error(place) }'),
    place: 'no disk',
  }
  const [worker] = await startWorkers(place, 1)
  assert.ok(worker)
  await assert.rejects(worker.open(), /^Error: Error: no disk$/)
  await worker.stop()
})

test('a process that ends while it is asked keeps nobody waiting', async () => {
  const place = { opener: opener('process.exit(3)'), place: '' }
  const [worker] = await startWorkers(place, 1)
  assert.ok(worker)
  await assert.rejects(worker.open(), /ended with `3` and did not answer/)
  await worker.stop()
})
