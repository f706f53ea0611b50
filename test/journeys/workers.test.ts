import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { makeCertificate, usages } from '../../packages/server/src/testing/certificates.ts'
import { tlsFetch } from './tls-fetch.ts'
import { beginLoad, openClient } from './workers-load.ts'
import { eventually, isAlive, spawnProgram, startProgram, workersConfig } from './workers-program.ts'

/** The path of a file with this text. */
function saved(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-workers-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'file.pem')
  writeFileSync(path, text)
  return path
}

const isPosix = process.platform !== 'win32'

describe('workers', { skip: !isPosix, concurrency: 1 }, () => {
  test('each worker serves on the one port, and the lines of the log say whose they are', async t => {
    const { child, lines, origin, pids, ended } = await startProgram(t)
    assert.deepEqual(
      [...pids().keys()].toSorted((a, b) => a - b),
      [1, 2],
    )
    const load = beginLoad(origin)
    const asked = openClient(origin)
    const servedBy = () =>
      new Set(lines.flatMap(({ worker, message }) => (message === 'request refused' ? [worker] : [])))
    await eventually(async () => {
      await openClient(origin, { isBrief: true }).post('/token', { grant_type: 'unheard of' }, 'machine')
      return servedBy().size === 2
    })
    await load.stop()
    asked.close()
    assert.deepEqual(load.failures(), [])
    assert.equal(
      lines.filter(({ message }) => message === 'signing key created').length,
      1,
      'one of them made the keys',
    )
    child.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    for (const pid of pids().values()) assert.ok(!isAlive(pid))
  })

  test('a worker that is killed is replaced, and the metrics of all are added up', async t => {
    const { lines, origin, pids, until } = await startProgram(t)
    const load = beginLoad(origin)
    await eventually(() => load.tokens.length > 50)
    const before = pids().get(1)
    assert.ok(before)
    const from = lines.length
    process.kill(before, 'SIGKILL')
    await until('worker 1 ended .signal SIGKILL.; it is replaced', from)
    await until('worker 1 serves', from)
    const seen = load.tokens.length
    await eventually(() => load.tokens.length > seen + 50)
    await load.stop()
    assert.notEqual(pids().get(1), before)
    assert.deepEqual([...load.statuses.keys()], [200])
    const failures = new Set(load.failures())
    assert.ok(!failures.has('ECONNREFUSED'), 'the port stayed open')
    const metrics = await (await fetch(`${origin}/metrics`)).text()
    assert.match(metrics, /^ambit_workers 2$/m)
    assert.match(metrics, /^ambit_workers_lost_total 1$/m)
  })

  test('a reload under load refuses and resets nobody, and what is new in the file holds', async t => {
    const { child, lines, origin, pids, until, saveConfig } = await startProgram(t)
    const load = beginLoad(origin)
    await eventually(() => load.tokens.length > 50)
    const before = [...pids().values()]
    const added = { clientId: 'other', secret: 'a-secret-of-a-machine', scope: ['read_pets'] }
    saveConfig({ ...workersConfig, workers: 3, clients: [...workersConfig.clients, added] })
    const from = lines.length
    child.kill('SIGHUP')
    await until('the configuration was read again', from)
    const client = openClient(origin)
    assert.equal((await client.post('/token', { grant_type: 'client_credentials' }, 'other'))?.status, 200)
    client.close()
    await eventually(() => before.every(pid => !isAlive(pid)))
    const seen = load.tokens.length
    await eventually(() => load.tokens.length > seen + 50)
    await load.stop()
    assert.deepEqual(load.failures(), [], `of ${load.tokens.length} requests none failed`)
    assert.deepEqual([...load.statuses.keys()], [200])
    assert.equal(pids().size, 3)
    const metrics = await (await fetch(`${origin}/metrics`)).text()
    const counted = /^ambit_tokens_issued_total\{grant_type="client_credentials"\} (\d+)$/m.exec(metrics)?.[1]
    assert.equal(Number(counted), load.tokens.length + 1, 'what the workers before had counted is still counted')
  })

  test('a configuration with a problem is not taken: the workers go on, and the log says why', async t => {
    const { child, lines, origin, pids, until, saveConfig } = await startProgram(t)
    const before = [...pids().values()]
    const load = beginLoad(origin)
    saveConfig({ ...workersConfig, port: 'http' })
    child.kill('SIGHUP')
    const line = await until('not reloaded')
    assert.match(line.message, /port/)
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.after(() => other.close())
    const taken = other.address()
    const from = lines.length
    saveConfig({ ...workersConfig, port: typeof taken === 'object' ? taken?.port : 0 })
    child.kill('SIGHUP')
    assert.match((await until('not reloaded', from)).message, /is in use/)
    const seen = load.tokens.length
    await eventually(() => load.tokens.length > seen + 50)
    await load.stop()
    assert.deepEqual(load.failures(), [])
    assert.deepEqual([...pids().values()], before)
    assert.ok(before.every(isAlive))
  })

  test('a worker whose event loop stands still is replaced', async t => {
    const { lines, pids, until, origin } = await startProgram(t)
    const stuck = pids().get(2)
    assert.ok(stuck)
    const from = lines.length
    process.kill(stuck, 'SIGSTOP')
    await until('worker 2 did not answer for 10 seconds; it is replaced', from)
    await until('worker 2 serves', from)
    assert.ok(!isAlive(stuck))
    assert.equal((await fetch(`${origin}/readyz`)).status, 200)
  })

  test('the workers end when the program above them is gone, and leave the port', async t => {
    const { child, pids, origin } = await startProgram(t)
    child.kill('SIGKILL')
    await eventually(() => [...pids().values()].every(pid => !isAlive(pid)))
    await assert.rejects(fetch(`${origin}/readyz`))
  })

  test('a second signal ends all at once', async t => {
    const { child, pids, ended, until } = await startProgram(t)
    for (const pid of pids().values()) process.kill(pid, 'SIGSTOP')
    child.kill('SIGTERM')
    await until('stopping')
    child.kill('SIGTERM')
    assert.deepEqual(await ended, [1, null])
    await eventually(() => [...pids().values()].every(pid => !isAlive(pid)))
  })

  test('TLS and metrics have ports of their own, whichever worker answers', async t => {
    const { cert, key } = makeCertificate({
      subject: [[['CN', 'localhost']]],
      dns: ['localhost'],
      usage: [usages.server],
    })
    const tls = { cert: saved(t, cert), key: saved(t, key), port: 0 }
    const { lines, origin } = await startProgram(t, { ...workersConfig, tls, metricsPort: 0 })
    const listening = lines.find(({ message }) => message.startsWith('listening'))
    assert.ok(listening?.tls && listening.metrics)
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)
    const secured = tlsFetch({ ca: cert })
    for (let connection = 0; connection < 8; connection++)
      assert.equal((await secured(`${listening.tls}/healthz`)).status, 200)
    assert.match(await (await fetch(`${listening.metrics}/metrics`)).text(), /^ambit_workers 2$/m)
    assert.equal((await fetch(`${origin}/metrics`)).status, 404, 'and not beside the server')
  })

  test('what keeps a worker from serving ends the program with a sentence', async t => {
    const unwritable = spawnProgram(t, { ...workersConfig, store: '/nowhere/ambit.db' })
    assert.deepEqual(await unwritable.ended, [1, null])
    assert.match(unwritable.complaints(), /^ambit: the store `\/nowhere\/ambit.db` cannot be made there[^\n]*\n$/)
    const { origin } = await startProgram(t)
    const second = spawnProgram(t, { ...workersConfig, port: Number(new URL(origin).port) })
    assert.deepEqual(await second.ended, [1, null])
    assert.match(second.complaints(), /^ambit: port \d+ on 127.0.0.1 is in use[^\n]*\n$/)
    const memory = spawnProgram(t, { ...workersConfig, store: 'memory' })
    assert.deepEqual(await memory.ended, [2, null])
    assert.match(memory.complaints(), /workers: the store `memory` is seen by one process/)
  })
})
