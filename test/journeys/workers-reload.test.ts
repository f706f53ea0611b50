import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { lookAround } from '../../packages/ambit/src/nodes/look-around.ts'
import { systemClock } from '../../packages/ambit/src/serve/clock.ts'
import { beginLoad, openClient } from './workers-load.ts'
import { eventually, isAlive, spawnProgram, startProgram, workersConfig } from './workers-program.ts'

/**
 * The path of a module that hands on the configuration beside the program; where that says `unlucky`, the last of its workers
 * cannot be started, and knows it only when the others serve.
 */
function unluckyModule(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-workers-reload-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'ambit.config.mjs')
  writeFileSync(
    path,
    `import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
const { unlucky, ...config } = JSON.parse(readFileSync('ambit.config.json', 'utf8'))
if (unlucky && process.send) {
  mkdirSync('starts', { recursive: true })
  mkdirSync('starts/' + process.pid)
  if (readdirSync('starts').length === config.workers) {
    await new Promise(resolve => setTimeout(resolve, 2_000))
    throw new Error('no more room')
  }
}
export default config
`,
  )
  return path
}

describe('a reload', { skip: process.platform === 'win32', concurrency: 1 }, () => {
  test('one that fails when some of the new workers serve already leaves no connection waiting for them', async t => {
    const { child, origin, pids, saveConfig, until } = await startProgram(t, workersConfig, {
      AMBIT_CONFIG: unluckyModule(t),
    })
    const before = [...pids().values()]
    const load = beginLoad(origin, 2)
    saveConfig({ ...workersConfig, workers: 5, unlucky: true })
    child.kill('SIGHUP')
    await until(/no more room/)
    for (let connection = 0; connection < 40; connection++) {
      const client = openClient(origin, { isBrief: true })
      assert.equal((await client.post('/token', { grant_type: 'client_credentials' }, 'machine'))?.status, 200)
      client.close()
    }
    await load.stop()
    assert.deepEqual([...load.statuses.keys()], [200])
    assert.ok(before.every(isAlive))
  })

  test('one that is asked for while the program starts is made when it has started', async t => {
    const { child, until } = spawnProgram(t, workersConfig)
    await until('worker 1 serves')
    child.kill('SIGHUP')
    await until('listening on ')
    await until('the configuration was read again')
  })

  test('the end in the middle of one leaves nobody behind among the nodes', async t => {
    const { child, ended, folder, lines, pids, until } = await startProgram(t)
    const from = lines.length
    child.kill('SIGHUP')
    await until('worker 1 serves', from)
    child.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    assert.ok([...pids().values()].every(pid => !isAlive(pid)))
    assert.deepEqual(await lookAround({ store: join(folder, 'ambit.db') }, systemClock()), { nodes: [] })
  })

  test('asked for ten times at once, the configuration is read once or twice', async t => {
    const { child, lines, origin, pids, until } = await startProgram(t)
    for (let signal = 0; signal < 10; signal++) {
      child.kill('SIGHUP')
      await new Promise(setImmediate)
    }
    await until('the configuration was read again')
    const served = () => lines.filter(({ message }) => message.endsWith(' serves')).length
    await eventually(async () => (await fetch(`${origin}/readyz`)).ok && served() % 2 === 0 && served() >= 4)
    assert.ok(served() <= 6, `${served()} workers`)
    assert.equal(pids().size, 2)
  })
})
