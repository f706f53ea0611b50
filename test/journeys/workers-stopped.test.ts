import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { eventually, isAlive, type Program, spawnProgram, workersConfig } from './workers-program.ts'

/** The processes that a process has started. */
function childrenOf({ child }: Program): readonly number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
  return text.split(' ').flatMap(word => (word === '' ? [] : [Number(word)]))
}

const storeOf = ({ folder }: Program) => join(folder, 'ambit.db')

/** The rows of processes that say they serve. */
function nodesIn(path: string): number {
  const file = new DatabaseSync(path, { readOnly: true })
  try {
    const hasTable = file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'node'").get()
    return hasTable ? Number(file.prepare('SELECT count(*) AS nodes FROM node').get()?.['nodes']) : 0
  } finally {
    file.close()
  }
}

const moments: readonly (readonly [string, (program: Program) => Promise<unknown>])[] = [
  ['the first worker is there', program => eventually(() => childrenOf(program).length > 0)],
  ['the first worker makes the store', program => eventually(() => existsSync(storeOf(program)))],
  ['the first worker serves', program => program.until('worker 1 serves')],
]

describe('a start that is stopped', { skip: process.platform !== 'linux', concurrency: 1 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    for (const [moment, reach] of moments)
      test(`${signal} when ${moment} ends the program in order, and nothing is left of it`, async t => {
        const program = spawnProgram(t, { ...workersConfig, workers: 3 })
        await reach(program)
        const workers = childrenOf(program)
        program.child.kill(signal)
        assert.deepEqual(await program.ended, [0, null], program.complaints())
        for (const pid of workers) assert.ok(!isAlive(pid))
        assert.equal(program.complaints(), '')
        assert.deepEqual(
          program.lines.filter(({ level }) => level === 'error'),
          [],
        )
        assert.equal(program.lines.at(-1)?.message, 'stopped')
        if (existsSync(storeOf(program))) assert.equal(nodesIn(storeOf(program)), 0)
      })

  test('a server of one process that is stopped while it starts ends in order too', async t => {
    const { workers: _workers, ...config } = workersConfig
    const program = spawnProgram(t, config)
    await eventually(() => existsSync(storeOf(program)))
    program.child.kill('SIGTERM')
    assert.deepEqual(await program.ended, [0, null], program.complaints())
    assert.equal(nodesIn(storeOf(program)), 0)
  })
})
