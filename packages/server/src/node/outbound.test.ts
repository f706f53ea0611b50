import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { nodeOutbound, type OutboundOptions } from './outbound.ts'
import { OutboundError, type OutboundFailure } from './outbound-error.ts'

/** A server on loopback, and what reaches it. */
async function listen(t: TestContext, answer: RequestListener, options: OutboundOptions = {}) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${port}`
  const outbound = nodeOutbound({ dangerouslyAllow: [origin], ...options })
  const get = (path = '/', more: object = {}) =>
    outbound({ url: origin + path, maxBytes: 100, timeoutMillis: 10_000, ...more })
  return { origin, port, get, server }
}

/** A timer that expires when the test says so. */
function handTimer() {
  const running = new Map<() => void, number>()
  const startTimer = (milliseconds: number, expire: () => void) => {
    running.set(expire, milliseconds)
    return () => void running.delete(expire)
  }
  return { running, startTimer, expireAll: () => [...running.keys()].map(expire => expire()) }
}

function failsBy(failure: OutboundFailure, reason: RegExp | string = '') {
  return (error: unknown) => {
    assert.ok(error instanceof OutboundError, String(error))
    assert.equal(error.failure, failure, error.reason)
    assert.equal(error.message, error.reason)
    assert.ok(typeof reason === 'string' ? error.reason.includes(reason) : reason.test(error.reason), error.reason)
    return true
  }
}

test('an answer has its status, its header fields by lower-case name, and its body', async t => {
  const { get } = await listen(t, (_request, response) =>
    response.writeHead(201, { 'Content-Type': 'application/json', 'Set-Cookie': 'a=1' }).end('{"ü":1}'),
  )
  const { status, headers, body } = await get()
  assert.deepEqual(
    [status, headers['content-type'], headers['set-cookie'], body],
    [201, 'application/json', undefined, '{"ü":1}'],
  )
})

test('a request is sent as it was given, on a connection of its own, asking for no compression', async t => {
  const seen: unknown[] = []
  const { get } = await listen(t, (request, response) => {
    const { method, url, headers } = request
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      seen.push([
        method,
        url,
        headers['x-a'],
        headers['accept-encoding'],
        headers.connection,
        headers.authorization,
        body,
      ])
      response.end()
    })
  })
  await get('/p?q=1#fragment', { method: 'POST', headers: { 'x-a': 'b', 'accept-encoding': 'gzip' }, body: 'text' })
  assert.deepEqual(seen, [['POST', '/p?q=1', 'b', 'identity', 'close', undefined, 'text']])
})

test('a redirect is not followed', async t => {
  let asked = 0
  const { get } = await listen(t, (_request, response) => {
    asked++
    response.writeHead(302, { location: '/other' }).end()
  })
  assert.equal((await get()).status, 302)
  assert.equal(asked, 1)
})

test('a body of exactly the limit is read, one byte more is refused', async t => {
  const { get } = await listen(t, (request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))))
  assert.equal((await get('/100')).body.length, 100)
  await assert.rejects(get('/101'), failsBy('large', '100 bytes'))
})

test('a body without end is given up at the limit, and its connection is closed', async t => {
  const closed = Promise.withResolvers<void>()
  const { get } = await listen(t, (_request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(50)), 1)
    response.on('close', () => {
      clearInterval(timer)
      closed.resolve()
    })
  })
  await assert.rejects(get(), failsBy('large'))
  await closed.promise
})

test('RFC 9110 §8.4: a compressed body is refused, whatever it would become', async t => {
  const { get } = await listen(t, (request, response) =>
    response.writeHead(200, { 'content-encoding': request.url?.slice(1) }).end('x'),
  )
  assert.equal((await get('/identity')).body, 'x')
  for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'identity, gzip'])
    await assert.rejects(get(`/${encoding}`), failsBy('encoded'))
})

test('header fields without end are refused', async t => {
  const { get } = await listen(t, (_request, response) =>
    response.writeHead(200, { 'x-large': 'x'.repeat(20_000) }).end(),
  )
  await assert.rejects(get(), failsBy('unreachable', 'HPE_HEADER_OVERFLOW'))
})

test('an answer that breaks off is no answer', async t => {
  const { get } = await listen(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '50' }).write('x')
    setImmediate(() => response.destroy())
  })
  await assert.rejects(get(), failsBy('unreachable', 'ECONNRESET'))
})

test('an answer that changes the protocol is no answer', async t => {
  const { get, server } = await listen(t, () => undefined)
  server.on('request', (_request, response) => response.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end())
  await assert.rejects(get(), failsBy('unreachable'))
})

for (const [what, answer] of [
  ['before the header', () => undefined],
  ['in the body', (_request, response) => void response.writeHead(200).write('{')],
] as const satisfies readonly (readonly [string, RequestListener])[])
  test(`a server that falls silent ${what} is given up when the time is over, and its connection closed`, async t => {
    const { startTimer, running, expireAll } = handTimer()
    const reached = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const { get } = await listen(
      t,
      (request, response) => {
        answer(request, response)
        response.on('close', closed.resolve)
        reached.resolve()
      },
      { startTimer },
    )
    const asked = get('/', { timeoutMillis: 1234 })
    await reached.promise
    assert.deepEqual([...running.values()], [1234])
    expireAll()
    await assert.rejects(asked, failsBy('late', '1234 ms'))
    await closed.promise
    assert.equal(running.size, 0)
  })

test('name servers that do not answer are given up when the time is over, and hold no turn', async () => {
  const { startTimer, expireAll } = handTimer()
  const resolve = () => new Promise<never>(() => undefined)
  const limits = { running: 1, runningPerHost: 1, waiting: 0, waitingPerHost: 0 }
  const outbound = nodeOutbound({ startTimer, resolve, limits })
  const request = { url: 'https://client.example/', maxBytes: 1, timeoutMillis: 1 }
  for (let round = 0; round < 2; round++) {
    const asked = outbound(request)
    await assert.rejects(outbound(request), failsBy('busy'))
    expireAll()
    await assert.rejects(asked, failsBy('late'))
  }
})

test('the time for waiting in the queue counts too', async () => {
  const { startTimer, expireAll } = handTimer()
  const limits = { running: 1, runningPerHost: 1, waiting: 1, waitingPerHost: 1 }
  const outbound = nodeOutbound({ startTimer, limits, resolve: () => new Promise<never>(() => undefined) })
  const asked = [1, 2].map(() => outbound({ url: 'https://client.example/', maxBytes: 1, timeoutMillis: 1 }))
  await Promise.resolve()
  expireAll()
  for (const each of asked) await assert.rejects(each, failsBy('late'))
})

test('the timer is stopped after an answer', async t => {
  const { startTimer, running } = handTimer()
  const { get } = await listen(t, (_request, response) => response.end(), { startTimer })
  await get()
  assert.equal(running.size, 0)
})

test('the address that was judged is the one that is called: the name is resolved once', async t => {
  let asked = 0
  const seen: unknown[] = []
  const { port } = await listen(t, (request, response) => {
    seen.push(request.headers.host)
    response.end()
  })
  const origin = `http://client.example:${port}`
  const resolve = async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2'])
  const outbound = nodeOutbound({ dangerouslyAllow: [origin], resolve })
  assert.equal((await outbound({ url: origin, maxBytes: 1, timeoutMillis: 10_000 })).status, 200)
  assert.deepEqual([asked, seen], [1, [`client.example:${port}`]])
})

