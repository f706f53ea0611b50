import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { assertKept, assertOnce } from '../testing/flow-claims.ts'
import { runAndKill } from '../testing/killed-flows.ts'
import { makeFolder } from './testing/folder.ts'
import { openStore } from './testing/open-store.ts'

const opener = new URL('testing/open-store.ts', import.meta.url)
const work = 1_000

describe('kill -9 in the middle of redemptions and rotations', () => {
  const folder = makeFolder()
  after(() => folder.remove())

  for (const seed of [1, 5, 10]) {
    const killAfter = pointOf(seed)
    test(`RFC 6749 §4.1.2: killed after ${killAfter} of ${work} answers, nothing answered is lost and nothing is good twice`, async () => {
      const path = folder.file()
      const answered = await runAndKill({ opener, place: path }, killAfter)
      assert.ok(answered.length >= killAfter)
      const store = await openStore(path)
      for (const [flow, step] of answered) await assertKept(store, flow, step)
      const flows = Math.max(...answered.map(([flow]) => flow)) + 32
      for (let flow = 0; flow <= flows; flow++) await assertOnce(store, flow)
      await store.close()
    })
  }
})

/** A point in the middle of the work, from a seed. */
function pointOf(seed: number): number {
  return 200 + ((seed * 2_654_435_761) % (work - 300))
}
