import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientCertificateSource } from './certificate-source.ts'
import type { GuardedRequest } from './find-token.ts'
import { dpopRequest, proofFor, proofKey, sha256 } from './testing/dpop.ts'
import { accessOf, assertRefused, believingGuard } from './testing/guarded.ts'
import { requestWith } from './testing/issuer.ts'
import { selfSigned } from './testing/self-signed.ts'

const own = selfSigned('client')
const other = selfSigned('other')
const readPets = 'read_pets'
const bound = { cnf: { 'x5t#S256': sha256(own.der) } }
const token = 'token-1'
const sequence = (der: Uint8Array) => `:${Buffer.from(der).toString('base64')}:`
const pem = (text: string) => encodeURIComponent(text)
const trustedProxies = ['10.0.0.0/8']
const clientCert: ClientCertificateSource = { header: 'Client-Cert', trustedProxies }
const nginx: ClientCertificateSource = { header: 'X-Client-Cert', trustedProxies }

function guardOf(clientCertificate?: ClientCertificateSource, claims: Readonly<Record<string, unknown>> = bound) {
  return believingGuard(claims, clientCertificate === undefined ? {} : { clientCertificate })
}

function behindProxy(headers: GuardedRequest['headers'], remoteAddress = '10.0.0.1'): GuardedRequest {
  const { headers: own } = requestWith(token)
  return requestWith(token, { headers: { ...own, ...headers }, remoteAddress })
}

test('RFC 8705 §3: the certificate of the TLS handshake is the one that the token is bound to', async () => {
  for (const guard of [guardOf(), guardOf('tls')])
    accessOf(await guard(requestWith(token, { peerCertificate: own.der }), readPets))
})

test('RFC 8705 §3: no certificate, or another one, is invalid_token', async () => {
  const without = await guardOf()(requestWith(token), readPets)
  assertRefused(without, { status: 401, error: 'invalid_token', reason: /the client proved none/ })
  const wrong = await guardOf()(requestWith(token, { peerCertificate: other.der }), readPets)
  assertRefused(wrong, { status: 401, error: 'invalid_token', reason: /another certificate/ })
})

test('RFC 8705 §3: a token that is bound to no certificate needs none, and a certificate does no harm', async () => {
  for (const peerCertificate of [own.der, other.der])
    accessOf(await guardOf('tls', {})(requestWith(token, { peerCertificate }), readPets))
})

test('RFC 9440 §2.2: a trusted proxy sends the certificate as a byte sequence', async () => {
  accessOf(await guardOf(clientCert)(behindProxy({ 'client-cert': sequence(own.der) }), readPets))
  const wrong = await guardOf(clientCert)(behindProxy({ 'client-cert': sequence(other.der) }), readPets)
  assertRefused(wrong, { status: 401, error: 'invalid_token', reason: /another certificate/ })
})

test('RFC 8705 §6.5: nginx sends the certificate as an escaped PEM', async () => {
  accessOf(await guardOf(nginx)(behindProxy({ 'x-client-cert': pem(own.cert) }), readPets))
  const wrong = await guardOf(nginx)(behindProxy({ 'x-client-cert': pem(other.cert) }), readPets)
  assertRefused(wrong, { status: 401, error: 'invalid_token', reason: /another certificate/ })
})

