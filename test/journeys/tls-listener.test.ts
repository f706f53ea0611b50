// RFC 8446, RFC 8705 §2; RFC 9325 §3.1, §4.2
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, connect, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { parseJson } from '../../packages/ambit/src/cli/testing/json.ts'
import type { ConfigDeclaration } from '../../packages/ambit/src/config/declaration.ts'
import { peerCertificateFinder } from '../../packages/ambit/src/edge/client-certificate.ts'
import { listen } from '../../packages/ambit/src/serve/listen.ts'
import { createTlsServer } from '../../packages/ambit/src/serve/listen-tls.ts'
import { type StartOptions, startServer } from '../../packages/ambit/src/serve/start.ts'
import { StartError } from '../../packages/ambit/src/serve/start-error.ts'
import { type HandTimer, handTimer } from '../../packages/ambit/src/serve/testing/hand-timer.ts'
import { makeCertificate, type TestCertificate, usages } from '../../packages/server/src/testing/certificates.ts'

const serverParts = { subject: [[['CN', 'localhost']]], dns: ['localhost'], usage: [usages.server] } as const
const own = makeCertificate(serverParts)
const authority = makeCertificate({ subject: [[['CN', 'Clients CA']]], isAuthority: true })
const bank = makeCertificate({ signedBy: authority, subject: [[['CN', 'bank']]] })
const stranger = makeCertificate({ subject: [[['CN', 'bank']]] })

/** A folder with the files of TLS. */
function folderOf(t: TestContext, { cert, key }: Pick<TestCertificate, 'cert' | 'key'> = own): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'ca.pem'), authority.cert)
  return folder
}

const tls = { cert: 'cert.pem', key: 'key.pem', ca: 'ca.pem', requestCert: true } as const

async function start(t: TestContext, config: Partial<ConfigDeclaration> = {}, options: StartOptions = {}) {
  const directory = options.directory ?? folderOf(t)
  const server = await startServer(
    {
      port: 0,
      store: 'memory',
      tls,
      features: { mutualTls: true },
      catalogue: { scopes: { read_pets: {} } },
      clients: [
        {
          clientId: 'bank',
          authenticationMethod: 'tls_client_auth',
          scope: ['read_pets'],
          metadata: { tls_client_auth_subject_dn: 'CN=bank', tls_client_certificate_bound_access_tokens: true },
        },
      ],
      ...config,
    },
    { ...options, directory },
  )
  t.after(() => server.close())
  return server
}

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

/** Asks for a token by TLS, with the certificate of a client where one is given. */
function askToken(
  origin: string,
  client: { readonly cert?: string; readonly key?: string } = {},
  headers = {},
): Promise<Answer> {
  const { cert, key } = client
  const body = 'grant_type=client_credentials&client_id=bank&scope=read_pets'
  const type = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
  const options = {
    method: 'POST',
    ca: own.cert,
    agent: false,
    headers: { ...type, ...headers },
    ...(cert && { cert }),
    ...(key && { key }),
  }
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/token`, options, response => {
      const chunks: string[] = []
      response.on('data', chunk => chunks.push(String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parseJson(chunks.join('')) }))
    })
    sent.on('error', reject).end(body)
  })
}

/** Connects, looks at the connection and ends it; answers the code of the error where there is none. */
async function look<T>(
  port: number,
  options: ConnectionOptions,
  at: (socket: TLSSocket) => T | Promise<T>,
): Promise<T | string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: own.cert, ...options })
  const failure = await new Promise<string | undefined>(resolve => {
    socket.once('secureConnect', () => resolve(undefined))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
  })
  try {
    return failure ?? (await at(socket))
  } finally {
    socket.destroy()
  }
}

const protocolAt = (port: number, options: ConnectionOptions = {}) =>
  look(port, options, socket => socket.getProtocol())

test('RFC 8705 §2.1: a client authenticates on our own listener by a certificate of an authority of ours', async t => {
  const server = await start(t)
  assert.equal(server.origin, `https://localhost:${server.port}`)
  assert.equal(server.issuer, server.origin)
  const { status, body } = await askToken(server.origin, bank)
  assert.equal(status, 200)
  assert.equal(body['token_type'], 'Bearer')
})

test('RFC 8705 §2: no certificate, or one that only has the right names, is invalid_client', async t => {
  const { origin } = await start(t)
  const header = { 'client-cert': `:${Buffer.from(bank.der).toString('base64')}:`, 'x-ssl-client-verify': 'SUCCESS' }
  for (const client of [{}, stranger, makeCertificate({ signedBy: stranger, subject: [[['CN', 'bank']]] })]) {
    const { status, body } = await askToken(origin, client, header)
    assert.equal(`${status} ${String(body['error'])}`, '401 invalid_client')
  }
})

