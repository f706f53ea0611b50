// RFC 8705 §2.1
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientMetadata } from '../../ports/records.ts'
import { type CertificateParts, makeCertificate, usages } from '../../testing/certificates.ts'
import { clientSecret, testClient } from '../../testing/clients.ts'
import { certifiedClient, issued, openMutualTls, trusted, untrusted } from '../../testing/mutual-tls.ts'
import { basicHeader, outcomeOf, request } from '../../testing/requests.ts'

const own = trusted(issued())

/** What a client with this metadata is answered that shows this certificate. */
async function outcomeWith(metadata: ClientMetadata, parts: CertificateParts): Promise<string> {
  const { ask } = await openMutualTls([certifiedClient({ metadata })])
  return outcomeOf(await ask(trusted(issued(parts))))
}

test('RFC 8705 §2.1: a certificate of the registered subject, by a trusted authority, authenticates the client', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  assert.equal(outcomeOf(await ask(own)), '200')
})

test('RFC 8705 §2: at every endpoint of clients', async () => {
  const { post } = await openMutualTls([certifiedClient()])
  for (const path of ['/introspect', '/revoke'])
    assert.equal(outcomeOf(await post(path, { token: 'unknown', client_id: 'certified' }, own)), '200')
})

test('RFC 8705 §2: without `client_id` the certificate authenticates nobody', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  assert.equal(outcomeOf(await ask(own, { client_id: undefined })), '401 invalid_client')
})

test('RFC 8705 §2: no certificate, or one that does not fit the client, is invalid_client', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  assert.equal(outcomeOf(await ask()), '401 invalid_client')
  assert.equal(outcomeOf(await ask(trusted(issued({ subject: [[['CN', 'other']]] })))), '401 invalid_client')
  assert.equal(outcomeOf(await ask(own, { client_id: 'nobody' })), '401 invalid_client')
})

test('RFC 8705 §2.1: a certificate with the right names that no trusted authority signed is invalid_client', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  assert.equal(outcomeOf(await ask(untrusted(makeCertificate()))), '401 invalid_client')
  assert.equal(outcomeOf(await ask({ peerCertificate: issued().der })), '401 invalid_client')
})

test('RFC 8705 §2: what is no certificate is invalid_client', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  const broken = { peerCertificate: new TextEncoder().encode('CN=client'), isPeerCertificateTrusted: true }
  assert.equal(outcomeOf(await ask(broken)), '401 invalid_client')
})

for (const [what, parts] of [
  ['expired', { notAfter: '210101000000Z' }],
  ['not yet good', { notBefore: '400101000000Z' }],
  ['for servers', { usage: [usages.server] }],
] as const)
  test(`RFC 5280 §6.1: a certificate that is ${what} is invalid_client`, async () => {
    const { ask } = await openMutualTls([certifiedClient()])
    assert.equal(outcomeOf(await ask(trusted(issued(parts)))), '401 invalid_client')
  })

test('RFC 5280 §4.1.2.5: a certificate expires while its connection stays open', async () => {
  const { ask, world } = await openMutualTls([certifiedClient()])
  const connection = trusted(issued({ notAfter: '270115080000Z' }))
  assert.equal(outcomeOf(await ask(connection)), '200')
  world.clock.advance(1)
  assert.equal(outcomeOf(await ask(connection)), '401 invalid_client')
})

for (const usage of ['none', [usages.any], [usages.server, usages.client]] as const)
  test(`RFC 5280 §4.2.1.12: a certificate for anything, or for clients too, will do: ${String(usage)}`, async () => {
    const { ask } = await openMutualTls([certifiedClient()])
    assert.equal(outcomeOf(await ask(trusted(issued({ usage })))), '200')
  })

const v6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
for (const [name, value, right, wrong] of [
  [
    'subject_dn',
    'CN=client,O=Example,C=DE',
    { subject: [[['C', 'DE']], [['O', 'Example']], [['CN', 'client']]] },
    { subject: [[['CN', 'client']]] },
  ],
  ['san_dns', 'client.example', { dns: ['a.example', 'Client.Example'] }, { dns: ['*.example', 'a.client.example'] }],
  [
    'san_uri',
    'https://a.example/b',
    { uri: ['https://a.example/b'] },
    { uri: ['https://a.example/b/', 'https://a.example/B'] },
  ],
  ['san_ip', '192.0.2.1', { ip: [[192, 0, 2, 1]] }, { ip: [[192, 0, 2, 2]], dns: ['192.0.2.1'] }],
  ['san_ip', '2001:DB8:0::1', { ip: [v6] }, { ip: [[...v6.slice(0, 15), 2]] }],
  [
    'san_email',
    'app@client.example',
    { email: ['app@Client.example'] },
    { email: ['App@client.example', 'app@other.example'] },
  ],
] as const satisfies readonly (readonly [string, string, CertificateParts, CertificateParts])[])
  test(`RFC 8705 §2.1.2: the certificate has the subject that is registered: tls_client_auth_${name} ${value}`, async () => {
    const metadata = { [`tls_client_auth_${name}`]: value }
    assert.equal(await outcomeWith(metadata, right), '200')
    assert.equal(await outcomeWith(metadata, wrong), '401 invalid_client')
    assert.equal(await outcomeWith(metadata, {}), '401 invalid_client')
  })

