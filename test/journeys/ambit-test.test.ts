import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JsonReport } from '@ambit/tester'
import { parseJson } from '../../packages/ambit/src/cli/testing/json.ts'
import { type DemoTest, openDemoTest } from '../../packages/ambit/src/tester/demo-test.ts'
import type { Defect } from '../../packages/tester/src/testing/planted-api/defects.ts'
import { type ListeningApi, listenPlantedApi } from '../../packages/tester/src/testing/planted-api/listen.ts'

const main = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ambit-test-journey-'))
after(() => rmSync(folder, { recursive: true, force: true }))

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

function start(...words: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'test', ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([out, err]): Ended => ({ code: child.exitCode, out, err }),
  )
  return { child, ended }
}

function run(...words: readonly string[]): Promise<Ended> {
  return start(...words).ended
}

function write(name: string, value: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value), { mode: 0o600 })
  return path
}

/** What the document of the demonstration cannot say: which scope covers which. */
const umbrella = ['read_pets', 'write_pets', 'read_orders', 'write_orders'] as const
const inventory = ['order', 'order:items', 'inventory:read', 'inventory:write'] as const
const parts = ['inventory:stock:write', 'inventory:price:write'] as const
const plain = Object.fromEntries([...umbrella, ...inventory, ...parts].map(name => [name, {}]))
const scopes = { ...plain, admin: { implies: umbrella } }

function reportIn(name: string): JsonReport {
  return parseJson<JsonReport>(readFileSync(join(folder, name, 'report.json'), 'utf8'))
}

describe('ambit test against the demonstration', () => {
  let demo: DemoTest
  let config: string
  const store = join(folder, 'demo.db')
  before(async () => {
    demo = await openDemoTest({ store })
    const { api } = demo.declaration
    config = write('demo.json', { ...demo.declaration, api: { ...api, catalogue: { scopes } } })
  })
  after(() => demo.close())

  test('some 500 tests find nothing wrong, and every report is there without a secret', async () => {
    const begun = performance.now()
    const skipped = ['RS-REV', 'RS-RAT', 'RS-PRF', 'RS-ROU', 'RS-SCP-03'].flatMap(each => ['--skip', each])
    const { code, out, err } = await run('--config', config, '--allow-writes', '--report-folder', 'good', ...skipped)
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    assert.equal(code, 0, out + err)
    const { summary, findings, results } = reportIn('good')
    process.stdout.write(`ambit test: ${results.length} tests in ${seconds} s\n`)
    assert.ok(results.length > 500, `${results.length} tests`)
    assert.deepEqual(findings, [])
    assert.equal(summary.verdicts['fail'], 0)
    assert.equal(results.find(each => each.case === 'SELF-01')?.verdict, 'pass')
    assert.deepEqual(readdirSync(join(folder, 'good')).toSorted(), [
      'junit.xml',
      'report.har',
      'report.html',
      'report.json',
      'report.sarif',
    ])
    assert.equal(liveCredentials(store), 0, 'every token is revoked')
  })

  test('no report holds a secret of the configuration', () => {
    const secrets = JSON.stringify(demo.declaration).matchAll(/"(?:secret|password)":"([^"]+)"/g)
    const known = [...secrets].map(([, secret = '']) => secret)
    assert.ok(known.length >= 5)
    for (const name of readdirSync(join(folder, 'good'))) {
      const written = readFileSync(join(folder, 'good', name), 'utf8')
      for (const secret of known) assert.ok(!written.includes(secret), name)
    }
  })

  test('RFC 7009 §2: Ctrl-C in the middle leaves no token alive and no client registered', async () => {
    const clients = rows(store, 'SELECT count(*) AS n FROM client')
    const { child, ended } = start('--config', config, '--allow-writes', '--report-folder', 'cut')
    await written(child, /20 %/)
    assert.ok(liveCredentials(store) > 0, 'in the middle it holds tokens')
    child.kill('SIGINT')
    const { code, out, err } = await ended
    assert.equal(code, 2, out + err)
    assert.match(out, /The run was stopped before its end/)
    assert.equal(liveCredentials(store), 0, 'every token is revoked')
    assert.equal(rows(store, 'SELECT count(*) AS n FROM client'), clients)
    assert.ok(existsSync(join(folder, 'cut', 'report.html')))
  })

  test('a run that was cut is gone on with', async () => {
    const words = ['--config', config, '--only', 'RS-JWT', '--resume', 'journal', '--report-folder', 'resumed']
    const first = start(...words, '--concurrency', '1', '--rate', '40')
    await written(first.child, /40 %/)
    first.child.kill('SIGINT')
    assert.equal((await first.ended).code, 2)
    assert.ok(existsSync(join(folder, 'journal')))
    const { code, out, err } = await run(...words)
    assert.equal(code, 0, out + err)
    assert.match(out.replaceAll(/\s+/g, ' '), /\d+ results are from the run that this one goes on with/)
    assert.ok(!existsSync(join(folder, 'journal')), 'a journal that has done its work is removed')
  })
})

