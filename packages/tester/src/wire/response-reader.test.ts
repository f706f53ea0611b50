import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ReadOutcome, ResponseReader } from './response-reader.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

function read(text: string, method = 'GET'): ReadOutcome {
  const reader = new ResponseReader(method)
  return reader.push(bytes(text)) ?? reader.end()
}

function bodyOf(text: string, method = 'GET'): string {
  const outcome = read(text, method)
  assert.ok(outcome.kind === 'response', JSON.stringify(outcome))
  return outcome.response.body
}

const head = (...lines: readonly string[]) => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n')

describe('framing', () => {
  const table: readonly (readonly [string, string, string, string?])[] = [
    ['RFC 9112 §6.2: by its length', `${head('Content-Length: 5')}hello`, 'hello'],
    ['RFC 9110 §8.6: by the same length twice', `${head('Content-Length: 2, 2', 'content-length: 2')}hi`, 'hi'],
    ['RFC 9112 §6.3: until the connection closes', `${head()}hello`, 'hello'],
    [
      'RFC 9112 §6.3: until it closes, where chunked is not the last coding',
      `${head('Transfer-Encoding: chunked, gzip')}ab`,
      'ab',
    ],
    [
      'RFC 9112 §7.1: in chunks',
      `${head('Transfer-Encoding: gzip, Chunked')}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`,
      'hello world',
    ],
    [
      'RFC 9112 §7.1.1: with extensions of chunks',
      `${head('Transfer-Encoding: chunked')}3;a=b\r\nabc\r\n0 ;z\r\n\r\n`,
      'abc',
    ],
    ['RFC 9112 §7.1.2: with trailers', `${head('Transfer-Encoding: chunked')}1\r\na\r\n0\r\nX: 1\r\n\r\n`, 'a'],
    ['RFC 9110 §9.3.2: never behind HEAD', head('Content-Length: 5'), '', 'HEAD'],
    [
      'RFC 9110 §9.3.6: what follows CONNECT is no body of that length',
      `${head('Content-Length: 9')}abc`,
      'abc',
      'CONNECT',
    ],
    ['RFC 9110 §15.3.5: never with 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', ''],
    ['RFC 9110 §15.4.5: never with 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', ''],
    [
      'RFC 9110 §15.2: answers that announce another are passed over',
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100\r\n\r\n${head('Content-Length: 1')}a`,
      'a',
    ],
    [
      'RFC 9110 §15.2.2: an upgraded connection is read until it closes',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nframe',
      'frame',
    ],
    ['RFC 9112 §2.2: lines that end with a line feed alone', 'HTTP/1.1 200\nContent-Length: 2\n\nok', 'ok'],
  ]
  for (const [name, text, body, method] of table)
    test(name, () => {
      assert.equal(bodyOf(text, method), body)
    })

  test('the same answer is read however its bytes are split', () => {
    const text = `${head('Transfer-Encoding: chunked', 'A: 1')}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`
    const whole = read(text)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), places => {
        const reader = new ResponseReader('GET')
        const stops = [0, ...places.toSorted((a, b) => a - b), text.length]
        const outcomes = stops.slice(1).map((stop, index) => reader.push(bytes(text.slice(stops[index], stop))))
        assert.deepEqual(outcomes.at(-1), whole)
      }),
      { numRuns: 50 },
    )
  })
})

describe('head', () => {
  test('RFC 9112 §5.1: names keep their case, doubles their order, values lose the blanks around them', () => {
    const outcome = read(head('X-One:  a b \t', 'x-one: c', 'Content-Length: 0'))
    assert.ok(outcome.kind === 'response')
    assert.deepEqual(outcome.response.headers, [
      ['X-One', 'a b'],
      ['x-one', 'c'],
      ['Content-Length', '0'],
    ])
  })

  test('RFC 9112 §5.2: a folded line goes on with the one before it', () => {
    const outcome = read(head('A: 1', ' 2', '\t3', 'Content-Length: 0'))
    assert.ok(outcome.kind === 'response')
    assert.deepEqual(outcome.response.headers[0], ['A', '1 2 3'])
  })

  test('RFC 9110 §5.5: bytes beyond ASCII are kept one by one', () => {
    const outcome = read(head('A: \xe4\x80\x9f', 'Content-Length: 0'))
    assert.ok(outcome.kind === 'response')
    assert.equal(outcome.response.headers[0]?.[1], '\xe4\x80\x9f')
  })

  test('RFC 9112 §4: a status line needs no reason', () => {
    const outcome = read('HTTP/1.0 404\r\n\r\n')
    assert.ok(outcome.kind === 'response' && outcome.response.status === 404)
  })
})

describe('body', () => {
  test('is UTF-8 across chunks, and what is none is replaced', () => {
    const reader = new ResponseReader('GET')
    reader.push(bytes(head('Content-Length: 4')))
    reader.push(Uint8Array.of(0xc3))
    const outcome = reader.push(Uint8Array.of(0xa4, 0xff, 0x21))
    assert.ok(outcome?.kind === 'response')
    assert.equal(outcome.response.body, 'ä\ufffd!')
  })

  for (const lines of [['Content-Length: 30'], [], ['Transfer-Encoding: chunked']])
    test(`is cut at the limit (${lines.join() || 'until close'})`, () => {
      const reader = new ResponseReader('GET', { head: 500, body: 10 })
      const content = lines[0]?.startsWith('T') ? `14\r\n${'a'.repeat(20)}\r\n` : 'a'.repeat(30)
      const outcome = reader.push(bytes(head(...lines) + content))
      assert.ok(outcome?.kind === 'response')
      assert.deepEqual(
        [outcome.response.body, outcome.response.isCut, outcome.mayContinue],
        ['a'.repeat(10), true, false],
      )
    })

  test('is not cut where it is as long as the limit', () => {
    const reader = new ResponseReader('GET', { head: 500, body: 10 })
    const outcome = reader.push(bytes(`${head('Content-Length: 10')}aaaaaaaaaa`))
    assert.ok(outcome?.kind === 'response' && !outcome.response.isCut)
  })

  test('counts as far as it came where nobody waits any longer', () => {
    const reader = new ResponseReader('GET')
    reader.push(bytes(`${head('Content-Type: text/event-stream')}data: 1\n\n`))
    const outcome = reader.cut()
    assert.ok(outcome?.kind === 'response')
    assert.deepEqual([outcome.response.body, outcome.response.isCut], ['data: 1\n\n', true])
  })

  test('is nothing before the head is whole', () => {
    const reader = new ResponseReader('GET')
    reader.push(bytes('HTTP/1.1 200 OK\r\nA: 1\r\n'))
    assert.equal(reader.cut(), undefined)
  })
})

describe('answers that lie', () => {
  const chunked = head('Transfer-Encoding: chunked')
  const table: readonly (readonly [string, string, RegExp])[] = [
    [
      'RFC 9112 §6.3: both a length and a transfer coding',
      head('Content-Length: 1', 'Transfer-Encoding: chunked'),
      /both/,
    ],
    ['RFC 9112 §6.3: two lengths', head('Content-Length: 1', 'Content-Length: 2'), /two lengths/],
    ['RFC 9112 §6.3: a length that is no number', head('Content-Length: +1'), /no number/],
    ['RFC 9112 §6.1: a transfer coding in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', /1\.0/],
    ['RFC 9112 §4: no status line', 'hello\r\n\r\n', /status line/],
    ['RFC 9112 §4: a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', /status line/],
    ['RFC 9112 §4: a status that begins with zero', 'HTTP/1.1 000 OK\r\n\r\n', /status line/],
    ['RFC 9112 §2.3: another version', 'HTTP/2.0 200 OK\r\n\r\n', /status line/],
    ['RFC 9112 §5: a line without a colon', head('hello'), /no header field/],
    ['RFC 9112 §5.1: a blank before the colon', head('A : 1'), /no header field/],
    ['RFC 9112 §5: an empty name', head(': 1'), /no header field/],
    ['RFC 9110 §5.5: a carriage return in a value', head('A: 1\r2'), /no header field/],
    ['RFC 9110 §5.5: a zero byte in a value', head('A: 1\0'), /no header field/],
    ['RFC 9112 §5.2: a folded line with nothing before it', head(' A: 1'), /no header field/],
    ['RFC 9112 §7.1: a size that is no number', `${chunked}xyz\r\n`, /size of a chunk/],
    ['RFC 9112 §7.1: a size with a sign', `${chunked}+5\r\nhello\r\n0\r\n\r\n`, /size of a chunk/],
    ['RFC 9112 §7.1: a size beyond all bounds', `${chunked}fffffffff\r\n`, /size of a chunk/],
    ['RFC 9112 §7.1: a chunk that is longer than its size', `${chunked}2\r\nhello\r\n`, /longer than its size/],
    [
      'RFC 9110 §5.4: a head without end',
      `HTTP/1.1 200 OK\r\n${'A: 1\r\n'.repeat(20_000)}`,
      /longer than anybody reads/,
    ],
    ['RFC 9110 §5.4: a line without end', `HTTP/1.1 200 OK\r\nA: ${'1'.repeat(70_000)}`, /longer than anybody reads/],
    [
      'RFC 9110 §15.2: announcements without end',
      'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5_000),
      /longer than anybody reads/,
    ],
    [
      'RFC 9112 §7.1.2: trailers without end',
      `${chunked}0\r\n${'A: 1\r\n'.repeat(20_000)}`,
      /longer than anybody reads/,
    ],
  ]
  for (const [name, text, detail] of table)
    test(name, () => {
      const outcome = read(text)
      assert.ok(outcome.kind === 'malformed', outcome.kind)
      assert.match(outcome.detail, detail)
    })

  for (const text of [
    '',
    'HTTP/1.1 2',
    'HTTP/1.1 200 OK\r\nA: 1\r\n',
    `${head('Content-Length: 5')}hell`,
    `${chunked}5\r\nhel`,
    `${chunked}0\r\n`,
  ])
    test(`RFC 9112 §8: an answer that breaks off is truncated: ${JSON.stringify(text.slice(-12))}`, () => {
      assert.equal(read(text).kind, 'truncated')
    })

  test('any bytes come to an outcome without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (tail, isChunked) => {
        const reader = new ResponseReader('GET')
        reader.push(bytes(isChunked ? chunked : 'HTTP/1.1 200 OK\r\n'))
        reader.push(tail)
        assert.ok(['response', 'malformed', 'truncated'].includes(reader.end().kind))
      }),
      { numRuns: 200 },
    )
  })

  test('RFC 9112 §7.1: a million chunks of one byte take the room of one body', () => {
    const reader = new ResponseReader('GET')
    const before = process.memoryUsage().rss
    reader.push(bytes(chunked))
    const piece = bytes('1\r\nx\r\n'.repeat(10_000))
    const outcomes = Array.from({ length: 106 }, () => reader.push(piece))
    const last = outcomes.at(-1)
    assert.ok(last?.kind === 'response' && last.response.isCut)
    assert.equal(last.response.body.length, 1_048_576)
    assert.ok(process.memoryUsage().rss - before < 100_000_000)
  })

  test('a head of blanks is read in linear time', () => {
    const began = performance.now()
    for (const name of ['Content-Length', 'Transfer-Encoding', 'Connection', 'X'])
      read(head(`${name}: 1${' \t'.repeat(30_000)}1`, 'A: 1'))
    assert.ok(performance.now() - began < 2_000)
  })
})

describe('whether the connection can go on', () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ['RFC 9112 §9.3: by default', head('Content-Length: 0'), true],
    ['RFC 9112 §9.3: behind chunks', `${head('Transfer-Encoding: chunked')}0\r\n\r\n`, true],
    ['RFC 9112 §9.6: not where it says close', head('Content-Length: 0', 'Connection: x, Close'), false],
    ['RFC 9112 §9.3: not with HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
    ['RFC 9112 §6.3: not where closing was the end', head(), false],
    ['RFC 9112 §9.2: not where more came than was asked for', `${head('Content-Length: 0')}HTTP/1.1`, false],
  ]
  for (const [name, text, mayContinue] of table)
    test(name, () => {
      const outcome = read(text)
      assert.ok(outcome.kind === 'response')
      assert.equal(outcome.mayContinue, mayContinue)
    })
})
