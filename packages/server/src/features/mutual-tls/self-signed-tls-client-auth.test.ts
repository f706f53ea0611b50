// RFC 8705 §2.2
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientRecord } from '../../ports/records.ts'
import type { Outbound } from '../../ports/world.ts'
import { makeCertificate, type TestCertificate } from '../../testing/certificates.ts'
import { certifiedClient, issued, openMutualTls, trusted, untrusted } from '../../testing/mutual-tls.ts'
import { outcomeOf } from '../../testing/requests.ts'

const own = makeCertificate()
const other = makeCertificate()

/** A key with the certificate of it. @spec RFC 8705 §2.2.2 */
function keyWith({ publicJwk, der }: TestCertificate) {
  return { ...publicJwk, x5c: [Buffer.from(der).toString('base64')] }
}

function selfSigned(overrides: Partial<ClientRecord>): ClientRecord {
  const { metadata: _, ...client } = certifiedClient({ authenticationMethod: 'self_signed_tls_client_auth' })
  return { ...client, ...overrides }
}

/** Also keys with what is no part of the runtime's own type, such as `x5c`. */
const registered = (...keys: readonly (JsonWebKey & { readonly x5c?: unknown })[]) => selfSigned({ jwks: { keys } })

test('RFC 8705 §2.2: a certificate that the client has registered authenticates it, whoever signed it', async () => {
  const { ask } = await openMutualTls([registered(keyWith(other), keyWith(own))])
  assert.equal(outcomeOf(await ask(untrusted(own))), '200')
  assert.equal(outcomeOf(await ask(untrusted(other))), '200')
})

test('RFC 8705 §2.2: no certificate, or one that is not registered, is invalid_client', async () => {
  const { ask } = await openMutualTls([registered(keyWith(own))])
  assert.equal(outcomeOf(await ask()), '401 invalid_client')
  assert.equal(outcomeOf(await ask(untrusted(other))), '401 invalid_client')
})

test('RFC 8705 §2.2: that an authority signed a certificate does not make it one of the client', async () => {
  const { ask } = await openMutualTls([registered(keyWith(own))])
  assert.equal(outcomeOf(await ask(trusted(issued()))), '401 invalid_client')
})

test('RFC 8705 §2.2.2: where a certificate is registered, another one of the same names is invalid_client', async () => {
  const { ask } = await openMutualTls([registered({ ...other.publicJwk, ...keyWith(own) })])
  assert.equal(outcomeOf(await ask(untrusted(own))), '200')
  assert.equal(outcomeOf(await ask(untrusted(other))), '401 invalid_client')
})

test('RFC 8705 §2.2.2: of a chain the first certificate is the client’s', async () => {
  const chain = [...keyWith(own).x5c, ...keyWith(other).x5c]
  const { ask } = await openMutualTls([registered({ ...own.publicJwk, x5c: chain })])
  assert.equal(outcomeOf(await ask(untrusted(other))), '401 invalid_client')
})

test('RFC 8705 §2.2.2: a list of certificates that holds none matches none', async () => {
  for (const x5c of [[], [''], ['%'], [1], 'text', null]) {
    const { ask } = await openMutualTls([registered({ ...own.publicJwk, x5c })])
    assert.equal(outcomeOf(await ask(untrusted(own))), '401 invalid_client')
  }
})

for (const keyType of ['ec', 'rsa', 'ed25519'] as const)
  test(`RFC 8705 §2.2: a key without a certificate stands for each certificate of it: ${keyType}`, async () => {
    const certificate = makeCertificate({ keyType })
    const { ask } = await openMutualTls([registered({ ...certificate.publicJwk, use: 'sig' })])
    assert.equal(outcomeOf(await ask(untrusted(certificate))), '200')
    assert.equal(outcomeOf(await ask(untrusted(makeCertificate({ keyType })))), '401 invalid_client')
  })

test('RFC 7517 §4.2: a key for encryption authenticates nobody', async () => {
  const { ask } = await openMutualTls([registered({ ...keyWith(own), use: 'enc' })])
  assert.equal(outcomeOf(await ask(untrusted(own))), '401 invalid_client')
})

for (const [what, parts] of [
  ['expired', { notAfter: '210101000000Z' }],
  ['not yet good', { notBefore: '400101000000Z' }],
] as const)
  test(`RFC 5280 §4.1.2.5: a registered certificate that is ${what} is invalid_client`, async () => {
    const certificate = makeCertificate(parts)
    const { ask } = await openMutualTls([registered(keyWith(certificate))])
    assert.equal(outcomeOf(await ask(untrusted(certificate))), '401 invalid_client')
  })

test('RFC 8705 §2.2: what is no certificate is invalid_client', async () => {
  const { ask } = await openMutualTls([registered(keyWith(own))])
  assert.equal(outcomeOf(await ask({ peerCertificate: own.der.subarray(1) })), '401 invalid_client')
})

test('RFC 8705 §2.2.2: certificates at `jwks_uri` are fetched, and asked for again when the client has a new one', async () => {
  const published = { keys: [keyWith(own)] }
  const fetched: string[] = []
  const outbound: Outbound = async ({ url }) => {
    fetched.push(url)
    return { status: 200, headers: {}, body: JSON.stringify(published) }
  }
  const { ask, world } = await openMutualTls([selfSigned({ jwksUri: 'https://client.example/keys' })], { outbound })
  assert.equal(outcomeOf(await ask(untrusted(own))), '200')
  assert.equal(outcomeOf(await ask(untrusted(other))), '401 invalid_client')
  published.keys = [keyWith(other)]
  world.clock.advance(31)
  assert.equal(outcomeOf(await ask(untrusted(other))), '200')
  assert.equal(outcomeOf(await ask(untrusted(own))), '401 invalid_client')
  assert.deepEqual(new Set(fetched), new Set(['https://client.example/keys']))
})

test('RFC 8705 §2.2.2: where the certificates cannot be fetched the answer is invalid_client', async () => {
  const outbound: Outbound = async () => {
    throw new Error('no such host')
  }
  const { ask } = await openMutualTls([selfSigned({ jwksUri: 'https://client.example/keys' })], { outbound })
  assert.equal(outcomeOf(await ask(untrusted(own))), '401 invalid_client')
})

test('RFC 8705 §2.2: without the feature a registered certificate means nothing', async () => {
  for (const options of ['off', { methods: ['tls_client_auth'] }] as const) {
    const { ask, server } = await openMutualTls([registered(keyWith(own))], {}, options)
    assert.equal(outcomeOf(await ask(untrusted(own))), '401 invalid_client')
    assert.equal(server.metadata.token_endpoint_auth_methods_supported?.includes('self_signed_tls_client_auth'), false)
  }
})
