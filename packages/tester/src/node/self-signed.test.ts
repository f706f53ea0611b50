import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import { createSecretLedger } from '../secret/secret.ts'
import { makeKeyPair } from './forge-jws.ts'
import { makeShownCertificate, selfSigned, x5cOf } from './self-signed.ts'

const ledger = createSecretLedger()

for (const alg of ['ES256', 'RS256'])
  test(`RFC 5280 §4.1.1: the runtime reads and verifies a certificate of a key for ${alg}`, () => {
    const key = makeKeyPair(alg, ledger)
    const certificate = new X509Certificate(selfSigned(key, { commonName: 'tester', dnsName: 'api.example' }))
    assert.equal(certificate.subject, 'CN=tester')
    assert.equal(certificate.subjectAltName, 'DNS:api.example')
    assert.ok(certificate.verify(createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' })))
  })

test('RFC 5280 §4.1.2.5: a certificate may have expired', () => {
  const key = makeKeyPair('ES256', ledger)
  const certificate = new X509Certificate(selfSigned(key, { commonName: 'old', isExpired: true }))
  assert.equal(certificate.validTo, 'Jan  1 00:00:00 2021 GMT')
})

test('RFC 7515 §4.1.6: `x5c` is base64 with its padding', () => {
  assert.deepEqual(x5cOf(Uint8Array.of(0xfb, 0xff)), ['+/8='])
})

describe('shown in a handshake', () => {
  test('RFC 8705 §2.2: certificate and key belong together, and the key is in the ledger', () => {
    const own = createSecretLedger()
    const { certificate, privateKey } = makeShownCertificate({ commonName: 'client' }, own)
    assert.ok(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey)))
    assert.ok(own.all().some(secret => secret.reveal() === privateKey))
  })
})
