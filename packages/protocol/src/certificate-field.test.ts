// RFC 9440 §2, RFC 7468 §5
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCertificateField } from './certificate-field.ts'

const der = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0xff)
const base64 = Buffer.from(der).toString('base64')
const pem = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`
const read = (value: string | readonly string[], name = 'client-cert') => readCertificateField({ [name]: value }, name)

test('RFC 9440 §2.2: `Client-Cert` is a byte sequence', () => {
  assert.deepEqual(read(`:${base64}:`), der)
  assert.equal(read(base64), undefined)
  assert.equal(read(encodeURIComponent(pem)), undefined)
})

test('RFC 7468 §5.1: any other field is one PEM with percent-encoding', () => {
  assert.deepEqual(read(encodeURIComponent(pem), 'x-ssl-client-cert'), der)
  assert.equal(read(`:${base64}:`, 'x-ssl-client-cert'), undefined)
  assert.equal(read(encodeURIComponent(pem + pem), 'x-ssl-client-cert'), undefined)
})

test('RFC 9440 §2.4: a field that came twice, or is longer than any certificate, holds none', () => {
  assert.equal(read([`:${base64}:`, `:${base64}:`]), undefined)
  assert.equal(read(`:${'A'.repeat(20_000)}:`), undefined)
})
