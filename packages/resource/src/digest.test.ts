import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { hmacWith, sha256, webSha256 } from './digest.ts'

test('RFC 9449 §4.2: ath and thumbprints are SHA-256 in base64url without padding, by any runtime', async () => {
  for (const data of ['', 'abc', 'grüße', 'a'.repeat(10_000), Uint8Array.from([0, 255, 1])]) {
    const wanted = createHash('sha256').update(data).digest('base64url')
    assert.equal(await sha256(data), wanted)
    assert.equal(await webSha256(data), wanted)
  }
})

test('RFC 9449 §8: nonces are HMACs, and other keys make others', async () => {
  const [one, other] = [await hmacWith('one'), await hmacWith('other')]
  assert.equal(await one('text'), await one('text'))
  assert.notEqual(await one('text'), await other('text'))
  assert.match(await one('text'), /^[A-Za-z0-9_-]{43}$/)
})
