// RFC 9110 §7.6
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { resource, startWorld } from './testing/world.ts'

/** Sends text on a connection and reads until the other side closes. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', chunk => {
    answer += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  return answer
}

describe('a request that passes', () => {
  test('reaches the API with who calls, and its answer comes back', async t => {
    const { ask, bearer, received, apiPort, guard, issuer } = await startWorld(t)
    const response = await ask('/v1/things?a=%20&b', { headers: { ...(await bearer('read other')), 'x-mine': '1' } })
    assert.equal(response.status, 200)
    assert.equal(await response.text(), 'from the API')
    assert.equal(response.headers.get('x-from'), 'api')
    const [request] = received
    assert.equal(request?.target, '/v1/things?a=%20&b')
    assert.equal(request?.headers['x-auth-subject'], 'ada')
    assert.equal(request?.headers['x-auth-client'], 'shop')
    assert.equal(request?.headers['x-auth-scope'], 'read')
    assert.equal(request?.headers['x-auth-issuer'], issuer)
    assert.equal(request?.headers['x-mine'], '1')
    assert.equal(request?.headers.host, `127.0.0.1:${apiPort}`)
    assert.equal(request?.headers['x-forwarded-host'], `127.0.0.1:${guard.port}`)
    assert.equal(request?.headers['x-forwarded-for'], '127.0.0.1')
    assert.equal(request?.headers.authorization, undefined)
  })

  test('RFC 6750 §5.3: RS-ERR-03: what a guarded answer says of caches is at least private', async t => {
    const { ask, bearer } = await startWorld(t)
    const guarded = await ask('/v1/things', { headers: await bearer('read') })
    assert.equal(guarded.headers.get('cache-control'), 'private, no-store')
    const open = await ask('/v1/open')
    assert.equal(open.headers.get('cache-control'), null)
  })

  test('RFC 9111 §5.2: what the API says of caches is left as it is', async t => {
    const { ask, bearer } = await startWorld(t, {
      api: (_incoming, outgoing) => outgoing.writeHead(200, { 'cache-control': 'max-age=5' }).end(),
    })
    assert.equal((await ask('/v1/things', { headers: await bearer('read') })).headers.get('cache-control'), 'max-age=5')
  })

  test('the token goes on where the configuration says so', async t => {
    const { ask, bearer, received } = await startWorld(t, { config: { keepAuthorization: true } })
    const headers = await bearer('read')
    await ask('/v1/things', { headers })
    assert.equal(received[0]?.headers.authorization, headers.authorization)
  })

  test('a password goes on to an operation that is open', async t => {
    const { ask, received } = await startWorld(t)
    await ask('/v1/maybe', { headers: { authorization: 'Basic YTpi' } })
    assert.equal(received[0]?.headers.authorization, 'Basic YTpi')
  })

  test('a bad token at an open operation is not passed on', async t => {
    const { ask, received } = await startWorld(t)
    assert.equal((await ask('/v1/open', { headers: { authorization: 'Bearer bad' } })).status, 200)
    assert.equal(received[0]?.headers.authorization, undefined)
  })

  test('RFC 9112 §6: bodies go on with their length, and in chunks made anew whatever the method', async t => {
    const { bearer, received, guard } = await startWorld(t)
    const { authorization } = await bearer('write')
    const head = (method: string, more: string) =>
      `${method} /v1/things HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\n${more}\r\n`
    await exchange(guard.port, head('POST', 'content-length: 5\r\nconnection: close\r\n') + 'hello')
    await exchange(
      guard.port,
      head('DELETE', 'transfer-encoding: chunked\r\nconnection: close\r\n') + '5\r\nhello\r\n0\r\n\r\n',
    )
    await exchange(guard.port, head('POST', 'connection: close\r\n'))
    assert.deepEqual(
      received.map(each => [each.method, each.body, each.headers['content-length'], each.headers['transfer-encoding']]),
      [
        ['POST', 'hello', '5', undefined],
        ['DELETE', 'hello', undefined, 'chunked'],
        ['POST', '', '0', undefined],
      ],
    )
  })

  test('RFC 9110 §9.3.2: HEAD', async t => {
    const { ask, bearer, received } = await startWorld(t)
    const response = await ask('/v1/things', { method: 'HEAD', headers: await bearer('read') })
    assert.equal(response.status, 200)
    assert.equal(received[0]?.method, 'HEAD')
  })

  test('RFC 7239 §8.1: the addresses before this one are believed of a trusted proxy only', async t => {
    const headers = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example' }
    const trusting = await startWorld(t, { config: { trust: ['127.0.0.1'] } })
    await trusting.ask('/v1/open', { headers })
    assert.equal(trusting.received[0]?.headers['x-forwarded-for'], '192.0.2.7, 127.0.0.1')
    assert.equal(trusting.received[0]?.headers['x-forwarded-proto'], 'https')
    assert.equal(trusting.received[0]?.headers['x-forwarded-host'], 'api.example')
    const plain = await startWorld(t)
    await plain.ask('/v1/open', { headers })
    assert.equal(plain.received[0]?.headers['x-forwarded-for'], '127.0.0.1')
    assert.equal(plain.received[0]?.headers['x-forwarded-proto'], 'http')
  })
})

describe('a request that does not pass never reaches the API', () => {
  test('RFC 6750 §3.1: without a token, with too little scope, with one of another audience, and where nothing is', async t => {
    const { ask, bearer, received, lines } = await startWorld(t)
    const cases = [
      await ask('/v1/things'),
      await ask('/v1/things', { headers: { authorization: 'Bearer x' } }),
      await ask('/v1/things', { headers: await bearer('read', { aud: 'https://other.example' }) }),
      await ask('/v1/things', { method: 'POST', headers: await bearer('read') }),
      await ask('/v1/keyed', { headers: await bearer('read write') }),
      await ask('/v1/none', { headers: await bearer('read') }),
      await ask('/v1/things', { method: 'PUT', headers: await bearer('write') }),
    ]
    assert.deepEqual(
      cases.map(each => each.status),
      [401, 401, 401, 403, 403, 404, 405],
    )
    assert.match(cases[3]?.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="write"/)
    assert.deepEqual(received, [])
    assert.equal(lines.filter(each => each.words === 'request refused').length, 7)
  })

  test('RFC 6750 §2.2: RS-TRN-04: the token a second time in a form is refused, and a form that passes is whole', async t => {
    const { ask, bearer, received } = await startWorld(t)
    const headers = { ...(await bearer('write')), 'content-type': 'application/x-www-form-urlencoded' }
    assert.equal((await ask('/v1/things', { method: 'POST', headers, body: 'a=1&access_token=x' })).status, 400)
    assert.equal((await ask('/v1/things', { method: 'POST', headers, body: 'a=1&b=2' })).status, 200)
    assert.deepEqual(
      received.map(each => each.body),
      ['a=1&b=2'],
    )
  })

  test('RS-ROU-01, RS-ROU-02: paths that servers read in different ways', async t => {
    const { bearer, guard, received } = await startWorld(t)
    const { authorization } = await bearer('read write')
    for (const path of [
      '/v1/open/../things',
      '/v1//things',
      '/v1/open/%2e%2e/things',
      '/v1/%74hings',
      '/v1/things%2f1',
      '/v1/open;/things',
      'v1/open',
      '\\v1\\open',
    ]) {
      const answer = await exchange(
        guard.port,
        `GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\nconnection: close\r\n\r\n`,
      )
      assert.match(answer, /^HTTP\/1\.1 40[04] /, path)
    }
    assert.deepEqual(received, [])
  })

  test('RFC 9112 §6.3: a message that two servers would end at different places', async t => {
    const { guard, received } = await startWorld(t)
    const smuggled = '0\r\n\r\nGET /v1/things HTTP/1.1\r\nhost: a\r\n\r\n'
    for (const framing of [
      'content-length: 4\r\ntransfer-encoding: chunked',
      'transfer-encoding: chunked, identity',
      'content-length: 4\r\ncontent-length: 5',
      'transfer-encoding : chunked',
      'content-length: +4',
      'transfer-encoding: xchunked',
    ])
      assert.match(
        await exchange(guard.port, `POST /v1/maybe HTTP/1.1\r\nhost: a\r\n${framing}\r\n\r\n${smuggled}`),
        /^HTTP\/1\.1 400 /,
        framing,
      )
    assert.deepEqual(received, [])
  })

  test('RFC 9112 §3.2.2: an absolute target is judged by its path, which alone goes on', async t => {
    const { guard, received } = await startWorld(t)
    const ask = (target: string) =>
      exchange(guard.port, `GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
    assert.match(await ask('http://evil.example/v1/things'), /^HTTP\/1\.1 401 /)
    assert.match(await ask('http://evil.example/v1/open?a'), /^HTTP\/1\.1 200 /)
    assert.deepEqual(
      received.map(each => each.target),
      ['/v1/open?a'],
    )
  })

  test('RFC 9110 §15.5.14: a body that is too long, by its length or as it comes', async t => {
    const { ask, bearer, received, guard, server } = await startWorld(t, { config: { maxBodyLength: 10 } })
    let begun = 0
    server.on('request', () => begun++)
    const { authorization } = await bearer('write')
    const headers = { authorization }
    assert.equal((await ask('/v1/things', { method: 'POST', headers, body: '12345678901' })).status, 413)
    assert.equal(begun, 0)
    const chunked = await exchange(
      guard.port,
      `POST /v1/things HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\ntransfer-encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n`,
    )
    assert.match(chunked, /^HTTP\/1\.1 413 /)
    assert.equal((await ask('/v1/things', { method: 'POST', headers, body: '1234567890' })).status, 200)
    assert.deepEqual(
      received.filter(each => each.body.length > 10),
      [],
    )
  })

  test('a log line holds neither token nor query', async t => {
    const { ask, bearer, lines } = await startWorld(t)
    const { authorization } = await bearer('read')
    await ask(`/v1/things?access_token=${authorization.slice(7)}`, { headers: { authorization } })
    await ask(`/v1/${authorization.slice(7)}`)
    assert.ok(lines.length >= 2)
    assert.ok(!JSON.stringify(lines).includes(authorization.slice(20, 60)))
  })
})

describe('the API', () => {
  test('RFC 9110 §15.6.3: that cannot be reached', async t => {
    const { ask, lines } = await startWorld(t, { config: { upstream: 'http://127.0.0.1:1' } })
    const response = await ask('/v1/open')
    assert.equal(response.status, 502)
    assert.match(await response.text(), /cannot be reached/)
    assert.ok(lines.some(each => each.level === 'error' && each.words === 'the API did not answer'))
  })

  test('is not blamed for a client that went away', async t => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { ask, lines, server } = await startWorld(t, { api: () => resolve() })
    const leaving = new AbortController()
    const gone = new Promise(settle => server.once('request', (_incoming, outgoing) => outgoing.once('close', settle)))
    const asked = ask('/v1/open', { signal: leaving.signal })
    await promise
    leaving.abort()
    await assert.rejects(asked)
    await gone
    assert.deepEqual(
      lines.filter(each => each.level === 'error'),
      [],
    )
  })

  test('RFC 9110 §15.6.5: that does nothing', async t => {
    const { ask } = await startWorld(t, { config: { timeout: 1 }, api: () => {} })
    assert.equal((await ask('/v1/open')).status, 504)
  })

  test('that breaks off in the middle of an answer', async t => {
    const { ask } = await startWorld(t, {
      api: (_incoming, outgoing) => {
        outgoing.writeHead(200, { 'content-length': '10' }).write('half')
        setTimeout(() => outgoing.destroy(), 20)
      },
    })
    const response = await ask('/v1/open')
    await assert.rejects(response.text())
  })

  test('that closed an idle connection is asked again', async t => {
    let connections = 0
    const api = createServer(socket => {
      connections++
      let requests = 0
      socket.on('error', () => {})
      socket.on('data', () => {
        if (++requests > 1) return void socket.resetAndDestroy()
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      })
    }).listen(0, '127.0.0.1')
    await once(api, 'listening')
    t.after(() => api.close())
    const place = api.address()
    const { ask } = await startWorld(t, {
      config: { upstream: `http://127.0.0.1:${typeof place === 'object' ? place?.port : ''}` },
    })
    for (let round = 0; round < 3; round++) assert.equal(await (await ask('/v1/open')).text(), 'ok')
    assert.equal(connections, 3)
  })

  test('that fails tells its own status and words', async t => {
    const { ask } = await startWorld(t, {
      api: (_incoming, outgoing) => outgoing.writeHead(418, 'I am a teapot').end('tea'),
    })
    const response = await ask('/v1/open')
    assert.deepEqual([response.status, response.statusText, await response.text()], [418, 'I am a teapot', 'tea'])
  })
})

describe('streams', () => {
  async function stream(t: TestContext) {
    const world = await startWorld(t, {
      api: (_incoming, outgoing) => {
        outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
        outgoing.write('data: 1\n\n')
      },
    })
    const response = await world.ask('/v1/events', { headers: await world.bearer('read') })
    const reader = response.body?.getReader()
    assert.ok(reader)
    assert.equal(new TextDecoder().decode((await reader.read()).value), 'data: 1\n\n')
    return { ...world, reader }
  }

  test('events come as they are sent, and RS-ROU-07: end with the token', async t => {
    const { reader, clock } = await stream(t)
    const [{ milliseconds } = { milliseconds: 0 }] = clock.running.values()
    assert.ok(milliseconds > 590_000 && milliseconds <= 600_000)
    clock.runOut()
    await assert.rejects(async () => {
      for (;;) if ((await reader.read()).done) return
    })
  })

  test('a client that goes away takes its request to the API along', async t => {
    const { reader, clock, server } = await stream(t)
    const gone = once(server, 'connection')
    gone.catch(() => {})
    await reader.cancel()
    while (clock.running.size > 0) await setImmediate()
    assert.equal(clock.running.size, 0)
  })
})

describe('what the guard answers itself', () => {
  test('RFC 9728 §3: the metadata of the resource, of which the challenge tells', async t => {
    const { ask, issuer } = await startWorld(t)
    const metadata = await ask('/.well-known/oauth-protected-resource')
    assert.deepEqual(await metadata.json(), {
      resource,
      authorization_servers: [issuer],
      scopes_supported: ['read', 'write'],
      bearer_methods_supported: ['header'],
    })
    const challenge = (await ask('/v1/things')).headers.get('www-authenticate')
    assert.match(challenge ?? '', /resource_metadata="https:\/\/api\.example\/\.well-known\/oauth-protected-resource"/)
  })

  test('its health, unless the API has an operation of that path', async t => {
    const { ask, received } = await startWorld(t)
    assert.deepEqual(await (await ask('/healthz')).json(), { status: 'ok' })
    assert.deepEqual(received, [])
    const document = { openapi: '3.1.0', paths: { '/healthz': { get: { security: [] } } } }
    const other = await startWorld(t, { document })
    assert.equal(await (await other.ask('/healthz')).text(), 'from the API')
  })
})

test('closing lets a request that is under way end', async t => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { ask, guard } = await startWorld(t, {
    api: (_incoming, outgoing) => {
      resolve()
      setTimeout(() => outgoing.end('late'), 100)
    },
  })
  const asked = ask('/v1/open')
  await promise
  const closed = guard.close()
  assert.equal(await (await asked).text(), 'late')
  await closed
})
