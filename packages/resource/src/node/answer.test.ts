import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listenOn } from '../testing/listening.ts'
import { exchangeBytes, sendRaw } from '../testing/raw-http.ts'
import { answer } from './answer.ts'

const refusal = { status: 401, headers: { 'www-authenticate': ['Bearer', 'DPoP algs="ES256"'] }, body: 'nö' }

test('RFC 9110 §8.6: an answer tells its length in bytes, and keeps header fields that were set before', async t => {
  const { port, close } = await listenOn((_incoming, outgoing) => {
    outgoing.setHeader('access-control-allow-origin', 'https://app.example')
    answer(outgoing, refusal)
  })
  t.after(close)
  const [response] = await sendRaw(port, {})
  assert.equal(response?.headers.get('content-length'), '3')
  assert.equal(response?.headers.get('www-authenticate'), 'Bearer, DPoP algs="ES256"')
  assert.equal(response?.headers.get('access-control-allow-origin'), 'https://app.example')
  assert.equal(response?.body, 'nö')
})

for (const [what, head, isClosed] of [
  ['no body', 'GET / HTTP/1.1\r\nhost: a\r\n\r\n', false],
  ['a body of 512 KiB', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 524288\r\n\r\n', false],
  ['a longer body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 524289\r\n\r\n', true],
  ['a body of unknown length', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n', true],
] as const)
  test(`RFC 9112 §9.3: a refused client need not send on: ${what}`, async t => {
    const { port, close } = await listenOn((_incoming, outgoing) => {
      outgoing.on('finish', () => isClosed || setImmediate(close))
      answer(outgoing, refusal)
    })
    t.after(close)
    const text = await exchangeBytes(port, head)
    assert.match(text, /^HTTP\/1\.1 401 /)
    assert.equal(/\r\nconnection: close\r\n/i.test(text), isClosed)
  })

test('answer: an answer that has begun is not begun again', async t => {
  const { port, close } = await listenOn((_incoming, outgoing) => {
    answer(outgoing, { status: 200, headers: {}, body: 'first' })
    answer(outgoing, refusal)
  })
  t.after(close)
  const [response] = await sendRaw(port, {})
  assert.equal(response?.status, 200)
})
