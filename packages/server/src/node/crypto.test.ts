import assert from 'node:assert/strict'
import nodeModule, { createHash, createHmac } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { mock, test } from 'node:test'
import { nodeCrypto } from './crypto.ts'

const crypto = nodeCrypto()

test('random text is base64url of the length asked for, and never the same twice', () => {
  const seen = new Set<string>()
  for (let count = 0; count < 2000; count++) {
    const text = crypto.random(27)
    assert.match(text, /^[A-Za-z0-9_-]{36}$/)
    seen.add(text)
  }
  assert.equal(seen.size, 2000)
})

test('random bytes up to a whole pool can be had, more are a bug', () => {
  assert.equal(Buffer.from(crypto.random(8192), 'base64url').length, 8192)
  assert.throws(() => crypto.random(8193), RangeError)
})

test('random bytes that were given out are not kept', () => {
  const { mock: made } = mock.method(Buffer, 'allocUnsafeSlow')
  const text = nodeCrypto().random(32)
  made.restore()
  const pool = made.calls[0]?.result
  assert.equal(pool?.length, 8192)
  assert.equal(pool?.includes(Buffer.from(text, 'base64url')), false)
})

test('a hash is the SHA-256 of the UTF-8 text in base64url', () => {
  assert.equal(crypto.hash('grün'), createHash('sha256').update('grün').digest('base64url'))
})

test('an hmac is HMAC-SHA-256 in base64url', () => {
  assert.equal(crypto.hmac('key', 'text'), createHmac('sha256', 'key').update('text').digest('base64url'))
})

test('texts are equal only as a whole', () => {
  assert.equal(crypto.isEqual('abc', 'abc'), true)
  assert.equal(crypto.isEqual('abc', 'abd'), false)
  assert.equal(crypto.isEqual('abc', 'abcd'), false)
  assert.equal(crypto.isEqual('', 'a'), false)
})

test('texts of one length are compared in constant time', () => {
  const { mock: compare } = mock.method(nodeModule, 'timingSafeEqual')
  syncBuiltinESMExports()
  try {
    crypto.isEqual('abc', 'xbc')
    crypto.isEqual('abc', 'abx')
    assert.equal(compare.callCount(), 2)
  } finally {
    compare.restore()
    syncBuiltinESMExports()
  }
})
