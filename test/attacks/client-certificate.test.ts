// RFC 8705 §2, RFC 9440 §2, §4
import assert from 'node:assert/strict'
import { createServer as createHttpServer, request as httpRequest } from 'node:http'
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { HttpRequest } from '@ambit/protocol'
import { type CertificateField } from '../../packages/ambit/src/edge/client-certificate.ts'
import { fetchHandler } from '../../packages/ambit/src/edge/fetch.ts'
import { type NodeEdgeOptions, nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { makeCertificate, usages } from '../../packages/server/src/testing/certificates.ts'

const authority = makeCertificate({ subject: [[['CN', 'Clients CA']]], isAuthority: true })
const signed = makeCertificate({ signedBy: authority })
const selfSigned = makeCertificate()
const serverCertificate = makeCertificate({
  subject: [[['CN', 'localhost']]],
  dns: ['localhost'],
  usage: [usages.server],
})

type Seen = Pick<HttpRequest, 'peerCertificate' | 'isPeerCertificateTrusted'>

/** Serves, and answers what the core sees of one request's certificate. */
async function seenOf(t: TestContext, options: NodeEdgeOptions, headers: readonly string[]): Promise<Seen> {
  const seen: HttpRequest[] = []
  const handle = async (request: HttpRequest) => {
    seen.push(request)
    return { status: 200, headers: {}, body: '' }
  }
  const server = createHttpServer(nodeHandler(handle, options))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      headers: ['host', 'as.example', 'connection', 'close', ...headers],
    })
    sent
      .on('response', response => response.resume().on('end', resolve))
      .on('error', reject)
      .end()
  })
  return pick(seen[0])
}

function pick(request: HttpRequest | undefined): Seen {
  assert.ok(request)
  const { peerCertificate, isPeerCertificateTrusted } = request
  return {
    ...(peerCertificate && { peerCertificate: Uint8Array.from(peerCertificate) }),
    ...(isPeerCertificateTrusted !== undefined && { isPeerCertificateTrusted }),
  }
}

const found = (isPeerCertificateTrusted: boolean): Seen => ({
  peerCertificate: Uint8Array.from(signed.der),
  isPeerCertificateTrusted,
})
const sequence = `:${Buffer.from(signed.der).toString('base64')}:`
const pem = encodeURIComponent(signed.cert)
const trustedProxies = ['127.0.0.1']
const nginx: CertificateField = { header: 'X-SSL-Client-Cert', verifiedHeader: 'X-SSL-Client-Verify' }
const rfc9440: CertificateField = { header: 'Client-Cert' }

test('RFC 9440 §2.2: a trusted proxy is believed about the certificate of its client', async t => {
  assert.deepEqual(
    await seenOf(t, { trustedProxies, certificateField: rfc9440 }, ['Client-Cert', sequence]),
    found(false),
  )
  const verified = { ...rfc9440, isVerified: true }
  assert.deepEqual(
    await seenOf(t, { trustedProxies, certificateField: verified }, ['client-cert', sequence]),
    found(true),
  )
})

test('RFC 8705 §2.1: a certificate leads to a trusted authority where the proxy says that it has verified it', async t => {
  const see = (...more: readonly string[]) =>
    seenOf(t, { trustedProxies, certificateField: nginx }, ['X-SSL-Client-Cert', pem, ...more])
  assert.deepEqual(await see('X-SSL-Client-Verify', 'SUCCESS'), found(true))
  assert.deepEqual(await see(), found(false))
  for (const word of ['FAILED:unable to verify the first certificate', 'NONE', 'success', 'SUCCESS ', ''])
    assert.equal((await see('X-SSL-Client-Verify', word)).isPeerCertificateTrusted, word === 'SUCCESS ', word)
  assert.deepEqual(await see('X-SSL-Client-Verify', 'SUCCESS', 'X-SSL-Client-Verify', 'SUCCESS'), found(false))
})

test('RFC 9440 §4: what anybody else sends in the field is not read', async t => {
  const headers = ['X-SSL-Client-Cert', pem, 'X-SSL-Client-Verify', 'SUCCESS']
  assert.deepEqual(await seenOf(t, { trustedProxies: ['192.0.2.1'], certificateField: nginx }, headers), {})
  assert.deepEqual(await seenOf(t, { trustedProxies }, headers), {})
  assert.deepEqual(await seenOf(t, {}, headers), {})
})