test('RFC 8705 §2.1.2: an alternative name of one kind is none of another, and no common name', async () => {
  assert.equal(await outcomeWith({ tls_client_auth_san_dns: 'client' }, {}), '401 invalid_client')
  assert.equal(await outcomeWith({ tls_client_auth_san_uri: 'urn:a' }, { dns: ['urn:a'] }), '401 invalid_client')
  assert.equal(
    await outcomeWith({ tls_client_auth_san_dns: 'a.example' }, { uri: ['a.example'] }),
    '401 invalid_client',
  )
})

test('RFC 8705 §2.1.2: a client has registered exactly one subject, or none of them counts', async () => {
  const both = { tls_client_auth_subject_dn: 'CN=client', tls_client_auth_san_dns: 'client.example' }
  assert.equal(await outcomeWith(both, { dns: ['client.example'] }), '401 invalid_client')
  assert.equal(
    await outcomeWith({ tls_client_auth_subject_dn: 'CN=client', tls_client_auth_san_ip: 1 }, {}),
    '401 invalid_client',
  )
  assert.equal(await outcomeWith({}, {}), '401 invalid_client')
})

test('RFC 8705 §2: the certificate of one client does not authenticate another', async () => {
  const other = certifiedClient({ name: 'other', metadata: { tls_client_auth_subject_dn: 'CN=other' } })
  const { ask } = await openMutualTls([
    certifiedClient(),
    { ...other, clientId: testClient({ name: 'other' }).clientId },
  ])
  assert.equal(outcomeOf(await ask(own, { client_id: 'other' })), '401 invalid_client')
})

test('RFC 6749 §2.3: a certificate does not stand in for the secret of a client, nor a secret for its certificate', async () => {
  const { ask, server } = await openMutualTls([certifiedClient()])
  assert.equal(outcomeOf(await ask(own, { client_id: 'machine' })), '401 invalid_client')
  assert.equal(outcomeOf(await ask(own, { client_secret: clientSecret })), '401 invalid_client')
  const headers = { authorization: basicHeader('certified', clientSecret) }
  const form = { grant_type: 'client_credentials', client_id: 'certified' }
  assert.equal(outcomeOf(await server.handle(request({ path: '/token', form, headers, ...own }))), '401 invalid_client')
})

test('RFC 6749 §2.3: a certificate that a client shows for another reason does not get into the way of its method', async () => {
  const { ask, post } = await openMutualTls([
    testClient({ name: 'machine', grantTypes: ['client_credentials'], authenticationMethod: 'client_secret_post' }),
  ])
  assert.equal(outcomeOf(await ask(own, { client_secret: clientSecret })), '200')
  assert.equal(outcomeOf(await post('/revoke', { client_id: 'spa', token: 'unknown' }, own)), '200')
})

test('RFC 6749 §10.10: nothing about a certificate could be guessed, so nobody keeps a client out by wrong ones', async () => {
  const { ask } = await openMutualTls([certifiedClient()])
  const wrong = untrusted(makeCertificate())
  for (let count = 0; count < 20; count++) assert.equal(outcomeOf(await ask(wrong)), '401 invalid_client')
})

test('RFC 8705 §2.1: the operator learns what was wrong with a certificate, and the client does not', async () => {
  const { ask, world } = await openMutualTls([certifiedClient()])
  const response = await ask(trusted(issued({ notAfter: '210101000000Z' })))
  assert.doesNotMatch(response.body, /expired/)
  assert.match(JSON.stringify(world.events), /the certificate has expired/)
})

test('RFC 8705 §2.1: a client is not registered without exactly one subject', async () => {
  const { server } = await openMutualTls([])
  const problems = (metadata: ClientMetadata, overrides = {}) =>
    server.context.mounted.clientRules.flatMap(rule => rule(certifiedClient({ metadata, ...overrides })))
  assert.deepEqual(problems({ tls_client_auth_san_dns: 'a.example' }), [])
  assert.match(problems({})[0]?.message ?? '', /exactly one of tls_client_auth_subject_dn, tls_client_auth_san_dns/)
  assert.equal(problems({ tls_client_auth_san_dns: 'a.example', tls_client_auth_san_ip: '::1' }).length, 1)
  assert.deepEqual(problems({}, { authenticationMethod: 'self_signed_tls_client_auth' }), [])
})

for (const [name, good, bad] of [
  ['tls_client_auth_subject_dn', 'CN=client', 'client'],
  ['tls_client_auth_san_dns', 'client.example', 'https://client.example'],
  ['tls_client_auth_san_uri', 'https://client.example/a', 'client'],
  ['tls_client_auth_san_ip', '::1', 'localhost'],
  ['tls_client_auth_san_email', 'app@client.example', 'client.example'],
] as const)
  test(`RFC 8705 §2.1.2: what is registered has the form that is compared: ${name}`, async () => {
    const { server } = await openMutualTls([])
    const field = server.context.mounted.clientMetadata.find(each => each.name === name)
    assert.equal(field?.parse(good), good)
    assert.equal(field?.parse(bad), undefined)
    assert.equal(field?.parse([good]), undefined)
  })

test('RFC 8705 §2.1: without the feature a certificate means nothing', async () => {
  const { ask, server } = await openMutualTls([certifiedClient()], {}, 'off')
  assert.equal(outcomeOf(await ask(own)), '401 invalid_client')
  assert.equal(server.metadata.token_endpoint_auth_methods_supported?.includes('tls_client_auth'), false)
})
