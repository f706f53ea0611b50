import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JsonReport } from '@ambit/tester'
import { defineConfig, type RunningServer, startServer } from 'ambit'
import { parseJson } from '../../packages/ambit/src/cli/testing/json.ts'

const main = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'ambit-leaks-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const resource = 'https://echo.example'
const secret = 'kT9 & very/secret+of "the" client'
const password = 'pa<ss>word & "of" ada = 7ö'

/** An API that tells everybody what it was told: in a body, in an address, in a page. */
function answer({ url, headers }: IncomingMessage, response: ServerResponse): void {
  const token = (headers.authorization ?? '').replace(/^\S+ /, '')
  if (token.split('.').length !== 3) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    return
  }
  const told = Buffer.from(`${token} ${secret}`).toString('base64')
  if (url === '/body') {
    const body = JSON.stringify({
      token,
      told,
      parts: token.split('.'),
      backwards: [...token].toReversed().join(''),
    })
    response.writeHead(200, { 'content-type': 'application/json', 'x-told': told }).end(body)
  } else if (url === '/address') {
    const query = new URLSearchParams({ client_secret: secret, token })
    response.writeHead(302, { location: `${resource}/?${query}#${encodeURIComponent(password)}` }).end()
  } else
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<p title="${escaped(secret)}">${escaped(password)}</p>`)
}

function escaped(given: string): string {
  return given.replaceAll(/[^\w ]/gu, sign => `&#x${sign.codePointAt(0)?.toString(16)};`)
}

const operation = { security: [{ oauth: ['read_echo'] }], responses: { 200: { description: 'what was told' } } }

function documentAt(origin: string): object {
  const flow = { tokenUrl: 'https://as.example/token', scopes: { read_echo: 'Hear what was said' } }
  return {
    openapi: '3.1.0',
    info: { title: 'Echo', version: '1' },
    servers: [{ url: origin }],
    components: { securitySchemes: { oauth: { type: 'oauth2', flows: { clientCredentials: flow } } } },
    paths: { '/body': { get: operation }, '/address': { get: operation }, '/page': { get: operation } },
  }
}

const server = defineConfig({
  port: 0,
  store: 'memory',
  log: { level: 'silent' },
  resources: [{ resource, name: 'Echo' }],
  catalogue: { scopes: { read_echo: { title: 'Hear', resource }, other_echo: { title: 'Other', resource } } },
  clients: [
    {
      clientId: 'tester',
      secret,
      applicationType: 'native',
      redirectUris: ['http://127.0.0.1/callback'],
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
      scope: ['openid', 'read_echo', 'other_echo'],
    },
  ],
  users: [{ username: 'ada', password }],
})

/** A module of the masking that hides nothing in bodies, put in the place of the one that does. */
const sabotage = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    load: (url, context, next) => {
      if (!url.endsWith('/report/mask/hide-body.ts')) return next(url, context)
      const source = 'export const hideBody = ({ text }) => text; export const hidePairs = text => text; export const hideEncoded = text => text'
      return { format: 'module', shortCircuit: true, source }
    },
  })
`)}`

type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

type Words = { readonly before?: readonly string[]; readonly after?: readonly string[] }

async function run(report: string, { before = [], after: more = [] }: Words = {}): Promise<Ended> {
  const words = [
    'test',
    '--config',
    join(folder, 'echo.json'),
    '--only',
    'RS-TOK',
    '--only',
    'RS-SCP',
    '--only',
    'RS-TRN',
  ]
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...before, main, ...words, '--report-folder', report, '--json', ...more],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

/** Whatever holds a secret of the configuration, or a token, in a form that a person would find. */
function leaksIn(written: string): readonly string[] {
  const sought = [secret, password].flatMap(each => [
    each,
    JSON.stringify(each).slice(1, -1),
    encodeURIComponent(each),
    new URLSearchParams({ x: each }).toString().slice(2),
    Buffer.from(each).toString('base64'),
    Buffer.from(each).toString('base64url'),
  ])
  const tokens = [...written.matchAll(/eyJ[\w-]{10,}\.eyJ[\w-]{20,}\.[\w-]{20,}/g)].map(([token]) => token)
  return [...sought.filter(each => written.includes(each)), ...tokens]
}

const formats = ['junit.xml', 'report.har', 'report.html', 'report.json', 'report.sarif']

describe('ambit test against an API that tells its secrets to everybody', () => {
  let as: RunningServer
  let api: Server
  before(async () => {
    as = await startServer(server, { directory: folder })
    api = createServer(answer).listen(0, '127.0.0.1')
    await once(api, 'listening')
    const address = api.address()
    assert.ok(address !== null && typeof address === 'object')
    writeFileSync(join(folder, 'api.json'), JSON.stringify(documentAt(`http://127.0.0.1:${address.port}`)))
    const [client] = server.clients ?? []
    writeFileSync(
      join(folder, 'echo.json'),
      JSON.stringify({
        api: { openapi: 'api.json', resources: { '/': resource } },
        issuer: as.origin,
        clients: [{ ...client, applicationType: undefined }],
        users: [{ username: 'ada', password }],
      }),
      { mode: 0o600 },
    )
  })
  after(async () => {
    api.closeAllConnections()
    api.close()
    await as.close()
  })

  test('SELF-01, RFC 6750 §5.3: no report, no output and no line of progress holds a secret', async () => {
    const { out, err } = await run('good')
    assert.deepEqual(readdirSync(join(folder, 'good')).toSorted(), formats)
    const { results } = parseJson<JsonReport>(out)
    assert.equal(results.find(each => each.case === 'SELF-01')?.verdict, 'pass')
    assert.ok(results.length > 40, `${results.length} tests`)
    for (const name of formats) assert.deepEqual(leaksIn(readFileSync(join(folder, 'good', name), 'utf8')), [], name)
    assert.deepEqual(leaksIn(out + err), [])
  })

  test('SELF-01, RFC 6750 §5.3: where the masking fails, what holds a secret is found, withheld and removed', async () => {
    const { code, out, err } = await run('good', { before: ['--import', sabotage] })
    assert.equal(code, 1, err)
    const accepting = ['--baseline', 'accepted.json', '--update-baseline', '--reason', 'it leaks']
    assert.equal((await run('accepted', { before: ['--import', sabotage], after: accepting })).code, 1)
    assert.ok(!existsSync(join(folder, 'accepted.json')), 'a leak is not lived with')
    assert.match(err, /a secret stood in what the run left behind \(SELF-01\)/)
    const left = readdirSync(join(folder, 'good'))
    for (const name of ['report.html', 'report.json', 'report.har'])
      assert.ok(!left.includes(name), `${name}, also the one of the run before`)
    assert.match(readFileSync(join(folder, 'good', 'report.sarif'), 'utf8'), /"ruleId": "SELF-01"/)
    for (const name of left) assert.deepEqual(leaksIn(readFileSync(join(folder, 'good', name), 'utf8')), [], name)
    assert.deepEqual(leaksIn(out + err), [])
  })
})