for (const [name, source, request] of [
  ['by no trusted proxy', clientCert, behindProxy({ 'client-cert': sequence(own.der) }, '192.0.2.1')],
  [
    'by nobody knows whom',
    clientCert,
    requestWith(token, { headers: behindProxy({ 'client-cert': sequence(own.der) }).headers }),
  ],
  ['where TLS ends here', 'tls', behindProxy({ 'client-cert': sequence(own.der), 'x-client-cert': pem(own.cert) })],
  [
    'where nothing is said',
    undefined,
    behindProxy({ 'client-cert': sequence(own.der), 'x-client-cert': pem(own.cert) }),
  ],
  ['in another field', nginx, behindProxy({ 'client-cert': sequence(own.der), 'x-ssl-cert': pem(own.cert) })],
  ['twice', clientCert, behindProxy({ 'client-cert': [sequence(own.der), sequence(own.der)] })],
  ['with two in one field', clientCert, behindProxy({ 'client-cert': `${sequence(own.der)}, ${sequence(own.der)}` })],
  ['not as a byte sequence', clientCert, behindProxy({ 'client-cert': Buffer.from(own.der).toString('base64') })],
  ['as base64 that is none', clientCert, behindProxy({ 'client-cert': ':A:' })],
  ['empty', clientCert, behindProxy({ 'client-cert': '' })],
  ['as two PEMs', nginx, behindProxy({ 'x-client-cert': pem(own.cert + other.cert) })],
  ['after something else', nginx, behindProxy({ 'x-client-cert': pem(own.cert.replace(/^.{27}/, 'a'.repeat(27))) })],
  [
    'before something else',
    nginx,
    behindProxy({ 'x-client-cert': pem(own.cert.replace(/.{25}\s*$/, 'a'.repeat(25))) }),
  ],
  ['with broken escapes', nginx, behindProxy({ 'x-client-cert': `${pem(own.cert)}%` })],
  ['as something else in PEM', nginx, behindProxy({ 'x-client-cert': pem(own.key) })],
  [
    'as a PEM of nothing',
    nginx,
    behindProxy({ 'x-client-cert': pem('-----BEGIN CERTIFICATE----------END CERTIFICATE-----') }),
  ],
  ['endless', nginx, behindProxy({ 'x-client-cert': `${pem(own.cert)}${'%20'.repeat(8_000)}` })],
] as const)
  test(`RFC 9440 §4: a certificate in a header field counts for nothing: ${name}`, async () => {
    const guarded = await guardOf(source)(request, readPets)
    assertRefused(guarded, { status: 401, error: 'invalid_token', reason: /the client proved none/ })
  })

test('RFC 9440 §4: behind a proxy the certificate of its own connection is not the client’s', async () => {
  const request = { ...behindProxy({}), peerCertificate: own.der }
  assertRefused(await guardOf(clientCert)(request, readPets), { status: 401, error: 'invalid_token' })
})

test('RFC 9440 §4: a proxy must be named, by an address', () => {
  assert.throws(() => guardOf({ header: 'client-cert', trustedProxies: [] }), /trustedProxies/)
  assert.throws(() => guardOf({ header: 'client-cert', trustedProxies: ['proxy.example'] }), /`proxy.example`/)
})

const key = proofKey()
const both = { cnf: { jkt: key.jkt, 'x5t#S256': sha256(own.der) } }

test('RFC 7800 §3.1: a token that is bound to a key and a certificate wants both', async () => {
  const guard = believingGuard(both, { dpop: {} })
  const peerCertificate = own.der
  accessOf(await guard(dpopRequest(token, proofFor(key, token), { peerCertificate }), readPets))
  assertRefused(await guard(dpopRequest(token, proofFor(key, token)), readPets), {
    status: 401,
    error: 'invalid_token',
  })
  const withoutProof = await guard(dpopRequest(token, undefined, { peerCertificate }), readPets)
  assertRefused(withoutProof, { status: 401, error: 'invalid_dpop_proof' })
})

test('RFC 9449 §7.1: a certificate does not stand in for the proof that is required', async () => {
  const guard = believingGuard(bound, { dpop: 'required' })
  const guarded = await guard(requestWith(token, { peerCertificate: own.der }), readPets)
  assertRefused(guarded, { status: 401, error: 'invalid_token', reason: /bound to no key/ })
})

for (const [name, cnf, reason] of [
  ['a key in full', { jwk: key.jwk }, /nobody here can confirm/],
  ['a key id', { kid: 'one' }, /nobody here can confirm/],
  ['a known member beside an unknown one', { 'x5t#S256': sha256(own.der), kid: 'one' }, /nobody here can confirm/],
  ['nothing', {}, /is empty/],
  ['a text', 'jkt', /is no object/],
  ['null', null, /is no object/],
  ['a list', [{ jkt: key.jkt }], /is no object/],
  ['a thumbprint that is a number', { jkt: 7 }, /is no text/],
  ['an empty thumbprint', { 'x5t#S256': '' }, /is no text/],
] as const)
  test(`RFC 7800 §3.1: what cannot be confirmed is refused, never passed over: ${name}`, async () => {
    const guard = believingGuard({ cnf }, { dpop: {} })
    for (const request of [requestWith(token, { peerCertificate: own.der }), dpopRequest(token, proofFor(key, token))])
      assertRefused(await guard(request, readPets), { status: 401, error: 'invalid_token', reason })
  })
