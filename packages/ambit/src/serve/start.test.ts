import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseJson } from '../cli/testing/json.ts'
import { ConfigError } from '../config/config-error.ts'
import type { ConfigDeclaration } from '../config/declaration.ts'
import { type StartOptions, startServer } from './start.ts'
import { StartError } from './start-error.ts'
import { handTimer } from './testing/hand-timer.ts'

const secret = 'a-secret-of-a-job'
const base = {
  port: 0,
  store: 'memory',
  catalogue: { scopes: { read_pets: {} } },
  clients: [{ clientId: 'job', secret, scope: ['read_pets'] }],
} as const satisfies ConfigDeclaration

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-serve-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function start(t: TestContext, config: Partial<ConfigDeclaration> = {}, options: StartOptions = {}) {
  const server = await startServer({ ...base, ...config }, options)
  t.after(() => server.close())
  return server
}

function requestToken(origin: string): Promise<Response> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'read_pets' })
  return fetch(`${origin}/token`, {
    method: 'POST',
    body,
    headers: { authorization: `Basic ${btoa(`job:${secret}`)}` },
  })
}

test('a server starts on a free port with an issuer that says so', async t => {
  const server = await start(t)
  assert.equal(server.issuer, `http://localhost:${server.port}`)
  assert.equal(server.origin, server.issuer)
  const metadata = parseJson<{ issuer: string }>(
    await (await fetch(`${server.origin}/.well-known/oauth-authorization-server`)).text(),
  )
  assert.equal(metadata.issuer, server.issuer)
  assert.deepEqual(metadata, parseJson<unknown>(JSON.stringify(server.metadata)))
})

test('RFC 6749 §10.10: an https issuer without a trusted proxy is warned of, since all clients would share one limit', async t => {
  const warned = async (config: Partial<ConfigDeclaration>) => {
    const about: string[] = []
    await start(t, config, { observe: event => event.kind === 'warning' && about.push(event.about) })
    return about
  }
  const issuer = 'https://as.example'
  assert.deepEqual(await warned({ issuer }), ['trustedProxies'])
  assert.deepEqual(await warned({ issuer, trustedProxies: ['127.0.0.1'] }), [])
  assert.deepEqual(await warned({}), [])
})

test('the probes and the metrics stand beside the server', async t => {
  const { origin, metricsOrigin } = await start(t)
  assert.equal(metricsOrigin, undefined, 'no port is opened that nobody asked for')
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  assert.equal((await fetch(`${origin}/readyz`)).status, 200)
  assert.equal((await requestToken(origin)).status, 200)
  await fetch(`${origin}/nothing/here`)
  const text = await (await fetch(`${origin}/metrics`)).text()
  assert.match(text, /ambit_tokens_issued_total\{grant_type="client_credentials"\} 1\n/)
  assert.match(text, /ambit_http_request_duration_seconds_count\{place="\/token",method="POST",status="200"\} 1\n/)
  assert.match(text, /place="unknown",method="GET",status="404"/)
  assert.doesNotMatch(text, /nothing/)
  assert.match(text, /ambit_store_duration_seconds_count\{method="saveAccessToken"\} 1\n/)
  assert.match(text, /ambit_ready 1\n/)
})

test('a name at the end of a path is no place of its own in the metrics: strangers could make up any number', async t => {
  const features = {
    registration: { access: 'open', policy: { scope: ['read_pets'] } },
  } as const
  const { origin } = await start(t, { features, statusList: { window: 60 } })
  for (const path of ['/register/made-up', '/status-lists/0?time=1', '/assets/ambit.css'])
    assert.notEqual((await fetch(`${origin}${path}`)).status, 404, path)
  const text = await (await fetch(`${origin}/metrics`)).text()
  assert.doesNotMatch(text, /made-up/)
  for (const place of ['/register', '/status-lists', '/assets'])
    assert.match(text, new RegExp(`place="${place}",method="GET"`))
})

test('a stored client that a profile forbids keeps no server from starting', async t => {
  const store = join(temporaryFolder(t), 'ambit.db')
  const { clients: _clients, ...bare } = base
  const features = { registration: { access: 'open', policy: { scope: ['read_pets'] } } } as const
  const before = await startServer({ ...bare, store, features, keys: { algorithms: ['RS256'] } })
  const body = JSON.stringify({ redirect_uris: ['https://a.example/cb'], id_token_signed_response_alg: 'RS256' })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(`${before.origin}/register`, { method: 'POST', headers, body })).status, 201)
  await before.close()
  const { metadata } = await startServer({ ...bare, store, profile: 'fapi2-security' }).then(server => {
    t.after(() => server.close())
    return server
  })
  assert.deepEqual(metadata.id_token_signing_alg_values_supported, ['ES256'])
})

test('metrics have a port of their own where one is configured, and none beside the server', async t => {
  const { origin, metricsOrigin = '' } = await start(t, { metricsPort: 0 })
  assert.equal((await fetch(`${origin}/metrics`)).status, 404)
  const response = await fetch(`${metricsOrigin}/metrics`)
  assert.equal(response.status, 200)
  assert.match(await response.text(), /ambit_ready 1\n/)
  assert.equal((await fetch(`${metricsOrigin}/token`)).status, 404)
})

test('behind a proxy that ends TLS, where every peer may be loopback, no metrics stand beside the server', async t => {
  const { origin } = await start(t, { issuer: 'https://as.example' })
  assert.equal((await fetch(`${origin}/metrics`)).status, 404)
})