describe('ambit test against a planted copy', () => {
  const open: ListeningApi[] = []
  after(() => Promise.all(open.map(each => each.close())))

  async function plant(...defects: readonly Defect[]): Promise<string> {
    const api = await listenPlantedApi({ defects })
    open.push(api)
    write('planted-api.json', api.document)
    const { testIssuer } = api.target
    assert.ok(testIssuer)
    const keys = testIssuer.keys.map(({ kid, alg, role, key }) => {
      const file = write(`${kid}.jwk`, parseJson(key.privateJwk.reveal()))
      return { kid, alg, role, key: { file } }
    })
    return write('planted.json', {
      api: {
        openapi: 'planted-api.json',
        baseUrl: api.origin,
        resources: { '/petstore': `${api.origin}/petstore` },
        publicOperations: ['GET /'],
      },
      testIssuer: { issuer: testIssuer.issuer, keys, claims: testIssuer.claims, subjects: testIssuer.subjects },
    })
  }

  const part = ['--only', 'RS-JWT', '--only', 'RS-TOK', '--only', '* /petstore/*'] as const

  test('that is careful: nothing is found', async () => {
    const { code, out, err } = await run('--config', await plant(), ...part)
    assert.equal(code, 0, out + err)
  })

  test('that takes unsigned tokens: it is found, and accepted in a baseline until a day', async () => {
    const config = await plant('alg-none')
    const { code, out } = await run('--config', config, ...part, '--report-folder', 'bad')
    assert.equal(code, 1, out)
    assert.deepEqual(
      reportIn('bad').findings.map(each => each.case),
      ['RS-JWT-01'],
    )
    assert.match(out, /CRITICAL {2}RS-JWT-01/)
    const baseline = ['--baseline', 'baseline.json']
    const accept = ['--update-baseline', '--reason', 'known', '--accepted-by', 'a tester']
    assert.equal((await run('--config', config, ...part, ...baseline, ...accept)).code, 0)
    const again = await run('--config', config, ...part, ...baseline)
    assert.equal(again.code, 0, again.out + again.err)
    assert.match(again.out, /1 is accepted for now/)
  })

  test('that is down: nothing could be judged', async () => {
    const config = await plant()
    await open.at(-1)?.close()
    open.pop()
    const { code, err } = await run('--config', config, '--only', 'RS-TOK-01')
    assert.equal(code, 2, err)
    assert.match(err, /exit 2: /)
  })
})

/** Waits until a program writes something to its log. */
function written(child: ChildProcess, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      if (wanted.test(seen)) resolve()
    })
    child.once('close', () => reject(new Error(`it ended without writing ${String(wanted)}:\n${seen}`)))
  })
}

/** Access and refresh tokens that the server would still take, as its store has them. */
function liveCredentials(path: string): number {
  return rows(
    path,
    `SELECT count(*) AS n FROM credential LEFT JOIN family USING (family_id)
     WHERE kind IN ('access_token', 'refresh_token') AND credential.expires_at > unixepoch() AND spent_at IS NULL
       AND credential.revoked_at IS NULL AND family.revoked_at IS NULL`,
  )
}

function rows(path: string, query: string): number {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return Number(database.prepare(query).get()?.['n'])
  } finally {
    database.close()
  }
}