test('RFC 9440 §4: that a proxy names its client by a trusted address does not make the client a proxy', async t => {
  const headers = ['X-Forwarded-For', '192.0.2.1', 'X-SSL-Client-Cert', pem, 'X-SSL-Client-Verify', 'SUCCESS']
  assert.deepEqual(await seenOf(t, { trustedProxies: ['192.0.2.1'], certificateField: nginx }, headers), {})
})

for (const [what, headers] of [
  ['that came twice', ['X-SSL-Client-Cert', pem, 'X-SSL-Client-Cert', pem]],
  ['with two certificates', ['X-SSL-Client-Cert', encodeURIComponent(signed.cert + selfSigned.cert)]],
  ['to which a proxy added its own', ['X-SSL-Client-Cert', `${pem}, ${pem}`]],
  ['in the other form', ['X-SSL-Client-Cert', sequence]],
  ['by another name', ['X-SSL-Client-Certificate', pem]],
  ['that is empty', ['X-SSL-Client-Cert', '']],
] as const)
  test(`RFC 9440 §4: a field ${what} holds no certificate`, async t => {
    const more = ['X-SSL-Client-Verify', 'SUCCESS']
    assert.deepEqual(await seenOf(t, { trustedProxies, certificateField: nginx }, [...headers, ...more]), {})
  })

test('RFC 9440 §4: a field wants a proxy that may be believed', () => {
  const handle = async () => ({ status: 200, headers: {}, body: '' })
  assert.throws(() => nodeHandler(handle, { certificateField: nginx }), RangeError)
})

/** What the core sees of a connection by TLS, with the certificate of a client. */
async function seenByTls(
  t: TestContext,
  client: { readonly cert?: string; readonly key?: string },
  edge: NodeEdgeOptions = {},
) {
  const seen: HttpRequest[] = []
  const handler = nodeHandler(async request => {
    seen.push(request)
    return { status: 200, headers: {}, body: '' }
  }, edge)
  const { cert, key } = serverCertificate
  const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false }
  const server = createHttpsServer(options, handler)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const sent = httpsRequest({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: cert,
      agent: false,
      headers: { 'x-ssl-client-cert': pem, 'x-ssl-client-verify': 'SUCCESS' },
      ...client,
    })
    sent
      .on('response', response => response.resume().on('end', resolve))
      .on('error', reject)
      .end()
  })
  return pick(seen[0])
}

test('RFC 8705 §2: the certificate of the handshake is the client’s, and trusted where an authority of ours signed it', async t => {
  assert.deepEqual(await seenByTls(t, signed), found(true))
  const { peerCertificate, isPeerCertificateTrusted } = await seenByTls(t, selfSigned)
  assert.deepEqual(peerCertificate, Uint8Array.from(selfSigned.der))
  assert.equal(isPeerCertificateTrusted, false)
  assert.deepEqual(await seenByTls(t, {}), {})
})

test('RFC 8705 §2.1: a certificate that an authority signed for servers, or that has expired, is not trusted', async t => {
  for (const parts of [{ usage: [usages.server] }, { notAfter: '210101000000Z' }, { notBefore: '400101000000Z' }]) {
    const { isPeerCertificateTrusted } = await seenByTls(t, makeCertificate({ signedBy: authority, ...parts }))
    assert.equal(isPeerCertificateTrusted, false)
  }
})

test('RFC 8705 §2.1: a certificate that another client signed with its own is not trusted', async t => {
  const forged = makeCertificate({ signedBy: signed })
  const { isPeerCertificateTrusted } = await seenByTls(t, { cert: forged.cert + signed.cert, key: forged.key })
  assert.equal(isPeerCertificateTrusted, false)
})

test('RFC 9440 §4: behind a proxy the certificate of its own connection is not the client’s', async t => {
  assert.deepEqual(await seenByTls(t, selfSigned, { trustedProxies, certificateField: nginx }), found(true))
  const other: CertificateField = { header: 'Client-Cert' }
  assert.deepEqual(await seenByTls(t, signed, { trustedProxies, certificateField: other }), {})
})

test('RFC 8705 §2: by fetch the certificate comes as the runtime tells it', async () => {
  const seen: HttpRequest[] = []
  const handle = async (request: HttpRequest) => {
    seen.push(request)
    return { status: 200, headers: {}, body: '' }
  }
  const peerCertificate = () => ({ peerCertificate: signed.der, isPeerCertificateTrusted: true })
  await fetchHandler(handle, { peerCertificate })(new Request('https://as.example/token'))
  await fetchHandler(handle)(new Request('https://as.example/token', { headers: { 'client-cert': sequence } }))
  assert.deepEqual(pick(seen[0]), found(true))
  assert.deepEqual(pick(seen[1]), {})
})
