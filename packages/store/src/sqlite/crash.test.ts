import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertKept, assertOnce } from '../testing/flow-claims.ts'
import { sqliteStore } from './node/sqlite-store.ts'
import { makeFolder } from './testing/folder.ts'

const script = fileURLToPath(new URL('testing/crash-worker.ts', import.meta.url))
const work = 1_000

describe('kill -9 in the middle of redemptions and rotations', () => {
  const folder = makeFolder()
  after(() => folder.remove())

  for (const seed of [1, 5, 10]) {
    const killAfter = pointOf(seed)
    test(`RFC 6749 §4.1.2: killed after ${killAfter} of ${work} answers, nothing answered is lost and nothing is good twice`, async () => {
      const path = folder.file()
      const answered = await runAndKill(path, killAfter)
      assert.ok(answered.length >= killAfter)
      const store = sqliteStore({ path })
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

async function runAndKill(path: string, killAfter: number): Promise<readonly (readonly [number, number])[]> {
  const child = spawn(process.execPath, [...process.execArgv, script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  let lines = 0
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString()
    lines += data.toString().split('\n').length - 1
    if (lines >= killAfter) child.kill('SIGKILL')
  })
  await once(child, 'close')
  assert.equal(child.signalCode, 'SIGKILL')
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [flow, step, kind] = line.split(' ')
      assert.equal(kind, 'spent')
      return [Number(flow), Number(step)]
    })
}
