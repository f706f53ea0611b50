import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { WorkerPlace } from './workers.ts'

/** A step of a flow that was answered. */
export type AnsweredStep = readonly [flow: number, step: number]

const script = fileURLToPath(new URL('flow-worker.ts', import.meta.url))

/** Runs flows in another process, kills it as soon as that many steps have been answered, and tells all that were. */
export async function runAndKill({ opener, place }: WorkerPlace, killAfter: number): Promise<readonly AnsweredStep[]> {
  const args = [...process.execArgv, script, opener.href, place]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  let lines = 0
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString()
    lines += data.toString().split('\n').length - 1
    if (lines >= killAfter) child.kill('SIGKILL')
  })
  await once(child, 'close')
  assert.equal(child.signalCode, 'SIGKILL')
  return text.split('\n').slice(0, -1).map(parseStep)
}

function parseStep(line: string): AnsweredStep {
  const [flow, step, kind] = line.split(' ')
  assert.equal(kind, 'spent')
  return [Number(flow), Number(step)]
}
