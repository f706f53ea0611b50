// RFC 6455 §4
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { startWorld } from './testing/world.ts'

/** A client that speaks as bytes. */
async function open(port: number, target: string, fields: Readonly<Record<string, string>>, early = '') {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.on('data', chunk => {
    heard += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  const lines = Object.entries({ host: 'a', connection: 'Upgrade', upgrade: 'websocket', ...fields })
  socket.write(
    `GET ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${early}`,
  )
  const hears = async (wanted: string) => {
    while (!heard.includes(wanted))
      await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => assert.fail(heard))])
    return heard
  }
  return { socket, hears, closed: () => once(socket, 'close').then(() => heard) }
}

async function startEcho(t: TestContext, answer?: (socket: Socket) => void) {
  const world = await startWorld(t)
  const shaken: { readonly url: string | undefined; readonly headers: object }[] = []
  const sockets: Socket[] = []
  world.server.on('upgrade', ({ url, headers }, socket: Socket) => {
    shaken.push({ url, headers })
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    if (answer) return answer(socket)
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\n\r\nhello',
    )
    socket.on('data', chunk => socket.write(`echo ${chunk.toString()}`))
  })
  return { ...world, shaken, sockets }
}

describe('RFC 9110 §7.8: RS-ROU-07: a WebSocket', () => {
  test('is opened by who may do the operation, and bytes go both ways', async t => {
    const { guard, bearer, shaken } = await startEcho(t)
    const client = await open(guard.port, '/v1/events?a', {
      ...(await bearer('read')),
      'x-auth-subject': 'eve',
      'sec-websocket-key': 'k',
    })
    const head = await client.hears('hello')
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/)
    assert.match(head, /sec-websocket-accept: x\r\n/)
    client.socket.write('one')
    await client.hears('echo one')
    const [{ url, headers } = { url: '', headers: {} }] = shaken
    assert.equal(url, '/v1/events?a')
    assert.partialDeepStrictEqual(headers, { 'x-auth-subject': 'ada', upgrade: 'websocket', 'sec-websocket-key': 'k' })
    assert.ok(!('authorization' in headers))
    client.socket.destroy()
  })

  test('that the client speaks on before it is answered loses nothing', async t => {
    const { guard, bearer } = await startEcho(t)
    const client = await open(guard.port, '/v1/events', await bearer('read'), 'early')
    await client.hears('echo early')
    client.socket.destroy()
  })

  test('is refused without a token, and where nothing is', async t => {
    const { guard, shaken } = await startEcho(t)
    assert.match(
      await (await open(guard.port, '/v1/events', {})).closed(),
      /^HTTP\/1\.1 401 .*www-authenticate: Bearer/is,
    )
    assert.match(await (await open(guard.port, '/v1/none', {})).closed(), /^HTTP\/1\.1 404 /)
    assert.deepEqual(shaken, [])
  })

  test('ends with the token', async t => {
    const { guard, bearer, clock } = await startEcho(t)
    const client = await open(guard.port, '/v1/events', await bearer('read'))
    await client.hears('hello')
    assert.equal(clock.running.size, 1)
    clock.runOut()
    await client.closed()
  })

  test('ends with either side, and with the guard', async t => {
    const { guard, bearer, clock, sockets } = await startEcho(t)
    const headers = await bearer('read')
    const first = await open(guard.port, '/v1/events', headers)
    await first.hears('hello')
    sockets[0]?.destroy()
    await first.closed()
    while (clock.running.size > 0) await setImmediate()
    const second = await open(guard.port, '/v1/events', headers)
    await second.hears('hello')
    second.socket.destroy()
    if (sockets[1]?.closed !== true) await once(sockets[1] ?? assert.fail(), 'close')
    const third = await open(guard.port, '/v1/events', headers)
    await third.hears('hello')
    await guard.close()
    await third.closed()
  })

  test('that the API does not want is answered as the API answers', async t => {
    const { guard, bearer } = await startEcho(t, socket =>
      socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 2\r\n\r\nno'),
    )
    assert.match(
      await (await open(guard.port, '/v1/events', await bearer('read'))).closed(),
      /^HTTP\/1\.1 426 Upgrade Required.*no$/s,
    )
  })

  test('whose API breaks off is 502', async t => {
    const { guard, bearer } = await startEcho(t, socket => socket.destroy())
    assert.match(await (await open(guard.port, '/v1/events', await bearer('read'))).closed(), /^HTTP\/1\.1 502 /)
  })
})

test('RFC 9110 §7.8: an offer of another protocol is not taken up, and does not go on', async t => {
  const { guard, bearer, received, shaken } = await startEcho(t)
  const headers = {
    ...(await bearer('read')),
    upgrade: 'h2c',
    connection: 'Upgrade, HTTP2-Settings, close',
    'http2-settings': 'AAMAAABk',
  }
  const client = await open(guard.port, '/v1/things', headers)
  assert.match(await client.closed(), /^HTTP\/1\.1 200 /)
  assert.deepEqual(shaken, [])
  assert.equal(received[0]?.headers.upgrade, undefined)
  assert.equal(received[0]?.headers['http2-settings'], undefined)
})
