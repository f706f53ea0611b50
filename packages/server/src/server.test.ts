import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer } from './server.ts'
import { bodyOf, request } from './testing/requests.ts'
import { testWorld, type WorldOverrides } from './testing/world.ts'

async function server(overrides: WorldOverrides = {}) {
  const world = await testWorld(overrides)
  return { ...world, ...createServer(world.options) }
}

const metadataPath = '/.well-known/oauth-authorization-server'

test('RFC 8414 §3.2: the metadata is JSON with the issuer exactly as configured', async () => {
  const { handle } = await server()
  const response = await handle(request({ path: metadataPath }))
  assert.equal(response.status, 200)
  assert.equal(response.headers['content-type'], 'application/json')
  assert.equal(bodyOf(response)['issuer'], 'https://as.example')
})

test('RFC 8414 §3.1: the path of the issuer follows the well-known path', async () => {
  const { handle } = await server({ issuer: 'https://as.example/tenant' })
  const response = await handle(request({ path: `${metadataPath}/tenant` }))
  assert.equal(bodyOf(response)['issuer'], 'https://as.example/tenant')
  assert.equal(bodyOf(response)['token_endpoint'], 'https://as.example/tenant/token')
  assert.equal((await handle(request({ path: metadataPath }))).status, 404)
})

test('OpenID Connect Discovery §4: the well-known path follows the path of the issuer', async () => {
  const { handle } = await server({ issuer: 'https://as.example/tenant' })
  const response = await handle(request({ path: '/tenant/.well-known/openid-configuration' }))
  assert.equal(bodyOf(response)['issuer'], 'https://as.example/tenant')
})

test('RFC 8414 §2: the metadata names what is mounted', async () => {
  const { metadata } = await server()
  for (const [name, path] of [
    ['authorization_endpoint', '/authorize'],
    ['token_endpoint', '/token'],
    ['introspection_endpoint', '/introspect'],
    ['revocation_endpoint', '/revoke'],
    ['userinfo_endpoint', '/userinfo'],
    ['end_session_endpoint', '/logout'],
    ['jwks_uri', '/jwks'],
  ] as const)
    assert.ok(metadata[name]?.startsWith('https://as.example/'), `${name} ${path}`)
  assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
  assert.deepEqual(metadata.subject_types_supported, ['public', 'pairwise'])
  assert.ok(metadata.scopes_supported?.includes('read_pets'))
  assert.ok(metadata.id_token_signing_alg_values_supported?.includes('ES256'))
})

test('RFC 8414 §2: every endpoint of the metadata is there', async () => {
  const { metadata, handle } = await server()
  const urls = Object.entries(metadata).flatMap(([name, value]) =>
    /_endpoint$|^jwks_uri$/.test(name) && typeof value === 'string' ? [value] : [],
  )
  assert.equal(urls.length, 7)
  for (const url of urls) {
    const { status } = await handle(request({ path: new URL(url).pathname }))
    assert.notEqual(status, 404, url)
  }
})

test('RFC 8414 §3.2: members without a value are left out', async () => {
  const { metadata } = await server()
  for (const [name, value] of Object.entries(metadata)) assert.ok(!Array.isArray(value) || value.length > 0, name)
})

test('RFC 8414 §2: an endpoint that is added adds to the metadata', async () => {
  const added = {
    path: '/extra',
    methods: ['GET'],
    handle: async () => ({ status: 200, headers: {}, body: 'extra' }),
    metadata: () => ({ service_documentation: 'https://as.example/extra', grant_types_supported: ['urn:extra'] }),
  }
  const { metadata, handle } = await server({ endpoints: [added] })
  assert.equal(metadata.service_documentation, 'https://as.example/extra')
  assert.ok(metadata.grant_types_supported?.includes('urn:extra'))
  assert.ok(metadata.grant_types_supported?.includes('authorization_code'))
  assert.equal((await handle(request({ path: '/extra' }))).body, 'extra')
})

test('RFC 9700 §2.1.2, §2.4: dangerous switches are warned of at start, with their sections', async () => {
  const { events } = await server({ dangerouslyAllowImplicit: true, dangerouslyAllowPassword: true })
  const warnings = events.flatMap(event => (event.kind === 'warning' ? [event] : []))
  assert.deepEqual(
    warnings.map(({ about }) => about),
    ['dangerouslyAllowImplicit', 'dangerouslyAllowPassword'],
  )
  assert.match(warnings[0]?.message ?? '', /RFC 9700 §2\.1\.2/)
  assert.match(warnings[1]?.message ?? '', /RFC 9700 §2\.4/)
  assert.deepEqual((await server()).events, [])
})

test('the path of the issuer is the base of every URL, with or without a slash at its end', async () => {
  assert.equal((await server({ issuer: 'https://as.example/' })).context.url('/token'), 'https://as.example/token')
  assert.equal((await server({ issuer: 'https://as.example/' })).context.basePath, '')
})
