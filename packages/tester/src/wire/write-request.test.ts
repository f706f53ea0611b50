import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SentRequest } from './exchange.ts'
import { encodeRequest, isOrderly, maySendAgain, problemOfField } from './write-request.ts'

const request = (change: Partial<SentRequest> = {}): SentRequest => ({
  method: 'GET',
  origin: 'http://localhost:8081',
  target: '/items',
  headers: [],
  ...change,
})

const text = (change: Partial<SentRequest>) => new TextDecoder().decode(encodeRequest(request(change)))

describe('bytes', () => {
  test('RFC 9112 §3.2: the target stands as it is, and the host is added', () => {
    for (const target of ['/a/%2e%2e//b', '/a//b/../c?x=1#y', '*', 'http://other.example/x', '/a b'])
      assert.equal(text({ target }), `GET ${target} HTTP/1.1\r\nhost: localhost:8081\r\n\r\n`)
  })

  test('RFC 9110 §5.3: names keep their case, doubles their order', () => {
    const headers = [
      ['AUTHORIZATION', 'Bearer a'],
      ['Authorization', 'Bearer b'],
    ] as const
    assert.match(text({ headers }), /\r\nAUTHORIZATION: Bearer a\r\nAuthorization: Bearer b\r\n\r\n$/)
  })

  test('RFC 9110 §7.2: a host that is given is not added again', () => {
    assert.equal(text({ headers: [['Host', 'x']] }), 'GET /items HTTP/1.1\r\nHost: x\r\n\r\n')
  })

  test('RFC 9110 §8.6: the length of a body counts bytes', () => {
    assert.match(text({ method: 'POST', body: 'ä' }), /\r\ncontent-length: 2\r\n\r\nä$/)
    assert.match(text({ method: 'POST' }), /\r\ncontent-length: 0\r\n\r\n$/)
    assert.doesNotMatch(text({}), /content-length/)
  })

  test('RFC 9112 §6.3: a length or coding that is given stands alone', () => {
    assert.doesNotMatch(text({ headers: [['Content-Length', '9']], body: 'a' }), /content-length: 1/)
    assert.doesNotMatch(text({ headers: [['Transfer-Encoding', 'chunked']], body: '0\r\n\r\n' }), /content-length/)
  })

  test('a value that breaks the grammar is sent as it is', () => {
    assert.match(text({ headers: [['A', 'x\ny']] }), /\r\nA: x\ny\r\n/)
  })
})

describe('order', () => {
  const disorderly: Readonly<Record<string, Partial<SentRequest>>> = {
    'a blank in the target': { target: '/a b' },
    'an empty target': { target: '' },
    'a strange method': { method: 'get' },
    'a line break in a value': { headers: [['A', 'x\r\nB: y']] },
    'a strange name': { headers: [['A B', 'x']] },
    'a length that lies': { headers: [['content-length', '9']], body: 'a' },
    'a transfer coding': { headers: [['Transfer-Encoding', 'chunked']] },
    'a word about the connection': { headers: [['Connection', 'x']] },
    'an upgrade': { headers: [['Upgrade', 'websocket']] },
    'an expectation': { headers: [['Expect', '100-continue']] },
  }
  for (const [name, change] of Object.entries(disorderly))
    test(`RFC 9112 §11.2: after ${name} nobody knows where the next request begins`, () => {
      assert.equal(isOrderly(request(change)), false)
      assert.equal(maySendAgain(request(change)), false)
    })

  test('RFC 9112 §9.3: after a plain request the next one may follow', () => {
    assert.ok(isOrderly(request({ method: 'POST', body: 'ä', headers: [['content-length', '2']] })))
    assert.ok(isOrderly(request()))
  })

  test('RFC 9110 §9.2.2: only an idempotent request may be sent a second time', () => {
    const again = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'POST', 'PATCH', 'QUERIES'].filter(method =>
      maySendAgain(request({ method })),
    )
    assert.deepEqual(again, ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])
  })
})

describe('fields of a configuration', () => {
  test('RFC 9110 §5.5: line breaks, zero bytes and other controls are named', () => {
    for (const value of ['a\r\nB: c', 'a\nb', 'a\rb', 'a\0', '\u007f'])
      assert.match(problemOfField(['X-Key', value]) ?? '', /^the value of `X-Key` has a line break/)
  })

  test('RFC 9110 §5.1: a name is a token', () => {
    for (const name of ['', 'a b', 'a:', 'a\r\nb']) assert.match(problemOfField([name, 'x']) ?? '', /no name/)
    assert.equal(problemOfField(['X-Key', 'a\tb ä']), undefined)
  })
})