test('a path in the issuer is part of every place but the probes', async t => {
  const { origin } = await start(t, { issuer: 'https://as.example/tenant' })
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  assert.equal((await fetch(`${origin}/tenant/jwks`)).status, 200)
  assert.equal((await fetch(`${origin}/jwks`)).status, 404)
})

test('a port that is in use is one sentence, and nothing stays open', async t => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const store = join(temporaryFolder(t), 'a.db')
  await assert.rejects(startServer({ ...base, port, store }), (error: unknown) => {
    assert.ok(error instanceof StartError)
    assert.match(error.message, new RegExp(`^port ${port} on 127.0.0.1 is in use; .* --port or AMBIT_PORT$`))
    return true
  })
  await (await startServer({ ...base, store })).close()
})

test('an address that this machine does not have is one sentence', async () => {
  await assert.rejects(startServer({ ...base, host: '203.0.113.7' }), /this machine has no address `203.0.113.7`/)
})

test('a store that cannot be opened is one sentence', async t => {
  const store = join(temporaryFolder(t), 'missing', 'a.db')
  await assert.rejects(startServer({ ...base, store }), (error: unknown) => {
    assert.ok(error instanceof StartError, String(error))
    assert.match(error.message, /^the store `.*a\.db` cannot be .* a folder that exists$/)
    return true
  })
})

test('a configuration with problems does not start', async () => {
  const config: ConfigDeclaration = { ...base, port: -1 }
  await assert.rejects(async () => startServer(config), ConfigError)
})

test('a server that embeds it sees the stream of events', async t => {
  const kinds: string[] = []
  const { origin } = await start(t, {}, { observe: event => void kinds.push(event.kind) })
  await requestToken(origin)
  assert.deepEqual(kinds, ['key.created', 'token.issued'])
})

test('closing lets a request that is under way end, and takes no other', async t => {
  const server = await start(t)
  const socket = connect(server.port, '127.0.0.1')
  const received: string[] = []
  const ended = new Promise<void>(resolve =>
    socket.on('data', chunk => received.push(String(chunk))).on('close', () => resolve()),
  )
  await new Promise<void>(resolve => socket.once('connect', () => resolve()))
  const body = 'grant_type=client_credentials&scope=read_pets'
  const head = [
    'POST /token HTTP/1.1',
    'Host: localhost',
    `Authorization: Basic ${btoa(`job:${secret}`)}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    '',
    '',
  ].join('\r\n')
  await new Promise(resolve => socket.write(head + body.slice(0, 10), resolve))
  await fetch(`${server.origin}/healthz`, { headers: { connection: 'close' } })
  const closed = server.close()
  socket.write(body.slice(10))
  const begun = performance.now()
  await Promise.all([closed, ended])
  assert.ok(performance.now() - begun < 5_000, 'the connection was let go once its request had ended')
  assert.match(received.join(''), /^HTTP\/1.1 200 OK/)
  assert.match(received.join(''), /access_token/)
  await assert.rejects(fetch(`${server.origin}/healthz`))
})

test('background work runs on the timer, follows keys, and stops with the server', async t => {
  const { timer, due, fire } = handTimer()
  const server = await startServer(base, { timer })
  t.after(() => server.close())
  assert.deepEqual(new Set(due()), new Set([10_000, 30_000]))
  await fire()
  assert.deepEqual(new Set(due()), new Set([10_000, 30_000]))
  const text = await (await fetch(`${server.origin}/metrics`)).text()
  assert.match(text, /ambit_sweep_duration_seconds_count 1\n/)
  await server.close()
  assert.deepEqual(due(), [])
})

test('a restart on the same file keeps keys and tokens', async t => {
  const store = join(temporaryFolder(t), 'a.db')
  const first = await start(t, { store })
  const { access_token: token = '' } = parseJson(await (await requestToken(first.origin)).text())
  const keys = parseJson<unknown>(await (await fetch(`${first.origin}/jwks`)).text())
  await first.close()
  const second = await start(t, { store, issuer: first.issuer })
  assert.deepEqual(parseJson<unknown>(await (await fetch(`${second.origin}/jwks`)).text()), keys)
  const body = new URLSearchParams({ token })
  const headers = { authorization: `Basic ${btoa(`job:${secret}`)}` }
  const answer = parseJson<{ active: boolean; scope: string }>(
    await (await fetch(`${second.origin}/introspect`, { method: 'POST', body, headers })).text(),
  )
  assert.equal(answer.active, true)
  assert.equal(answer.scope, 'read_pets')
})

test('two servers may share one file', async t => {
  const store = join(temporaryFolder(t), 'a.db')
  const [one, two] = [await start(t, { store }), await start(t, { store })]
  const { access_token: token } = parseJson(await (await requestToken(one.origin)).text())
  assert.ok(token)
  assert.deepEqual(
    parseJson<unknown>(await (await fetch(`${one.origin}/jwks`)).text()),
    parseJson<unknown>(await (await fetch(`${two.origin}/jwks`)).text()),
  )
})

test('workers are refused within another program, which is one process', async () => {
  await assert.rejects(startServer({ ...base, store: 'a.db', workers: 2 }), {
    name: 'StartError',
    message: '`workers` are for `ambit serve`; a server within a program is one process',
  })
})