for (const [what, parts] of [
  ['that has expired', { notAfter: '210101000000Z' }],
  ['that is not yet good', { notBefore: '400101000000Z' }],
  ['for servers', { usage: [usages.server] }],
] as const)
  test(`RFC 5280 §6.1: a client certificate ${what} is invalid_client`, async t => {
    const { origin } = await start(t)
    const client = makeCertificate({ signedBy: authority, subject: [[['CN', 'bank']]], ...parts })
    assert.equal((await askToken(origin, client)).body['error'], 'invalid_client')
  })

test('RFC 8705 §7.3: without authorities no certificate is trusted, not those that browsers trust either', async t => {
  const features = { mutualTls: { methods: ['self_signed_tls_client_auth'] } } as const
  const clients = [
    {
      clientId: 'bank',
      authenticationMethod: 'self_signed_tls_client_auth',
      jwks: { keys: [stranger.publicJwk] },
      scope: ['read_pets'],
    },
  ] as const
  const { origin } = await start(t, { tls: { cert: 'cert.pem', key: 'key.pem', requestCert: true }, features, clients })
  assert.equal((await askToken(origin, bank)).status, 401)
  assert.equal((await askToken(origin, stranger)).status, 200)
})

test('RFC 8705 §7.3: authorities that the whole machine trusts name no clients', async t => {
  const usual = getCACertificates('default')
  t.after(() => setDefaultCACertificates(usual))
  setDefaultCACertificates([authority.cert])
  const directory = folderOf(t)
  const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem'), requestCert: true }
  const trusted: unknown[] = []
  const find = peerCertificateFinder(undefined, [])
  const { server } = await createTlsServer(files, (incoming, outgoing) => {
    trusted.push(find(incoming, {})?.isPeerCertificateTrusted)
    outgoing.end('{}')
  })
  const port = await listen(server, { port: 0, host: '127.0.0.1', setting: 'port' })
  t.after(() => server.close())
  await askToken(`https://localhost:${port}`, bank)
  assert.deepEqual(trusted, [false])
})

test('RFC 8705 §2: a certificate is asked for only where that is configured, and of nobody wanted', async t => {
  const asking = await start(t)
  assert.equal(await protocolAt(asking.port), 'TLSv1.3')
  const plain = await start(t, { tls: { cert: 'cert.pem', key: 'key.pem' }, features: {}, clients: [] })
  assert.equal(await protocolAt(plain.port, { cert: bank.cert, key: bank.key }), 'TLSv1.3')
})

test('RFC 9325 §3.1.1: nothing older than TLS 1.2 is spoken', async t => {
  const { port } = await start(t)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    assert.equal(await protocolAt(port, { minVersion: version, maxVersion: version }), version)
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  assert.match(String(await protocolAt(port, old)), /ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/)
})

test('RFC 9325 §4.2: of TLS 1.2 only suites with forward secrecy and authenticated encryption are spoken', async t => {
  const { port } = await start(t)
  const at = (ciphers: string) => protocolAt(port, { ciphers, maxVersion: 'TLSv1.2' })
  assert.equal(await at('ECDHE-ECDSA-AES128-GCM-SHA256'), 'TLSv1.2')
  for (const suite of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'ECDHE-ECDSA-CHACHA20-POLY1305'])
    assert.match(String(await at(suite)), /HANDSHAKE_FAILURE/)
})

for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`RFC 8705 §2: a session is not resumed, so that each connection proves its certificate: ${version}`, async t => {
    const { port } = await start(t)
    const options = { maxVersion: version, cert: bank.cert, key: bank.key }
    const session = await look(
      port,
      options,
      version === 'TLSv1.2' ? socket => socket.getSession() : sessionAfterRequest,
    )
    const { cert: _cert, key: _key, ...without } = options
    const again = { ...without, ...(typeof session === 'object' && { session }) }
    assert.equal(await look(port, again, socket => socket.isSessionReused()), false)
  })

/** The session of TLS 1.3 comes with or after the first answer, if at all. */
async function sessionAfterRequest(socket: TLSSocket): Promise<Buffer | undefined> {
  let session: Buffer | undefined
  socket.on('session', given => {
    session = given
  })
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await new Promise(resolve => socket.once('data', resolve))
  return session
}

test('RFC 8446 §4.1.2: nothing is negotiated anew within a connection', async t => {
  const { port } = await start(t)
  const renegotiate = (socket: TLSSocket) =>
    new Promise<string>(resolve => {
      socket.once('error', error => resolve(String(error)))
      socket.renegotiate({}, error => resolve(String(error)))
    })
  assert.match(await look(port, { maxVersion: 'TLSv1.2' }, renegotiate), /no renegotiation/i)
})

