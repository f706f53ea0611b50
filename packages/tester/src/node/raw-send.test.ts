import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls'
import { createSecretLedger } from '../secret/secret.ts'
import type { Exchange, SentRequest } from '../wire/exchange.ts'
import { createSend, type SendSettings } from './raw-send.ts'
import { makeShownCertificate } from './self-signed.ts'

const ledger = createSecretLedger()
const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

type Visit = { readonly socket: Socket; readonly text: string; readonly number: number }

/** Listens on loopback; `onRequest` is called with each piece that comes. */
async function listen(onRequest: (visit: Visit) => void, tls?: TlsOptions) {
  const sockets = new Set<Socket>()
  const onSocket = (socket: Socket) => {
    sockets.add(socket)
    const number = sockets.size
    socket.on('error', () => undefined)
    socket.on('data', data => onRequest({ socket, text: data.toString(), number }))
  }
  const server: Server = tls === undefined ? createServer(onSocket) : createTlsServer(tls, onSocket)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`, port: address.port, sockets }
}

function clientOf(settings: Partial<SendSettings> = {}) {
  const send = createSend({ now: () => 1_800_000_000_000, clock: () => performance.now(), ...settings })
  closers.push(send.close)
  return send
}

const get = (origin: string, change: Partial<SentRequest> = {}): SentRequest => ({
  method: 'GET',
  origin,
  target: '/x',
  headers: [],
  ...change,
})

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const failureOf = (exchange: Exchange) => (exchange.kind === 'failed' ? exchange.failure : exchange.response.status)

describe('one request', () => {
  test('RFC 9112 §3: is sent byte for byte, and answered with the time it took', async () => {
    const seen: string[] = []
    const { origin, port } = await listen(({ socket, text }) => {
      seen.push(text)
      socket.write(ok)
    })
    const headers = [
      ['X-a', '1'],
      ['x-A', '2'],
    ] as const
    let time = 0
    const send = clientOf({ clock: () => (time += 5) })
    const exchange = await send(get(origin, { target: '/a/%2e%2e//b', headers }))
    assert.deepEqual(seen, [`GET /a/%2e%2e//b HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nX-a: 1\r\nx-A: 2\r\n\r\n`])
    assert.ok(exchange.kind === 'answered')
    assert.deepEqual(exchange.response, { status: 200, headers: [['Content-Length', '2']], body: 'ok', isCut: false })
    assert.deepEqual([exchange.sentAt, exchange.duration], [1_800_000_000_000, 5])
  })

  test('RFC 9110 §15.4: a redirect is an answer like any other', async () => {
    const { origin } = await listen(({ socket }) => socket.end('HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n'))
    assert.equal(failureOf(await clientOf()(get(origin))), 302)
  })

  test('a connection that nobody takes is refused', async () => {
    const { origin, port } = await listen(() => undefined)
    assert.equal(origin, `http://127.0.0.1:${port}`)
    const exchange = await clientOf()(get('http://127.0.0.1:1'))
    assert.ok(exchange.kind === 'failed' && exchange.failure === 'refused')
    assert.match(exchange.detail, /ECONNREFUSED/)
  })

  test('an origin that is none is refused without an exception', async () => {
    for (const origin of ['', 'nonsense', 'ftp://x', 'http://'])
      assert.equal(failureOf(await clientOf()(get(origin))), 'refused')
  })

  test('a server that says nothing comes to a timeout', async () => {
    const { origin } = await listen(() => undefined)
    const exchange = await clientOf()(get(origin), { timeout: 30 })
    assert.ok(exchange.kind === 'failed' && exchange.failure === 'timeout')
    assert.equal(exchange.detail, 'an answer did not come in 30 ms')
  })

  test('a handshake that never ends comes to a timeout of its own', async () => {
    const { port } = await listen(() => undefined)
    const exchange = await clientOf({ connectTimeout: 30 })(get(`https://127.0.0.1:${port}`))
    assert.ok(exchange.kind === 'failed' && exchange.failure === 'timeout')
    assert.equal(exchange.detail, 'a connection did not come in 30 ms')
  })

  test('a stream that never ends is cut when time is up', async () => {
    const { origin } = await listen(({ socket }) => socket.write('HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n'))
    const exchange = await clientOf()(get(origin), { timeout: 50 })
    assert.ok(exchange.kind === 'answered')
    assert.deepEqual([exchange.response.body, exchange.response.isCut], ['data: 1\n\n', true])
  })

  test('a signal stops it, before and while it runs', async () => {
    const { origin } = await listen(() => controller.abort())
    const controller = new AbortController()
    assert.equal(failureOf(await clientOf()(get(origin), { signal: controller.signal })), 'aborted')
    assert.equal(failureOf(await clientOf()(get(origin), { signal: AbortSignal.abort() })), 'aborted')
  })

  test('RFC 9110 §15.5.14: an answer that comes before the body was taken is heard', async () => {
    const answered = new WeakSet<Socket>()
    const { origin } = await listen(({ socket }) => {
      if (!answered.has(socket)) socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
      answered.add(socket)
    })
    assert.equal(failureOf(await clientOf()(get(origin, { method: 'POST', body: 'a'.repeat(3_000_000) }))), 413)
  })
})

