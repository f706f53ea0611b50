import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JsonReport } from '@ambit/tester'
import { createSend } from '@ambit/tester'
import { parseJson } from '../../packages/ambit/src/cli/testing/json.ts'
import type { MistakeName } from '../../packages/tester/src/testing/small-client/mistakes.ts'
import { createSmallClient } from '../../packages/tester/src/testing/small-client/small-client.ts'
import type { HeaderField } from '../../packages/tester/src/wire/exchange.ts'

const main = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the port is not known')
  return address.port
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

/** Opens the small client, which trusts whatever listens on the port. */
async function openClient(t: TestContext, serverPort: number, mistakes: readonly MistakeName[]): Promise<string> {
  const send = createSend({ now: () => Date.now(), clock: () => performance.now() })
  const server = createServer()
  const origin = `http://127.0.0.1:${await portOf(server)}`
  const issuer = `http://127.0.0.1:${serverPort}`
  const client = createSmallClient({ origin, issuer, send, now: () => Date.now(), mistakes: new Set(mistakes) })
  server.on('request', (request, response) => {
    const headers = Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): HeaderField => [name, value]),
    )
    const { method = 'GET', url: target = '/' } = request
    client({ method, origin, target, headers })
      .then(answer => response.writeHead(answer.status, answer.headers.flat()).end(answer.body))
      .catch(() => response.destroy())
  })
  t.after(() => {
    send.close()
    server.close()
    server.closeAllConnections()
  })
  return origin
}

async function testClient(t: TestContext, mistakes: readonly MistakeName[]) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-test-client-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const serverPort = await freePort()
  const origin = await openClient(t, serverPort, mistakes)
  const clientUnderTest = { startUrl: `${origin}/login`, callback: `${origin}/callback`, clientId: 'small', serverPort }
  writeFileSync(join(folder, 'ambit.tester.json'), JSON.stringify({ clientUnderTest }))
  const words = ['--disable-warning=ExperimentalWarning', main, 'test', '--quiet', '--report', 'json=report.json']
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const report = parseJson<JsonReport>(readFileSync(join(folder, 'report.json'), 'utf8'))
  const found = report.findings.map(finding => finding.case)
  return { code: child.exitCode, told: `${out}${err}`, found, passed: report.summary }
}

test('RFC 9700 §2.1: a careful client gives no finding', async t => {
  const { code, told, found } = await testClient(t, [])
  assert.deepEqual(found, [], told)
  assert.equal(code, 0, told)
})

test('RFC 9700 §4.7: a client that looks at no state is found', async t => {
  const { code, told, found } = await testClient(t, ['state-unchecked'])
  assert.ok(found.includes('CL-STA-01'), told)
  assert.equal(code, 1, told)
})

test('RFC 9207 §2.4: a client that looks at no issuer is found', async t => {
  const { code, told, found } = await testClient(t, ['iss-unchecked'])
  assert.deepEqual(found, ['CL-ISS-01'], told)
  assert.equal(code, 1, told)
})
