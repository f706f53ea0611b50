import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { chooseKey } from './find-key.ts'
import { jwtVerifier } from './jwt-verifier.ts'
import { runtimeSignatures } from './runtime-crypto.ts'
import { parseKeySet } from './signature-keys.ts'
import { issuer, resource, testClock, testKey } from './testing/issuer.ts'

const key = await testKey('key-1')
const [jwk = assert.fail()] = key.jwks.keys
const expected = { issuer, audience: resource }
const token = await key.sign()

async function kindWith(...keys: readonly unknown[]): Promise<string> {
  const parsed = parseKeySet({ keys }, runtimeSignatures) ?? assert.fail('a key set is wanted')
  const found = await chooseKey(parsed, { alg: 'ES256', kid: 'key-1' })
  return found.kind === 'refusal' ? found.reason : found.kind
}

const rsa = (modulusLength: number) => ({
  ...generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  kid: 'key-1',
})

test('RFC 7517 §4: a key needs no more than its kind, curve and kid', async () => {
  const { kty, crv, x, y, kid } = jwk
  assert.equal(await kindWith({ kty, crv, x, y, kid }), 'key')
  assert.equal(await kindWith({ ...jwk, key_ops: ['verify'] }), 'key')
})

for (const [section, name, members] of [
  ['§4.1', 'another kind', { kty: 'RSA' }],
  ['§4.1', 'another curve', { crv: 'P-384' }],
  ['§4.2', 'another use', { use: 'enc' }],
  ['§4.3', 'other operations', { key_ops: ['encrypt'] }],
  ['§4.3', 'operations that are no list', { key_ops: 'verify' }],
  ['§4.4', 'another algorithm', { alg: 'ES384' }],
  ['§4.5', 'another kid', { kid: 'key-2' }],
] as const)
  test(`RFC 7517 ${section}, RFC 8725 §3.1: a key that does not fit is not used: ${name}`, async () => {
    assert.match(await kindWith({ ...jwk, ...members }), /no key for/)
  })

test('RFC 7517 §5: what is no public key is passed over, and the others serve', async () => {
  const others = [null, 'key', 7, [], {}, { kty: 'oct', k: 'AAAA', kid: 'key-1' }, { kty: 'AKP', kid: 'key-1' }]
  assert.equal(await kindWith(...others, jwk), 'key')
})

for (const member of ['d', 'k', 'p', 'oth'])
  test(`RFC 7517 §9.2: a key that was published with \`${member}\` is no secret any more, and not used`, async () => {
    assert.match(await kindWith({ ...jwk, [member]: 'AAAA' }), /no key for/)
  })

test('RFC 7517 §4.5: where two keys fit, none is guessed', async () => {
  assert.match(await kindWith(jwk, { ...jwk, x: 'AAAA' }), /several keys of the issuer fit/)
})

test('RFC 7517 §5: a malformed key refuses what names it, and is no error', async () => {
  assert.match(await kindWith({ ...jwk, x: 'AAAA' }), /is malformed/)
  assert.match(await kindWith({ ...jwk, x: 7 }), /is malformed/)
})

for (const [bits, isUsed] of [
  [1024, false],
  [2047, false],
  [2048, true],
  [3072, true],
] as const)
  test(`RFC 7518 §3.3: an RSA key has 2048 bits at least: ${bits}`, async () => {
    const keys = parseKeySet({ keys: [rsa(bits)] }, runtimeSignatures) ?? assert.fail()
    assert.equal((await chooseKey(keys, { alg: 'RS256', kid: 'key-1' })).kind, isUsed ? 'key' : 'refusal')
  })

for (const [name, n] of [
  ['giant', Buffer.alloc(1025, 1).toString('base64url')],
  ['of zeros', Buffer.alloc(256).toString('base64url')],
  ['padded by zeros', Buffer.concat([Buffer.alloc(200), Buffer.alloc(56, 1)]).toString('base64url')],
  ['no base64url', `${'A'.repeat(400)}=`],
  ['no text', 7],
] as const)
  test(`RFC 7518 §3.3, §6.3.1: a modulus is not used that is ${name}`, () => {
    const keys = parseKeySet({ keys: [{ kty: 'RSA', n, e: 'AQAB', kid: 'key-1' }] }, runtimeSignatures)
    assert.deepEqual(keys, [])
  })

test('RFC 8725 §3.1: a key is read once, whatever number of tokens it is used for', async () => {
  let reads = 0
  const verify = jwtVerifier({
    jwks: key.jwks,
    clock: testClock(),
    signatures: (...parts) => {
      reads++
      return runtimeSignatures(...parts)
    },
  })
  for (let each = 0; each < 3; each++) assert.equal((await verify(token, expected)).kind, 'verified')
  assert.equal(reads, 1)
})

test('RFC 8725 §3.1: the same tokens are good by WebCrypto', async () => {
  const { joseSignatures } = await import('./jose-signatures.ts')
  const verify = jwtVerifier({ jwks: key.jwks, clock: testClock(), signatures: joseSignatures })
  assert.equal((await verify(token, expected)).kind, 'verified')
  const stranger = await testKey('key-1')
  assert.equal((await verify(await stranger.sign(), expected)).kind, 'refusal')
})
