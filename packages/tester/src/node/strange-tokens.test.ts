import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { calculateJwkThumbprint, importJWK } from 'jose'
import { deflateBomb, invalidCurvePoint, slowPassword, tinyOrderPoint } from './strange-tokens.ts'

function headerOf(jwe: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString())
  assert.ok(typeof value === 'object' && value !== null)
  return { ...value }
}

for (const make of [deflateBomb, slowPassword, invalidCurvePoint, tinyOrderPoint])
  test(`RFC 7516 §7.1: what ${make.name} makes has the five parts of a JWE`, () => {
    const parts = make().split('.')
    assert.equal(parts.length, 5)
    assert.ok(parts.every(part => /^[A-Za-z0-9_-]*$/.test(part)))
    assert.equal(headerOf(make()).enc, 'A128GCM')
  })

test('RFC 7516 §4.1.3: the bomb is small and unpacks to megabytes', () => {
  const jwe = deflateBomb(2)
  assert.ok(jwe.length < 4_000)
  assert.equal(headerOf(jwe).zip, 'DEF')
  assert.equal(inflateRawSync(Buffer.from(jwe.split('.')[3] ?? '', 'base64url')).length, 2 * 1_048_576)
})

test('RFC 7518 §4.8.1.2: the password wants a billion rounds', () => {
  assert.equal(headerOf(slowPassword()).p2c, 1_000_000_000)
})

test('RFC 7518 §4.6.1.1: the ephemeral key is well formed and on no curve', async () => {
  const { epk } = headerOf(invalidCurvePoint())
  assert.ok(typeof epk === 'object' && epk !== null)
  await assert.doesNotReject(calculateJwkThumbprint({ ...epk }))
  await assert.rejects(importJWK({ ...epk }, 'ECDH-ES'))
})

test('RFC 8725 §2.5: the point of tiny order is zero', () => {
  assert.deepEqual(headerOf(tinyOrderPoint()).epk, { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) })
})
