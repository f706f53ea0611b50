import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { signingAlgorithms } from '@ambit/protocol'
import { compactVerify, importJWK } from 'jose'
import { concatOfDer } from './der-signature.ts'
import { nodeKeyTools } from './key-tools.ts'

const tools = nodeKeyTools()

for (const algorithm of signingAlgorithms)
  test(`RFC 7518 §3.1: a JWS by ${algorithm} is verified by others`, async () => {
    const { publicJwk, privateJwk } = await tools.generate(algorithm)
    const sign = tools.load(algorithm, privateJwk)
    const key = await importJWK({ ...publicJwk }, algorithm)
    const header = tools.encode(JSON.stringify({ alg: algorithm }))
    for (let count = 0; count < (algorithm === 'ES256' ? 600 : 3); count++) {
      const payload = JSON.stringify({ count, text: 'ü' })
      const verified = await compactVerify(sign(header, payload), key)
      assert.equal(new TextDecoder().decode(verified.payload), payload)
    }
  })

test('RFC 7518 §3.4: short and long DER integers become 32 bytes each', () => {
  const der = (r: number[], s: number[]) =>
    Uint8Array.from([0x30, 4 + r.length + s.length, 2, r.length, ...r, 2, s.length, ...s])
  const short = concatOfDer(der([7], [8]))
  assert.equal(short.length, 64)
  assert.equal(short[31], 7)
  assert.equal(short[63], 8)
  const full = Array.from({ length: 32 }, (_, index) => 0x80 + index)
  const long = concatOfDer(der([0, ...full], full))
  assert.deepEqual([...long], [...full, ...full])
})

test('a sealed text is opened by the same key for the same subject only', () => {
  const key = randomBytes(32).toString('base64url')
  const sealed = tools.seal('a private key, ü', key, 'kid-1')
  assert.ok(!sealed.includes('private'))
  assert.equal(tools.unseal(sealed, key, 'kid-1'), 'a private key, ü')
  assert.equal(tools.unseal(sealed, key, 'kid-2'), undefined)
  assert.equal(tools.unseal(sealed, randomBytes(32).toString('base64url'), 'kid-1'), undefined)
  assert.equal(tools.unseal(sealed.slice(0, -2), key, 'kid-1'), undefined)
  assert.equal(tools.unseal('short', key, 'kid-1'), undefined)
  assert.notEqual(tools.seal('a private key, ü', key, 'kid-1'), sealed, 'a nonce of its own each time')
})
