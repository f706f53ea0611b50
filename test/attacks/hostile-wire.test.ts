// RFC 9112 §2.2, §6.3, §11.2
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { nodeServerOptions } from '../../packages/ambit/src/edge/node-server-options.ts'
import { startTarget, type Target } from './target.ts'

const host = 'host: as.example\r\n'
const form = 'content-type: application/x-www-form-urlencoded\r\n'

/** What no HTTP client sends, and the statuses that may come back; none: the connection just ends. */
const messages = [
  ['no HTTP at all', 'hello\r\n\r\n', [400]],
  ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
  ['a field without a colon', `GET / HTTP/1.1\r\n${host}nonsense\r\n\r\n`, [400]],
  ['a space before the colon', `GET / HTTP/1.1\r\nhost : x\r\n\r\n`, [400]],
  ['no host', 'GET /jwks HTTP/1.1\r\n\r\n', [400]],
  ['two hosts', `GET /jwks HTTP/1.1\r\n${host}host: evil.example\r\nconnection: close\r\n\r\n`, [200, 400]],
  ['a header of a megabyte', `GET / HTTP/1.1\r\n${host}x: ${'a'.repeat(1_000_000)}\r\n\r\n`, [431]],
  ['a target of a megabyte', `GET /${'a'.repeat(1_000_000)} HTTP/1.1\r\n${host}\r\n`, [414, 431]],
  ['two lengths', `POST /token HTTP/1.1\r\n${host}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, [400]],
  ['a length that is none', `POST /token HTTP/1.1\r\n${host}content-length: -1\r\n\r\n`, [400]],
  [
    'a length and chunks, to smuggle a second request',
    `POST /token HTTP/1.1\r\n${host}${form}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /jwks HTTP/1.1\r\n${host}\r\n`,
    [400],
  ],
  [
    'a chunk whose size is none',
    `POST /token HTTP/1.1\r\n${host}${form}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    [400],
  ],
  ['a proxy request', `GET http://evil.example/jwks HTTP/1.1\r\n${host}connection: close\r\n\r\n`, [200]],
  ['a tunnel', `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`, []],
  ['an asterisk', `OPTIONS * HTTP/1.1\r\n${host}connection: close\r\n\r\n`, [404]],
  [
    'bytes beyond ASCII in the target',
    `GET /\xff\xfe?\xc0\xaf HTTP/1.1\r\n${host}connection: close\r\n\r\n`,
    [400, 404],
  ],
  ['a NUL in the target', `GET /\0 HTTP/1.1\r\n${host}\r\n`, [400]],
  ['an upgrade', `GET / HTTP/1.1\r\n${host}connection: upgrade, close\r\nupgrade: websocket\r\n\r\n`, [303]],
] as const

describe('RFC 9112 §2.2', () => {
  let target: Target
  let server: Server
  let port: number
  before(async () => {
    target = await startTarget()
    server = createServer(nodeServerOptions, nodeHandler(target.server.handle))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  for (const [name, message, statuses] of messages)
    test(`what is no good HTTP is refused, and the server goes on: ${name}`, async () => {
      const received = await exchange(port, message)
      const found = [...received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
      assert.ok(found.length <= 1, `one answer at the most, not ${found.join(', ')}`)
      if (found.length === 0) assert.ok(statuses.length === 0, 'an answer is wanted')
      else
        assert.ok(
          statuses.some(status => status === found[0]),
          `${found[0]}: ${received.slice(0, 300)}`,
        )
      assert.doesNotMatch(received, /node:|\.ts:\d/)
      assert.equal((await fetch(`http://127.0.0.1:${port}/jwks`)).status, 200)
      assert.deepEqual(
        target.world.events.filter(({ kind }) => kind === 'request.failed'),
        [],
      )
    })
})

/** Sends bytes as they are and answers what came back until the other side closed. */
function exchange(port: number, message: string): Promise<string> {
  return new Promise(resolve => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => void socket.end(Buffer.from(message, 'latin1')))
    socket.on('data', chunk => (received += chunk.toString('latin1')))
    // the server may close before everything was sent
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
  })
}
