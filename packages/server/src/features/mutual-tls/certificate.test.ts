// RFC 5280 §4.1, §4.2
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { der, extension, makeCertificate, oid, sequence, usages } from '../../testing/certificates.ts'
import { parseCertificate } from './certificate.ts'
import { isKeyOf } from './certificate-key.ts'
import { parseDistinguishedName } from './distinguished-name.ts'

const full = makeCertificate({
  subject: [
    [['C', 'DE', 0x13]],
    [['O', 'Ünser Verein']],
    [
      ['CN', 'client'],
      ['OU', 'one'],
    ],
  ],
  dns: ['client.example'],
  uri: ['https://client.example/app'],
  email: ['Post@client.example'],
  ip: [
    [192, 0, 2, 1],
    [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  ],
})

test('RFC 5280 §4.1: what a certificate says is read, as the runtime reads it', () => {
  const certificate = parseCertificate(full.der)
  const theirs = new X509Certificate(full.der)
  assert.deepEqual(certificate?.subject, parseDistinguishedName('OU=one+CN=client,O=Ünser Verein,C=DE'))
  assert.deepEqual(certificate?.alternativeNames, {
    dns: ['client.example'],
    uri: ['https://client.example/app'],
    email: ['Post@client.example'],
    ip: ['192.0.2.1', '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1'],
  })
  assert.equal(certificate?.validity.notBefore, theirs.validFromDate.getTime() / 1000)
  assert.equal(certificate?.validity.notAfter, theirs.validToDate.getTime() / 1000)
  assert.deepEqual(certificate?.extendedKeyUsage, theirs.keyUsage)
})

test('RFC 5280 §4.1.2.5: years are of two digits until 2049, and of four in the other form', () => {
  const years = (notAfter: string) =>
    new Date((parseCertificate(makeCertificate({ notAfter }).der)?.validity.notAfter ?? 0) * 1000).getUTCFullYear()
  assert.equal(years('491231235959Z'), 2049)
  assert.equal(years('500101000000Z'), 1950)
})

for (const keyType of ['ec', 'rsa', 'ed25519'] as const)
  test(`RFC 7517 §4: the key of a certificate is known again as a JWK: ${keyType}`, () => {
    const own = makeCertificate({ keyType })
    const certificate = parseCertificate(own.der)
    assert.ok(certificate)
    assert.equal(isKeyOf(certificate, { ...own.publicJwk, kid: 'one' }), true)
    assert.equal(isKeyOf(certificate, makeCertificate({ keyType }).publicJwk), false)
    assert.equal(isKeyOf(certificate, {}), false)
  })

const own = makeCertificate({ keyType: 'ec' })
const nothing = { tag: 0x05, content: Uint8Array.of() }
const [algorithm = nothing, key = nothing] = parseCertificate(own.der)?.publicKeyInfo ?? []
for (const [what, publicKeyInfo] of [
  ['nothing', []],
  ['bits that are not whole octets', [algorithm, { tag: 0x03, content: Uint8Array.of(1, ...key.content.slice(1)) }]],
  ['a point with its sign alone', [algorithm, { tag: 0x03, content: Uint8Array.of(0, 2, ...key.content.slice(2)) }]],
  [
    'a point on another curve',
    [{ tag: 0x30, content: Buffer.concat([oid('2a8648ce3d0201'), oid('2b8104000a')]) }, key],
  ],
  ['an RSA key that is none', [{ tag: 0x30, content: oid('2a864886f70d010101') }, key]],
  ['a key for encryption alone', [{ tag: 0x30, content: oid('2b656e') }, key]],
] as const)
  test(`RFC 5280 §4.1.2.7: a key that cannot be read is nobody’s: ${what}`, () => {
    const certificate = parseCertificate(own.der)
    assert.ok(certificate)
    assert.equal(isKeyOf({ ...certificate, publicKeyInfo }, own.publicJwk), false)
  })

const twice = extension('551d11', sequence(der(0x82, Buffer.from('other.example'))))
for (const [what, bytes] of [
  ['nothing', Uint8Array.of()],
  ['one octet', Uint8Array.of(0x30)],
  ['cut off', full.der.subarray(0, -1)],
  ['followed by something', Buffer.concat([full.der, Uint8Array.of(0)])],
  ['an indefinite length', Uint8Array.of(0x30, 0x80, 0, 0)],
  ['a length that is longer than needed', Uint8Array.of(0x30, 0x81, 0x01, 0x00)],
  ['a length of several gigabytes', Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)],
  ['a long tag', Uint8Array.of(0x3f, 0x81, 0x01, 0x00)],
  ['a text', new TextEncoder().encode(full.cert)],
  ['a sequence of other things', sequence(sequence(sequence(), sequence(), sequence()))],
  ['with two lists of names', makeCertificate({ dns: ['client.example'], extensions: [twice] }).der],
  ['with a time that is none', makeCertificate({ notAfter: '49123123595Z' }).der],
  ['with a usage that does not end', makeCertificate({ usage: ['2b8688'] }).der],
] as const)
  test(`RFC 5280 §4.1: what is no certificate is not read: ${what}`, () => {
    assert.equal(parseCertificate(bytes), undefined)
  })

test('RFC 5280 §4.2.1.12: a certificate that does not say what its key is for says nothing', () => {
  assert.equal(parseCertificate(makeCertificate({ usage: 'none' }).der)?.extendedKeyUsage, undefined)
  assert.deepEqual(parseCertificate(makeCertificate({ usage: [usages.any] }).der)?.extendedKeyUsage, ['2.5.29.37.0'])
})

test('RFC 5280 §4.1: no octet that is changed makes the reader throw', () => {
  for (const [index, octet] of full.der.entries())
    for (const change of [0x00, 0x80, 0xff, octet ^ 1]) {
      const changed = Uint8Array.from(full.der)
      changed[index] = change
      parseCertificate(changed)
    }
})