test('plain HTTP is spoken beside TLS where that has a port of its own, and believes nobody about certificates', async t => {
  const server = await start(t, { tls: { ...tls, port: 0 } })
  const { origin, tlsOrigin = '' } = server
  assert.equal(server.issuer, origin)
  assert.match(origin, /^http:/)
  assert.match(tlsOrigin, /^https:/)
  assert.equal((await askToken(tlsOrigin, bank)).status, 200)
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bank', scope: 'read_pets' })
  const headers = { 'client-cert': `:${Buffer.from(bank.der).toString('base64')}:` }
  assert.equal((await fetch(`${origin}/token`, { method: 'POST', body, headers })).status, 401)
})

test('RFC 9440 §4: the listener that asks for certificates believes no header field, also not of a proxy', async t => {
  const certificateField = { header: 'Client-Cert', isVerified: true }
  const server = await start(t, { tls: { ...tls, port: 0 }, trustedProxies: ['127.0.0.1'], certificateField })
  const headers = { 'client-cert': `:${Buffer.from(bank.der).toString('base64')}:` }
  assert.equal((await askToken(server.tlsOrigin ?? '', {}, headers)).status, 401)
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bank', scope: 'read_pets' })
  assert.equal((await fetch(`${server.origin}/token`, { method: 'POST', body, headers })).status, 200)
})

/** Does the work that waits, until all of it waits again. */
async function fireAll({ due, fire }: HandTimer): Promise<void> {
  const count = due().length
  await fire()
  while (due().length < count) await new Promise(setImmediate)
}

test('a certificate that was renewed is used within a minute, and a broken one is not', async t => {
  const hand = handTimer()
  const directory = folderOf(t)
  const said: string[] = []
  const log = { say: (_level: string, message: string) => void said.push(message), observe: () => {} }
  const server = await start(t, {}, { directory, timer: hand.timer, log })
  assert.ok(hand.due().includes(60_000))
  const shown = () =>
    look(server.port, { rejectUnauthorized: false }, socket => socket.getPeerX509Certificate()?.fingerprint256)
  const before = await shown()
  const renewed = makeCertificate(serverParts)
  writeFileSync(join(directory, 'cert.pem'), renewed.cert)
  await fireAll(hand)
  assert.equal(await shown(), before, 'the key does not fit yet')
  assert.ok(said.includes('background work failed: TLS certificate'))
  writeFileSync(join(directory, 'key.pem'), renewed.key)
  await fireAll(hand)
  assert.notEqual(await shown(), before)
})

test('files that have not changed leave the connections alone', async t => {
  const hand = handTimer()
  const { port } = await start(t, {}, { timer: hand.timer })
  const ask = (socket: TLSSocket) =>
    new Promise<string>(resolve => {
      socket.once('data', chunk => resolve(String(chunk).slice(0, 15))).once('close', () => resolve('closed'))
      socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
    })
  const twice = async (socket: TLSSocket) => {
    await ask(socket)
    await fireAll(hand)
    return ask(socket)
  }
  assert.equal(await look(port, {}, twice), 'HTTP/1.1 200 OK')
})

test('RFC 8705 §7.3: an authority that is taken away names nobody on the next connection', async t => {
  const hand = handTimer()
  const directory = folderOf(t)
  const { origin } = await start(t, {}, { directory, timer: hand.timer })
  assert.equal((await askToken(origin, bank)).status, 200)
  writeFileSync(join(directory, 'ca.pem'), makeCertificate({ isAuthority: true }).cert)
  await fireAll(hand)
  assert.equal((await askToken(origin, bank)).status, 401)
})

for (const [what, change, sentence] of [
  [
    'no file',
    (folder: string) => rmSync(join(folder, 'key.pem')),
    /^`tls\.key` cannot be read: `.*key\.pem` must be a file in PEM$/,
  ],
  ['no PEM', (folder: string) => writeFileSync(join(folder, 'ca.pem'), 'authority'), /^`tls\.ca` is no PEM/],
  [
    'a key of another certificate',
    (folder: string) => writeFileSync(join(folder, 'key.pem'), bank.key),
    /^TLS cannot be spoken with `tls\.cert` and `tls\.key`: .*key values mismatch/,
  ],
] as const)
  test(`what is wrong with the files of TLS is one sentence at start: ${what}`, async t => {
    const directory = folderOf(t)
    change(directory)
    await assert.rejects(start(t, {}, { directory }), (error: unknown) => {
      assert.ok(error instanceof StartError, String(error))
      assert.match(error.message, sentence)
      assert.doesNotMatch(error.message, /PRIVATE/)
      return true
    })
  })
