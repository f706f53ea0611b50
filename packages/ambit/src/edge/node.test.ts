// RFC 9110, RFC 9112
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import type { HttpRequest } from '@ambit/protocol'
import { type Handle, type NodeEdgeOptions, nodeHandler } from './node.ts'
import { nodeServerOptions } from './node-server-options.ts'
import { describeEdge, type ReceivedResponse, type SentRequest } from './testing/edge-contract.ts'

describeEdge('node', async ({ handle, ...options }) => {
  const { port, close } = await listen(handle, options)
  return { send: async sent => parseResponse(await exchange(port, [toBytes(sent)])), close }
})

async function listen(handle: Handle, options: NodeEdgeOptions = {}) {
  const server = createServer(nodeServerOptions, nodeHandler(handle, options))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

// sends the parts and reads until the server closes
async function exchange(port: number, parts: readonly Uint8Array[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => void chunks.push(chunk))
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

function toBytes({ method, target, headers = [], body = '' }: SentRequest): Uint8Array {
  const content = Buffer.from(body)
  const length = method === 'POST' ? [['content-length', String(content.length)] as const] : []
  const lines = [...headers, ...length, ['host', 'as.example'] as const, ['connection', 'close'] as const]
  const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  )
  return Buffer.concat([Buffer.from(head), content])
}

function parseResponse(text: string): ReceivedResponse {
  const end = text.indexOf('\r\n\r\n')
  const [status = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Headers()
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim())
  return { status: Number(status.split(' ')[1]), headers, body: text.slice(end + 4) }
}

async function seenOf(bytes: readonly Uint8Array[], options: NodeEdgeOptions = {}) {
  const seen: HttpRequest[] = []
  const handle: Handle = async request => {
    seen.push(request)
    return { status: 200, headers: {}, body: 'ok' }
  }
  const { port, close } = await listen(handle, options)
  const response = await exchange(port, bytes)
  await close()
  return { seen, response }
}

test('RFC 9112 §3.2.2: of a target in absolute form, path and query are read', async () => {
  const { seen } = await seenOf([toBytes({ method: 'GET', target: 'http://as.example/token?a=b' })])
  assert.equal(seen[0]?.path, '/token')
  assert.equal(seen[0]?.query, 'a=b')
})

test('RFC 9112 §3.2.2: an absolute form without a path is the root', async () => {
  const { seen } = await seenOf([toBytes({ method: 'GET', target: 'http://as.example?a=b' })])
  assert.equal(seen[0]?.path, '/')
  assert.equal(seen[0]?.query, 'a=b')
})

test('RFC 9112 §3.2: a host that came twice is an array', async () => {
  const { seen } = await seenOf([toBytes({ method: 'GET', target: '/', headers: [['host', 'evil.example']] })])
  assert.deepEqual(seen[0]?.headers.host, ['evil.example', 'as.example'])
})

test('a field that the core does not know is an array too when it came twice', async () => {
  const headers = [['x-ssl-client-cert', 'a'] as const, ['X-SSL-Client-Cert', 'b'] as const]
  const { seen } = await seenOf([toBytes({ method: 'GET', target: '/', headers })])
  assert.deepEqual(seen[0]?.headers['x-ssl-client-cert'], ['a', 'b'])
})

test('RFC 9113 §8.2.3: cookies that came in two lines are joined', async () => {
  const headers = [['cookie', 'a=1'] as const, ['cookie', 'b=2'] as const]
  const { seen } = await seenOf([toBytes({ method: 'GET', target: '/', headers })])
  assert.equal(seen[0]?.headers.cookie, 'a=1; b=2')
})

test('the address of the peer is plain, and nobody is believed about it', async () => {
  const headers = [['x-forwarded-for', '203.0.113.9'] as const]
  const { seen } = await seenOf([toBytes({ method: 'GET', target: '/', headers })])
  assert.equal(seen[0]?.remoteAddress, '127.0.0.1')
})

test('RFC 7239 §8.1: a trusted proxy is believed about the address of its client', async () => {
  const headers = [['x-forwarded-for', '198.51.100.1'] as const, ['x-forwarded-for', '203.0.113.9'] as const]
  const { seen } = await seenOf([toBytes({ method: 'GET', target: '/', headers })], { trustedProxies: ['127.0.0.0/8'] })
  assert.equal(seen[0]?.remoteAddress, '203.0.113.9')
})

/** The core's own answer, which says in its header that nothing more is read; what Node says when time is up is none. */
const closingAnswer = /^HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)*connection: close\r\n/i

test('a body that is far too long is answered before it ends, and the connection closes', async () => {
  const head = Buffer.from('POST / HTTP/1.1\r\nhost: as.example\r\ncontent-length: 1000000\r\n\r\n')
  const { seen, response } = await seenOf([head, Buffer.alloc(100)], { maxBodyLength: 1000 })
  assert.equal(seen[0]?.body, undefined)
  assert.match(response, closingAnswer)
})

test('a chunked body that goes on and on is answered before it ends, and the connection closes', async () => {
  const head = Buffer.from('POST / HTTP/1.1\r\nhost: as.example\r\ntransfer-encoding: chunked\r\n\r\n')
  const chunk = Buffer.from(`3e8\r\n${'a'.repeat(1000)}\r\n`)
  const { seen, response } = await seenOf([head, ...Array.from({ length: 9 }, () => chunk)], { maxBodyLength: 1000 })
  assert.equal(seen[0]?.body, undefined)
  assert.match(response, closingAnswer)
})

test('a chunked body is read', async () => {
  const head = Buffer.from('POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n')
  const { seen } = await seenOf([head, Buffer.from('3\r\na=b\r\n'), Buffer.from('2\r\n&c\r\n0\r\n\r\n')])
  assert.equal(seen[0]?.body, 'a=b&c')
})

test('two requests come through one connection', async () => {
  const first = Buffer.from('POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\na=b')
  const { seen, response } = await seenOf([first, toBytes({ method: 'GET', target: '/2' })])
  assert.deepEqual(
    new Map(seen.map(({ path, body }) => [path, body])),
    new Map(Object.entries({ '/1': 'a=b', '/2': '' })),
  )
  assert.equal(response.split('HTTP/1.1 200 OK').length, 3)
})

test('a client that goes away in the middle of its body reaches nobody', async () => {
  const seen: HttpRequest[] = []
  const server = createServer(
    nodeHandler(async request => {
      seen.push(request)
      return { status: 200, headers: {}, body: '' }
    }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const gone = new Promise<void>(resolve => {
    server.on('request', incoming => {
      incoming.on('close', resolve)
      socket.destroy()
    })
  })
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc')
  await gone
  server.close()
  assert.deepEqual(seen, [])
})

test('slow requests end: headers and bodies have a limit of time', () => {
  const server = createServer(
    nodeServerOptions,
    nodeHandler(async () => ({ status: 200, headers: {}, body: '' })),
  )
  assert.equal(server.headersTimeout, 10_000)
  assert.equal(server.requestTimeout, 20_000)
  assert.equal(server.keepAliveTimeout, 65_000)
})
