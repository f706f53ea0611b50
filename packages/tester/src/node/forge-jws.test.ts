import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { compactVerify, type FlattenedJWS, flattenedVerify, type GeneralJWS, generalVerify, importJWK } from 'jose'
import { createSecretLedger } from '../secret/secret.ts'
import {
  isJwt,
  joinJws,
  jsonSerializations,
  makeKeyPair,
  publicKeyTexts,
  signJws,
  splitJws,
  zeroSignatures,
} from './forge-jws.ts'

const ledger = createSecretLedger()
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('signatures', () => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'PS256', 'PS512', 'EdDSA', 'Ed25519']) {
    test(`RFC 7518 §3.1: an outside library accepts what is signed by ${alg}`, async () => {
      const key = makeKeyPair(alg, ledger)
      const jws = signJws({ header: { alg }, payload: { user: 'gerda' }, key })
      const { payload } = await compactVerify(jws, await importJWK({ ...key.publicJwk }, alg))
      assert.deepEqual(JSON.parse(text(payload)), { user: 'gerda' })
    })
  }

  for (const alg of ['HS256', 'HS384', 'HS512']) {
    test(`RFC 7518 §3.2: an outside library accepts what is signed by ${alg}`, async () => {
      const secret = new Uint8Array(64).fill(7)
      const jws = signJws({ header: { alg }, payload: '{"a":1,"a":2}', key: { secret } })
      assert.equal(text((await compactVerify(jws, secret)).payload), '{"a":1,"a":2}')
    })
  }

  test('RFC 8725 §2.1: a public key in each of its forms can stand for the secret of HS256', () => {
    const { pem, der, jwk } = publicKeyTexts(makeKeyPair('RS256', ledger).publicJwk)
    assert.match(pem, /^-----BEGIN PUBLIC KEY-----/)
    for (const secret of [pem, der, jwk]) {
      const jws = signJws({ header: { alg: 'HS256' }, payload: {}, key: { secret } })
      const [header, payload, signature] = jws.split('.')
      assert.equal(signature, createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url'))
    }
  })

  test('RFC 7515 §5.1: a header may lie about how the token is signed', async () => {
    const key = makeKeyPair('ES256', ledger)
    const jws = signJws({ header: { alg: 'HS256' }, payload: {}, key })
    const parts = splitJws(jws)
    assert.equal(parts?.header.alg, 'HS256')
    const rsa = makeKeyPair('RS256', ledger)
    const other = signJws({ header: { alg: 'RS256' }, payload: {}, key: rsa, alg: 'PS256' })
    await assert.rejects(async () => compactVerify(other, await importJWK({ ...rsa.publicJwk }, 'RS256')))
  })

  test('RFC 7518 §3.6: `none`, in any case, makes an empty signature', () => {
    for (const alg of ['none', 'None', 'nOnE']) {
      const jws = signJws({ header: { alg }, payload: {}, key: { secret: 'x' } })
      assert.equal(splitJws(jws)?.signature, '')
    }
  })

  test('RFC 7515 §7.2: the JSON serializations hold the same signature', async () => {
    const key = makeKeyPair('ES256', ledger)
    const { flattened, general } = jsonSerializations(signJws({ header: { alg: 'ES256' }, payload: { a: 1 }, key }))
    const publicKey = await importJWK({ ...key.publicJwk }, 'ES256')
    assert.equal(text((await flattenedVerify(JSON.parse(flattened) as FlattenedJWS, publicKey)).payload), '{"a":1}')
    assert.equal(text((await generalVerify(JSON.parse(general) as GeneralJWS, publicKey)).payload), '{"a":1}')
  })

  test('RFC 7518 §3.4: the empty and zero signatures have the lengths that their algorithms want', () => {
    const lengths = zeroSignatures.map(({ signature }) => Buffer.from(signature, 'base64url').length)
    assert.deepEqual(lengths, [0, 64, 256, 8])
    assert.deepEqual([...Buffer.from(zeroSignatures[3]?.signature ?? '', 'base64url')], [0x30, 6, 2, 1, 0, 2, 1, 0])
  })
})

describe('reading', () => {
  test('RFC 7515 §7.1: a compact JWS is taken apart, with its texts as they stood', () => {
    const jws = joinJws({ alg: 'none' }, '{"scope":"a","scope":"b"}', 'xyz')
    assert.deepEqual(splitJws(jws), {
      header: { alg: 'none' },
      payload: { scope: 'b' },
      signature: 'xyz',
      headerText: '{"alg":"none"}',
      payloadText: '{"scope":"a","scope":"b"}',
    })
  })

  test('RFC 7515 §7.1: what has not three parts is no compact JWS', () => {
    for (const other of ['', 'a', 'a.b', 'a.b.c.d', 'a.b.c.d.e']) assert.equal(splitJws(other), undefined)
  })

  test('RFC 7519 §3: a JWT is told from other texts', () => {
    assert.equal(isJwt(joinJws({ alg: 'none' }, { a: 1 }, '')), true)
    assert.equal(isJwt('opaque'), false)
    assert.equal(isJwt('a.b.c'), false)
    assert.equal(isJwt(joinJws('[]', {}, '')), false)
    assert.equal(isJwt(joinJws({}, 'text', '')), false)
  })
})

test('RFC 7517 §9.2: the private half of a key is in the ledger, and nothing prints it', () => {
  const own = createSecretLedger()
  const key = makeKeyPair('ES256', own)
  assert.equal(own.all().length, 1)
  assert.ok(!('d' in key.publicJwk))
  assert.doesNotMatch(JSON.stringify(key), /"d"/)
})

test('an algorithm that has no key pair is a bug of the caller', () => {
  assert.throws(() => makeKeyPair('HS256', ledger), /no key pair/)
})
