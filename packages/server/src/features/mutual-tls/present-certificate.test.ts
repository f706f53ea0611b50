// RFC 8705 §2
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, parseForm } from '@ambit/protocol'
import { request } from '../../testing/requests.ts'
import { presentCertificate } from './present-certificate.ts'

const connection = { peerCertificate: Uint8Array.of(0x30, 0x00) }

function present(form: string, parts: Parameters<typeof request>[0] = connection) {
  const parameters = parseForm(form)
  assert.ok(!isRefusal(parameters))
  return presentCertificate(request(parts), parameters)
}

test('RFC 8705 §2: a certificate and `client_id` present a client', () => {
  assert.deepEqual(present('client_id=bank'), { clientId: 'bank', proof: '' })
})

test('RFC 8705 §2: without either of them, or with another credential, nothing is presented', () => {
  assert.equal(present('client_id=bank', {}), undefined)
  assert.equal(present('grant_type=client_credentials'), undefined)
  assert.equal(present('client_id=bank&client_secret=s'), undefined)
  assert.equal(present('client_id=bank&client_assertion=a'), undefined)
  assert.equal(present('client_id=bank', { ...connection, headers: { authorization: 'Basic YTpi' } }), undefined)
})
