import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readObservedCalls } from './read-observed-calls.ts'

const source = 'calls.har'
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: object) => `${encode({ alg: 'ES256' })}.${encode(claims)}.c2lnbmF0dXJl`

function entry(method: string, url: string, { status = 200, authorization = '' } = {}) {
  const headers = authorization === '' ? [] : [{ name: 'Authorization', value: authorization }]
  return { request: { method, url, headers }, response: { status } }
}

test('RFC 9068 §2.2: calls of a HAR file belong to the client of their token, with the scope that it held', () => {
  const token = `Bearer ${jwt({ client_id: 'app', scope: 'read_pets openid' })}`
  const other = `DPoP ${jwt({ azp: 'robot', scp: ['order'] })}`
  const entries = [
    entry('get', 'https://api.example/pets?limit=2', { authorization: token }),
    entry('GET', 'https://api.example/pets', { authorization: token }),
    entry('POST', 'https://api.example/pets', { authorization: token, status: 403 }),
    entry('GET', 'https://api.example/orders/7', { authorization: other }),
    entry('GET', 'https://api.example/opaque', { authorization: 'Bearer 8xLOxBtZp8' }),
    entry('GET', 'https://api.example/style.css'),
    { request: { method: 'GET' } },
  ]
  const reading = readObservedCalls(JSON.stringify({ log: { entries } }), { source })
  assert.deepEqual(reading.clients, [
    { client: 'app', source, scope: ['read_pets', 'openid'], calls: [{ method: 'GET', path: '/pets' }] },
    { client: 'robot', source, scope: ['order'], calls: [{ method: 'GET', path: '/orders/7' }] },
    { client: 'the callers', source, scope: [], calls: [{ method: 'GET', path: '/opaque' }] },
  ])
  assert.deepEqual(reading.notes, ['calls.har: 1 entries could not be read'])
  assert.doesNotMatch(JSON.stringify(reading), /c2lnbmF0dXJl|8xLOxBtZp8/)
})

test('RFC 6749 §4.1.1: what a client asked for at the authorization endpoint counts', () => {
  const entries = [
    entry('GET', 'https://as.example/authorize?response_type=code&client_id=app&scope=a+b', { status: 302 }),
    entry('GET', 'https://api.example/pets', { authorization: `Bearer ${jwt({ client_id: 'app', scope: 'a' })}` }),
  ]
  const { clients } = readObservedCalls(JSON.stringify({ log: { entries } }), { source })
  assert.deepEqual(clients[0]?.scope, ['a', 'b'])
})

test('HTTP Archive: lines of an access log, in the common format and as JSON', () => {
  const lines = [
    '10.0.0.1 - app [01/Jun/2026:12:00:00 +0000] "GET /pets?limit=2 HTTP/1.1" 200 512 "-" "curl"',
    '10.0.0.1 - - [01/Jun/2026:12:00:01 +0000] "DELETE /pets/1 HTTP/2.0" 204 0',
    '10.0.0.1 - - [01/Jun/2026:12:00:01 +0000] "GET /pets/2 HTTP/1.1" 404 0',
    '{"level":30,"req":{"method":"PUT","url":"/pets/3?x"},"res":{"statusCode":200},"client_id":"app","scope":"write_pets"}',
    'something else',
  ]
  const { clients, notes } = readObservedCalls(lines.join('\n'), {
    source: 'access.log',
    scope: { app: ['read_pets'] },
  })
  assert.deepEqual(
    clients.map(({ client, scope, calls }) => [client, scope, calls.map(({ method, path }) => `${method} ${path}`)]),
    [
      ['app', ['read_pets'], ['GET /pets', 'PUT /pets/3']],
      ['the callers', [], ['DELETE /pets/1']],
    ],
  )
  assert.equal(notes.length, 1)
})
