import assert from 'node:assert/strict'
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { joseSignatures } from './jose-signatures.ts'
import { builtInCrypto } from './node/built-in-crypto.ts'
import { nodeSignatures } from './node/signature.ts'
import { algorithmRow, type CheckSignature, isSignatureAlgorithm, signatureAlgorithms } from './signature-algorithms.ts'
import { type JsonObject, parseStrictObject } from './strict-json.ts'

const crypto = builtInCrypto() ?? assert.fail('node:crypto is there where tests run')
const textFor = (algorithm: string) =>
  `${Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url')}.cGF5bG9hZA`
const algorithms = Object.keys(signatureAlgorithms).filter(isSignatureAlgorithm)
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

type Algorithm = (typeof algorithms)[number]

function pairFor(algorithm: Algorithm): { readonly privateKey: KeyObject; readonly jwk: JsonObject } {
  const { kty, crv = '' } = algorithmRow(algorithm)
  const { privateKey } =
    kty === 'RSA' ? rsa : kty === 'EC' ? generateKeyPairSync('ec', { namedCurve: crv }) : generateKeyPairSync('ed25519')
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  return { privateKey, jwk: parseStrictObject(JSON.stringify(jwk)) ?? assert.fail() }
}

function signBy(algorithm: Algorithm, key: KeyObject): Buffer {
  const signed = textFor(algorithm)
  const { kty, hash = null, padding } = algorithmRow(algorithm)
  if (kty === 'EC') return sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  if (padding !== 'pss') return sign(hash, Buffer.from(signed), key)
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  return sign(hash, Buffer.from(signed), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

for (const [name, load] of [
  ['node:crypto', nodeSignatures(crypto)],
  ['WebCrypto', joseSignatures],
] as const)
  for (const algorithm of algorithms) {
    const { privateKey, jwk } = pairFor(algorithm)
    const good = signBy(algorithm, privateKey)

    test(`RFC 7518 §3.1, RFC 8037 §3.1: ${algorithm} by ${name}: the signature and no other`, async () => {
      const check = await load(jwk, algorithm)
      const signed = textFor(algorithm)
      assert.equal(await check(signed, good.toString('base64url')), true)
      assert.equal(await check(`${signed}A`, good.toString('base64url')), false)
      for (const other of othersThan(good)) assert.equal(await check(signed, other.toString('base64url')), false)
    })
  }

/** Signatures that a careless check has taken for good ones. */
function othersThan(good: Buffer): readonly Buffer[] {
  const half = good.length / 2
  const flipped = Buffer.from(good)
  flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0)
  return [
    flipped,
    Buffer.alloc(good.length),
    Buffer.alloc(good.length, 0xff),
    Buffer.concat([good.subarray(0, half), Buffer.alloc(half)]),
    Buffer.concat([Buffer.alloc(half), good.subarray(half)]),
    Buffer.concat([good, Buffer.alloc(1)]),
    good.subarray(0, -1),
    Buffer.concat([good, good]),
    Buffer.alloc(1),
    Buffer.alloc(0),
  ]
}

test('RFC 7518 §3.4: a signature of r and s in DER is no signature of ES256', async () => {
  const { privateKey, jwk } = pairFor('ES256')
  const signed = textFor('ES256')
  const der = sign('sha256', Buffer.from(signed), privateKey)
  for (const load of [nodeSignatures(crypto), joseSignatures]) {
    const check = await load(jwk, 'ES256')
    assert.equal(await check(signed, der.toString('base64url')), false)
  }
})

test('RFC 8725 §3.4: a point that is not on the curve is no key', async () => {
  const { jwk } = pairFor('ES256')
  const off = { ...jwk, y: jwk['x'] }
  assert.throws(() => nodeSignatures(crypto)(off, 'ES256'))
  await assert.rejects(async () => joseSignatures(off, 'ES256'))
})

for (const algorithm of ['ES256', 'ES512', 'EdDSA', 'PS256'] as const)
  test(`RFC 7515 §5.2: both ways of checking agree on any signature: ${algorithm}`, async () => {
    const { privateKey, jwk } = pairFor(algorithm)
    const checks: CheckSignature[] = [
      await nodeSignatures(crypto)(jwk, algorithm),
      await joseSignatures(jwk, algorithm),
    ]
    const good = signBy(algorithm, privateKey)
    const signed = textFor(algorithm)
    const near = fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })).map(([at, byte]) => {
      const changed = Buffer.from(good)
      changed[at] = byte
      return changed
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(near, fc.uint8Array({ maxLength: 140 })), async signature => {
        const text = Buffer.from(signature).toString('base64url')
        const [byNode, byWeb] = await Promise.all(checks.map(async check => check(signed, text)))
        assert.equal(byNode, byWeb)
        assert.equal(byNode, good.equals(signature))
      }),
      { numRuns: 100 },
    )
  })