describe('answers that lie', () => {
  const table: Readonly<Record<string, readonly [string, string]>> = {
    'no HTTP at all': ['SSH-2.0-OpenSSH\r\n', 'malformed'],
    'a header without a colon': ['HTTP/1.1 200 OK\r\nhello\r\n\r\n', 'malformed'],
    'a body that is shorter than its length': ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok', 'reset'],
    nothing: ['', 'reset'],
  }
  for (const [name, [text, failure]] of Object.entries(table))
    test(`RFC 9112 §8: ${name} is ${failure}`, async () => {
      const { origin } = await listen(({ socket }) => socket.end(text))
      assert.equal(failureOf(await clientOf()(get(origin))), failure)
    })

  test('RFC 9112 §9.6: a connection that is torn down is reset', async () => {
    const { origin } = await listen(({ socket }) => socket.resetAndDestroy())
    assert.equal(failureOf(await clientOf()(get(origin))), 'reset')
  })
})

describe('connections', () => {
  test('RFC 9112 §9.3: are used again', async () => {
    const { origin, sockets } = await listen(({ socket }) => socket.write(ok))
    const send = clientOf()
    for (const method of ['GET', 'GET', 'POST', 'GET'])
      assert.equal(failureOf(await send(get(origin, { method }))), 200)
    assert.equal(sockets.size, 2)
  })

  test('RFC 9110 §9.2.2: are new for what must not be sent twice', async () => {
    const { origin, sockets } = await listen(({ socket }) => socket.write(ok))
    const send = clientOf()
    for (const method of ['POST', 'PATCH', 'POST']) await send(get(origin, { method }))
    assert.equal(sockets.size, 3)
  })

  test('RFC 9112 §9.3.1: a request on one that broke meanwhile is sent again on a new one', async () => {
    const answered = new Set<number>()
    const { origin, sockets } = await listen(({ socket, number }) => {
      if (answered.has(number)) return void socket.resetAndDestroy()
      answered.add(number)
      socket.write(ok)
    })
    const send = clientOf()
    assert.equal(failureOf(await send(get(origin))), 200)
    assert.equal(failureOf(await send(get(origin))), 200)
    assert.equal(sockets.size, 2)
  })

  test('RFC 9112 §9.3.1: a new one that breaks is no reason to try again', async () => {
    const { origin, sockets } = await listen(({ socket }) => socket.destroy())
    assert.equal(failureOf(await clientOf()(get(origin))), 'reset')
    assert.equal(sockets.size, 1)
  })

  test('RFC 9112 §11.2: a request that may be read as two leaves no connection behind', async () => {
    const { origin, sockets } = await listen(({ socket }) => socket.write(ok))
    const send = clientOf()
    await send(get(origin, { headers: [['A', 'b\r\n\r\nGET /y HTTP/1.1']] }))
    await send(get(origin))
    assert.equal(sockets.size, 2)
  })

  test('RFC 9112 §9.2: nor is one that comes while the connection waits', async () => {
    const first: Socket[] = []
    const { origin } = await listen(({ socket, text, number }) => {
      if (number === 1) first.push(socket)
      if (!text.startsWith('POST')) return void socket.write(ok)
      for (const waiting of first.splice(0)) waiting.write('HTTP/1.1 500 Poison\r\nContent-Length: 0\r\n\r\n')
      socket.end(ok)
    })
    const send = clientOf()
    assert.equal(failureOf(await send(get(origin))), 200)
    for (let round = 0; round < 3; round += 1) assert.equal(failureOf(await send(get(origin, { method: 'POST' }))), 200)
    assert.equal(failureOf(await send(get(origin))), 200)
  })

  test('RFC 9112 §9.2: an answer that nobody asked for is given to nobody', async () => {
    const { origin, sockets } = await listen(({ socket, number }) => {
      socket.write(number === 1 ? `${ok}HTTP/1.1 500 Poison\r\nContent-Length: 0\r\n\r\n` : ok)
    })
    const send = clientOf()
    for (const wanted of [200, 200]) assert.equal(failureOf(await send(get(origin))), wanted)
    assert.equal(sockets.size, 2)
  })

  test('many at once have one each', async () => {
    const { origin, sockets } = await listen(({ socket }) => socket.write(ok))
    const send = clientOf()
    const all = await Promise.all(Array.from({ length: 40 }, () => send(get(origin))))
    assert.deepEqual(new Set(all.map(failureOf)), new Set([200]))
    assert.equal(sockets.size, 40)
  })
})

