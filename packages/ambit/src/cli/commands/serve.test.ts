import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../testing/json.ts'
import { smallConfig, testCli } from '../testing/run.ts'

const main = fileURLToPath(new URL('../../main.ts', import.meta.url))
const loud = { ...smallConfig, port: 0, log: { level: 'info' } }

type Line = { readonly message: string; readonly level: string; readonly issuer?: string }

/** A server in a process of its own, once it listens. */
async function spawnServer(t: TestContext, folder: string, words: readonly string[] = []) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'serve', ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const lines: Line[] = []
  const reader = createInterface({ input: child.stdout })
  for await (const line of reader) {
    lines.push(parseJson<Line>(line))
    if (lines.at(-1)?.message.startsWith('listening')) break
  }
  return { child, origin: lines.at(-1)?.issuer ?? '' }
}

function exitOf(child: ChildProcess): Promise<readonly unknown[]> {
  return once(child, 'exit')
}

function stopAtOnce(stop: () => void): () => void {
  setImmediate(stop)
  return () => {}
}

test('serve starts, is ready, and ends with 0 at SIGTERM', { skip: process.platform === 'win32' }, async t => {
  const { folder } = testCli(t, loud)
  const { child, origin } = await spawnServer(t, folder)
  assert.equal((await fetch(`${origin}/readyz`)).status, 200)
  const exit = exitOf(child)
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

test('a second signal ends it at once', { skip: process.platform === 'win32' }, async t => {
  const { folder } = testCli(t, loud)
  const { child, origin } = await spawnServer(t, folder)
  const busy = connect(Number(new URL(origin).port), '127.0.0.1')
  busy.on('error', () => {})
  busy.write('POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\ngrant')
  await fetch(`${origin}/healthz`)
  const exit = exitOf(child)
  child.kill('SIGINT')
  while ((await fetch(`${origin}/healthz`).catch(() => undefined)) !== undefined);
  child.kill('SIGINT')
  assert.deepEqual(await exit, [1, null])
  busy.destroy()
})

test('a port in use is one sentence and exit code 1', async t => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { code, err } = await testCli(t).run(`serve --port ${port}`)
  assert.equal(code, 1)
  assert.equal(err.split('\n').length, 2)
  assert.match(err, new RegExp(`^ambit: port ${port} on 127.0.0.1 is in use`))
})

test('a configuration with problems is exit code 2', async t => {
  const { code, err } = await testCli(t).run('serve --port 70000 --issuer ftp://x')
  assert.equal(code, 2)
  assert.match(err, /port: .* \(from `--port`\)/)
  assert.match(err, /issuer: .* \(from `--issuer`\)/)
})

test('--print-config shows the effective configuration and starts nothing', async t => {
  const cli = testCli(t)
  const environment = { AMBIT_HOST: '::1' }
  const { code, out } = await cli.run('serve --print-config --port 1234', { environment })
  assert.equal(code, 0)
  assert.match(out, /^port +1234 +--port$/m)
  assert.match(out, /^host +::1 +AMBIT_HOST$/m)
  assert.match(out, /^clients\[1\]\.secret +\(hidden\) +ambit\.config\.json$/m)
  assert.doesNotMatch(out, /a-secret-of-a-job|correct horse/)
  const json = parseJson<Record<string, unknown>>((await cli.run('serve --print-config --json')).out)
  assert.deepEqual(json['ttl.code'], { value: 60, from: 'default' })
})

test('an issuer on this machine that names another port is warned of', async t => {
  const log = { level: 'warn' }
  const other = await testCli(t, { ...loud, log, issuer: 'http://localhost:4000' }).run('serve', { onStop: stopAtOnce })
  assert.match(other.out, /"level":"warn".*names port 4000, the server listens on \d+/)
  const behind = { ...loud, log, issuer: 'https://as.example', trustedProxies: ['127.0.0.1'] }
  const proxied = await testCli(t, behind).run('serve', { onStop: stopAtOnce })
  assert.equal(proxied.out, '')
})

test('serve logs for people on a terminal, and for programs elsewhere', async t => {
  const cli = testCli(t, { ...loud, store: 'memory' })
  const forProgram = await cli.run('serve', { onStop: stopAtOnce })
  assert.equal(forProgram.code, 0)
  for (const line of forProgram.out.trim().split('\n')) assert.ok(parseJson(line)['message'])
  const forPerson = await cli.run('serve', { onStop: stopAtOnce, isTerminal: true })
  assert.ok(forPerson.out.includes(' \u001b[36minfo'))
  const plain = await cli.run('serve', { onStop: stopAtOnce, isTerminal: true, environment: { NO_COLOR: '1' } })
  assert.match(plain.out, /^\d\d:\d\d:\d\d info {2}listening on http/m)
})