test('a name without address is unreachable, and so is a port where nobody listens', async t => {
  const { port, server } = await listen(t, () => undefined)
  await new Promise(resolve => server.close(resolve))
  const origins = [`http://client.example:${port}`, `http://127.0.0.1:${port}`]
  const outbound = nodeOutbound({ dangerouslyAllow: origins, resolve: async () => [] })
  const limits = { maxBytes: 1, timeoutMillis: 10_000 }
  await assert.rejects(outbound({ url: origins[0] ?? '', ...limits }), failsBy('unreachable', 'has no address'))
  await assert.rejects(outbound({ url: origins[1] ?? '', ...limits }), failsBy('unreachable', 'ECONNREFUSED'))
})

test('of the addresses of a name the first eight are called and no others', async t => {
  const { port } = await listen(t, (_request, response) => response.end())
  const origin = `http://client.example:${port}`
  const addresses = (wrong: number) => [...Array.from({ length: wrong }, () => '::1'), '127.0.0.1']
  const ask = (wrong: number) =>
    nodeOutbound({ dangerouslyAllow: [origin], resolve: async () => addresses(wrong) })({
      url: origin,
      maxBytes: 1,
      timeoutMillis: 10_000,
    })
  assert.equal((await ask(7)).status, 200)
  await assert.rejects(ask(8), failsBy('unreachable'))
})

test('an allowed origin must be one', () => {
  assert.throws(() => nodeOutbound({ dangerouslyAllow: ['127.0.0.1'] }), RangeError)
})

test('the name of this machine is not asked of the machine: whatever the name servers say, it is not called', async t => {
  let reached = 0
  const { port } = await listen(t, (_request, response) => {
    reached++
    response.end()
  })
  const outbound = nodeOutbound()
  const request = { url: `https://localhost:${port}/`, maxBytes: 1, timeoutMillis: 2000 }
  await assert.rejects(outbound(request), OutboundError)
  assert.equal(reached, 0)
})

test('an allowed name is resolved by the machine', async t => {
  const { port } = await listen(t, (_request, response) => response.end())
  const origin = `http://localhost:${port}`
  const outbound = nodeOutbound({ dangerouslyAllow: [origin] })
  assert.equal((await outbound({ url: origin, maxBytes: 1, timeoutMillis: 10_000 })).status, 200)
})
