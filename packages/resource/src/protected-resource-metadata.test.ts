import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { createGuard } from './guard.ts'
import type { GuardFrame } from './guard-options.ts'
import { believingGuard, challengesOf } from './testing/guarded.ts'
import { accessTokenClaims, issuer, requestWith, resource, start } from './testing/issuer.ts'

const get = (path: string, query = '') => ({ method: 'GET', path, query })

function documentOf(options: Partial<GuardFrame>) {
  const { metadata } = believingGuard({}, { metadata: {}, ...options })
  assert.ok(metadata)
  return metadata
}

test('RFC 9728 §2: the document says what the guard does', () => {
  assert.deepEqual(documentOf({}).value, {
    resource,
    authorization_servers: [issuer],
    scopes_supported: ['read_pets', 'write_pets', 'read_orders', 'admin'],
    bearer_methods_supported: ['header'],
  })
  const all = documentOf({
    dpop: { algorithms: ['ES256'], required: true },
    clientCertificate: 'tls',
    metadata: {
      name: 'Pets',
      documentation: 'https://api.example/docs',
      policy: 'https://api.example/policy',
      termsOfService: 'https://api.example/tos',
    },
  })
  assert.deepEqual(all.value, {
    ...documentOf({}).value,
    resource_name: 'Pets',
    resource_documentation: 'https://api.example/docs',
    resource_policy_uri: 'https://api.example/policy',
    resource_tos_uri: 'https://api.example/tos',
    tls_client_certificate_bound_access_tokens: true,
    dpop_signing_alg_values_supported: ['ES256'],
    dpop_bound_access_tokens_required: true,
  })
})

test('RFC 9728 §2: the scopes are those of this resource that metadata list, never offline_access', () => {
  const scopes = (declared: Parameters<typeof defineScopes>[0]['scopes']) => {
    const verified = { kind: 'verified', claims: accessTokenClaims(), until: start } as const
    const issuers = [{ issuer, opaque: async () => verified }]
    const guard = createGuard({ issuers, resource, catalogue: defineScopes({ scopes: declared }), metadata: {} })
    return guard.metadata?.value.scopes_supported
  }
  const other = { resource: 'https://api.example/other' }
  const own = { resource }
  assert.deepEqual(scopes({ a: own, b: own, c: other, d: {}, hidden: { ...own, listed: false } }), ['a', 'b'])
  assert.deepEqual(scopes({ openid: {}, offline_access: {}, a: {}, c: other }), ['a'])
  assert.deepEqual(scopes({ offline_access: own, a: own }), ['a'])
})

test('RFC 9728 §3.2: a list of nothing is left out', () => {
  const verified = { kind: 'verified', claims: accessTokenClaims(), until: start } as const
  const issuers = [{ issuer, opaque: async () => verified }]
  const catalogue = defineScopes({ scopes: { hidden: { listed: false } } })
  const { metadata } = createGuard({ issuers, resource, catalogue, metadata: {} })
  assert.equal(metadata && 'scopes_supported' in metadata.value, false)
})

for (const [identifier, url] of [
  ['https://api.example', 'https://api.example/.well-known/oauth-protected-resource'],
  ['https://api.example/', 'https://api.example/.well-known/oauth-protected-resource'],
  ['https://api.example/pets', 'https://api.example/.well-known/oauth-protected-resource/pets'],
  ['https://api.example/pets/', 'https://api.example/.well-known/oauth-protected-resource/pets/'],
  ['https://api.example:8443/a/b', 'https://api.example:8443/.well-known/oauth-protected-resource/a/b'],
  ['https://api.example/pets?v=1', 'https://api.example/.well-known/oauth-protected-resource/pets?v=1'],
  ['http://localhost:3000', 'http://localhost:3000/.well-known/oauth-protected-resource'],
  ['http://127.0.0.1:3000/a', 'http://127.0.0.1:3000/.well-known/oauth-protected-resource/a'],
] as const)
  test(`RFC 9728 §3.1: the document of \`${identifier}\` stands at \`${url}\``, async () => {
    const document = documentOf({ resource: identifier })
    assert.equal(document.url, url)
    assert.equal(document.value.resource, identifier)
    const { pathname, search } = new URL(url)
    assert.equal(document.serve(get(pathname, search.slice(1)))?.status, 200)
    const guard = believingGuard({}, { metadata: {}, resource: identifier })
    const [challenge] = challengesOf(await guard({ headers: {}, query: '', body: '' }, 'read_pets'))
    assert.ok(challenge?.endsWith(`, resource_metadata="${url}"`), challenge)
  })

for (const identifier of [
  'urn:example:pets',
  'pets',
  'http://api.example',
  'https://api.example/#a',
  'ftp://api.example',
])
  test(`RFC 9728 §1.2: \`${identifier}\` is no resource identifier that a document could stand at`, () =>
    assert.throws(() => documentOf({ resource: identifier }), { name: 'RangeError', message: /an https URL/ }))

test('RFC 9728 §3.2: the document is JSON, for everybody and for a while', () => {
  const { serve, path, value } = documentOf({})
  const response = serve(get(path))
  assert.deepEqual(JSON.parse(response?.body ?? ''), value)
  assert.equal(response?.headers['content-type'], 'application/json')
  assert.equal(response?.headers['cache-control'], 'public, max-age=300')
  assert.equal(response?.headers['access-control-allow-origin'], '*')
})

test('RFC 9110 §9.3.2: HEAD is answered, other methods are not, other paths are somebody else’s', () => {
  const { serve, path } = documentOf({})
  assert.deepEqual(
    [serve({ ...get(path), method: 'HEAD' })?.status, serve({ ...get(path), method: 'HEAD' })?.body],
    [200, ''],
  )
  assert.equal(serve({ ...get(path), method: 'POST' })?.status, 405)
  assert.equal(serve({ ...get(path), method: 'POST' })?.headers['allow'], 'GET, HEAD')
  for (const other of ['/', '/.well-known/oauth-protected-resource', `${path}/`])
    assert.equal(serve(get(other)), undefined)
  assert.equal(serve(get(path, 'a=b')), undefined)
})

test('RFC 9728 §5.1: each challenge names the document, also that of a bad token', async () => {
  const guarded = await believingGuard({ cnf: {} }, { metadata: {} })(requestWith('a'), 'read_pets')
  assert.match(challengesOf(guarded).join(), /error="invalid_token".*resource_metadata="https:/)
})

test('RFC 9728 §3: without metadata nothing is served or named', async () => {
  const guard = believingGuard()
  assert.equal(guard.metadata, undefined)
  assert.doesNotMatch(challengesOf(await guard({ headers: {}, query: '', body: '' }, 'read_pets')).join(), /metadata/)
})