describe('TLS', () => {
  const certificate = makeShownCertificate({ commonName: 'localhost', dnsName: 'localhost' }, ledger)
  const server: TlsOptions = { cert: certificate.certificate, key: certificate.privateKey }
  const answer = ({ socket }: Visit) => socket.write(ok)

  test('RFC 9110 §4.3.4: a certificate that nobody vouches for ends the handshake', async () => {
    const { origin } = await listen(answer, server)
    const exchange = await clientOf({ checksLoopback: true })(get(origin))
    assert.ok(exchange.kind === 'failed' && exchange.failure === 'tls')
    assert.match(exchange.detail, /DEPTH_ZERO_SELF_SIGNED_CERT/)
  })

  test('RFC 9110 §4.3.4: one that the configuration vouches for holds, and only under its name', async () => {
    const { port } = await listen(answer, server)
    const send = clientOf({ checksLoopback: true, ca: [certificate.certificate] })
    assert.equal(failureOf(await send(get(`https://localhost:${port}`))), 200)
    assert.equal(failureOf(await send(get(`https://127.0.0.1:${port}`))), 'tls')
    assert.equal(
      failureOf(await send(get(`https://localhost:${port}`), { tls: { serverName: 'other.example' } })),
      'tls',
    )
  })

  test('RFC 9110 §4.3.4: on loopback nobody need vouch', async () => {
    const { origin, sockets } = await listen(answer, server)
    const send = clientOf()
    for (const wanted of [200, 200]) assert.equal(failureOf(await send(get(origin))), wanted)
    assert.equal(sockets.size, 1)
  })

  test('RFC 8996 §4: an old version is offered alone, and a server of today refuses it', async () => {
    const { origin } = await listen(answer, server)
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      assert.equal(failureOf(await clientOf()(get(origin), { tls: { version } })), 'tls')
  })

  test('RFC 8996 §4: an old version works with a server that still takes it', async () => {
    const old: TlsOptions = { ...server, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }
    const { origin } = await listen(answer, old)
    assert.equal(failureOf(await clientOf()(get(origin), { tls: { version: 'TLSv1.1' } })), 200)
  })

  test('RFC 8705 §2: a certificate is shown, and connections are not shared between certificates', async () => {
    const shown: string[] = []
    const { origin, sockets } = await listen(
      ({ socket }) => {
        assert.ok(socket instanceof TLSSocket)
        const { subject } = socket.getPeerCertificate()
        shown.push(String(subject?.CN ?? ''))
        socket.write(ok)
      },
      { ...server, requestCert: true, rejectUnauthorized: false },
    )
    const send = clientOf()
    const client = makeShownCertificate({ commonName: 'client one' }, ledger)
    for (const change of [{ certificate: client }, {}, { certificate: client }]) await send(get(origin, change))
    assert.deepEqual(shown, ['client one', '', 'client one'])
    assert.equal(sockets.size, 2)
  })

  test('RFC 8446 §4.4.2.4: a server that insists on a certificate ends the handshake', async () => {
    const { origin } = await listen(answer, { ...server, requestCert: true, rejectUnauthorized: true })
    assert.ok(['tls', 'reset'].includes(String(failureOf(await clientOf()(get(origin))))))
  })

  test('a certificate that nobody can read ends the handshake before it begins', async () => {
    const { origin, sockets } = await listen(answer, server)
    const certificate = { certificate: 'nonsense', privateKey: 'hunter2' }
    const exchange = await clientOf()(get(origin, { certificate }))
    assert.ok(exchange.kind === 'failed' && exchange.failure === 'tls')
    assert.doesNotMatch(exchange.detail, /hunter/)
    assert.equal(sockets.size, 0)
  })

  test('plain HTTP on a TLS port and TLS on a plain one fail in their own way', async () => {
    const secure = await listen(answer, server)
    const plain = await listen(({ socket }) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'))
    assert.equal(failureOf(await clientOf()(get(`http://127.0.0.1:${secure.port}`))), 'reset')
    assert.equal(failureOf(await clientOf()(get(`https://127.0.0.1:${plain.port}`))), 'tls')
  })
})
