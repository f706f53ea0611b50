import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { makeCertificate, usages } from '../../packages/server/src/testing/certificates.ts'
import { tlsFetch } from './tls-fetch.ts'
import { beginLoad, openClient } from './workers-load.ts'
import { eventually, isAlive, startProgram, workersConfig } from './workers-program.ts'

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(typeof address === 'object' && address)
  return address.port
}

/** Connections that begin a request and never end it. */
async function beginSlowly(t: TestContext, origin: string, count: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(Number(new URL(origin).port), '127.0.0.1'))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  for (const socket of sockets) socket.on('error', () => {})
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  for (const socket of sockets)
    socket.write('POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ngrant')
  return sockets
}

const machine = { grant_type: 'client_credentials' }

describe('workers that are struck', { skip: process.platform === 'win32', concurrency: 2 }, () => {
  test('two that are killed at once, and the replacement of one before it serves, are replaced, and nobody is refused', async t => {
    const { lines, origin, pids, until } = await startProgram(t, { ...workersConfig, workers: 3 })
    const load = beginLoad(origin, 4)
    await eventually(() => load.tokens.length > 50)
    const [one, two, three] = [1, 2, 3].map(number => pids().get(number) ?? 0)
    assert.ok(one && two && three)
    const from = lines.length
    process.kill(one, 'SIGKILL')
    process.kill(two, 'SIGKILL')
    await until('worker 1 ended', from)
    await until('worker 2 ended', from)
    process.kill(three, 'SIGKILL')
    for (const number of [1, 2, 3]) await until(`worker ${number} serves`, from)
    const seen = load.tokens.length
    await eventually(() => load.tokens.length > seen + 50)
    await load.stop()
    assert.deepEqual([...load.statuses.keys()], [200])
    assert.ok(!load.failures().includes('ECONNREFUSED'), 'the port stayed open also while none served')
    assert.ok([...pids().values()].every(isAlive))
  })

  test('a worker that is killed while a reload puts others in its place delays nothing', async t => {
    const { child, lines, origin, pids, until } = await startProgram(t)
    const before = [...pids().values()]
    const load = beginLoad(origin, 4)
    await eventually(() => load.tokens.length > 50)
    const from = lines.length
    child.kill('SIGHUP')
    process.kill(before[1] ?? 0, 'SIGKILL')
    await until('worker 2 ended .signal SIGKILL.', from)
    await until('the configuration was read again', from)
    await eventually(() => before.every(pid => !isAlive(pid)))
    const client = openClient(origin)
    assert.equal((await client.post('/token', machine, 'machine'))?.status, 200)
    client.close()
    await load.stop()
    assert.deepEqual([...load.statuses.keys()], [200])
    assert.ok(!load.failures().includes('ECONNREFUSED'))
    assert.match(await (await fetch(`${origin}/metrics`)).text(), /^ambit_workers 2$/m)
  })

  test('the program that is killed in the middle of a reload leaves no worker behind, old or new, and the port free', async t => {
    const { child, lines, origin, until } = await startProgram(t)
    const from = lines.length
    child.kill('SIGHUP')
    await until('worker 1 serves', from)
    child.kill('SIGKILL')
    const pids = lines.flatMap(({ message, pid }) => (message.endsWith(' serves') && pid !== undefined ? [pid] : []))
    assert.equal(new Set(pids).size, 3)
    await eventually(() => pids.every(pid => !isAlive(pid)))
    await assert.rejects(fetch(`${origin}/readyz`))
    const again = createServer().listen(Number(new URL(origin).port), '127.0.0.1')
    await once(again, 'listening')
    again.close()
  })

  test('a reload that names another port listens there, and the port of before is left', async t => {
    const { child, lines, origin, until, saveConfig } = await startProgram(t)
    const kept = openClient(origin)
    assert.equal((await kept.post('/token', machine, 'machine'))?.status, 200)
    const port = await freePort()
    saveConfig({ ...workersConfig, port })
    const from = lines.length
    child.kill('SIGHUP')
    await until('the configuration was read again', from)
    const moved = openClient(`http://127.0.0.1:${port}`)
    assert.equal((await moved.post('/token', machine, 'machine'))?.status, 200)
    assert.equal((await kept.post('/token', machine, 'machine'))?.status, 200, 'a connection that was open is answered')
    assert.deepEqual(kept.failures, [])
    moved.close()
    kept.close()
    await assert.rejects(fetch(`${origin}/readyz`))
  })

  test('a reload may name another host beside the same port, and go back', async t => {
    const port = await freePort()
    const { child, lines, pids, until, saveConfig } = await startProgram(t, { ...workersConfig, port })
    for (const host of ['0.0.0.0', '127.0.0.1']) {
      const before = [...pids().values()]
      saveConfig({ ...workersConfig, port, host })
      const from = lines.length
      child.kill('SIGHUP')
      const { message } = await until(/not reloaded|the configuration was read again/, from)
      assert.match(message, /read again/)
      await eventually(() => before.every(pid => !isAlive(pid)))
      for (let connection = 0; connection < 10; connection++) {
        const client = openClient(`http://127.0.0.1:${port}`, { isBrief: true })
        assert.equal((await client.post('/token', machine, 'machine'))?.status, 200)
        client.close()
      }
    }
  })

  test('a worker that is replaced after the file named another port opens none, and the reload does', async t => {
    const { child, lines, pids, until, saveConfig, folder } = await startProgram(t)
    const { cert, key } = makeCertificate({
      subject: [[['CN', 'localhost']]],
      dns: ['localhost'],
      usage: [usages.server],
    })
    for (const [name, text] of Object.entries({ cert, key })) writeFileSync(join(folder, `${name}.pem`), text)
    const port = await freePort()
    saveConfig({ ...workersConfig, tls: { cert: 'cert.pem', key: 'key.pem', port } })
    for (const number of [1, 2]) {
      const from = lines.length
      process.kill(pids().get(number) ?? 0, 'SIGKILL')
      assert.match((await until(/worker \d serves|is in use/, from)).message, new RegExp(`worker ${number} serves`))
    }
    const secured = tlsFetch({ ca: cert })
    await assert.rejects(secured(`https://localhost:${port}/healthz`))
    const from = lines.length
    child.kill('SIGHUP')
    assert.match((await until(/not reloaded|the configuration was read again/, from)).message, /read again/)
    assert.equal((await secured(`https://localhost:${port}/healthz`)).status, 200)
  })

  test('where no worker can be replaced the program ends: with 2 for the configuration, else with 1', async t => {
    for (const [file, code, words] of [
      ['{ "port": ', 2, /ambit\.config\.json/],
      [JSON.stringify({ ...workersConfig, store: '/nowhere/ambit.db' }), 1, /cannot be made there/],
    ] as const) {
      const { ended, pids, saveConfig, complaints } = await startProgram(t)
      saveConfig(file)
      for (const pid of pids().values()) process.kill(pid, 'SIGKILL')
      assert.deepEqual(await ended, [code, null])
      assert.match(complaints(), words)
    }
  })

  test('who connects to a worker that stands still is answered by the others once it has been ended', async t => {
    const { origin, pids, lines, until } = await startProgram(t)
    const from = lines.length
    process.kill(pids().get(2) ?? 0, 'SIGSTOP')
    const clients = Array.from({ length: 30 }, () => openClient(origin, { isBrief: true }))
    const answers = await Promise.all(clients.map(client => client.post('/token', machine, 'machine')))
    await until('worker 2 did not answer for 10 seconds', from)
    assert.deepEqual([...new Set(answers.map(answer => answer?.status))], [200])
  })

  test('requests that never end take no worker from the others', async t => {
    const { origin } = await startProgram(t)
    const slow = await beginSlowly(t, origin, 300)
    const begun = performance.now()
    for (let connection = 0; connection < 20; connection++) {
      const client = openClient(origin, { isBrief: true })
      assert.equal((await client.post('/token', machine, 'machine'))?.status, 200)
      client.close()
    }
    t.diagnostic(`20 requests beside ${slow.length} slow ones took ${Math.round(performance.now() - begun)} ms`)
    assert.ok(slow.every(socket => !socket.destroyed))
  })
})
