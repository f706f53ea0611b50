import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { ServerOptionsError } from '../options-error.ts'
import { createServer } from '../server.ts'
import { openWorld } from '../testing/authorize.ts'
import { pets } from '../testing/catalogue.ts'
import { clientSecret, testClient } from '../testing/clients.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import type { WorldOverrides } from '../testing/world.ts'
import { type IntrospectionJwtOptions, introspectionJwt, wantsJwt } from './introspection-jwt.ts'

const mediaType = 'application/token-introspection+jwt'

const signing = testClient({
  name: 'signing',
  introspects: [pets],
  grantTypes: [],
  metadata: { introspection_signed_response_alg: 'EdDSA' },
})
const stranger = testClient({ name: 'stranger', introspects: [], grantTypes: [] })
const lost = testClient({ name: 'lost', introspects: [pets], metadata: { introspection_signed_response_alg: 'PS256' } })

async function open(options: IntrospectionJwtOptions | undefined = {}, overrides: WorldOverrides = {}) {
  const features = options === undefined ? [] : [introspectionJwt(options)]
  const opened = await openWorld({ clients: [signing, stranger, lost], features, ...overrides })
  const form = { grant_type: 'client_credentials', scope: 'read_pets' }
  const issued = await opened.server.handle(request({ path: '/token', form, basic: ['machine', clientSecret] }))
  const token = String(bodyOf(issued)['access_token'])
  const ask = (client: string, accept?: string, asked = token) =>
    opened.server.handle(
      request({
        path: '/introspect',
        form: { token: asked },
        basic: [client, clientSecret],
        headers: accept === undefined ? {} : { accept },
      }),
    )
  return { ...opened, ask, token }
}

test('RFC 9701 §5: who accepts the media type gets the answer in a JWT that the server signed for them', async () => {
  const { ask, world } = await open()
  const response = await ask('api', mediaType)
  assert.equal(response.headers['content-type'], mediaType)
  assert.equal(response.headers['cache-control'], 'no-store')
  const keys = createLocalJWKSet({ keys: [...world.options.signer.jwks().keys] })
  const checks = {
    issuer: 'https://as.example',
    audience: 'api',
    typ: 'token-introspection+jwt',
    currentDate: new Date(world.clock.millis()),
  }
  const { payload } = await jwtVerify(response.body, keys, checks)
  assert.equal(payload.iat, world.clock.now())
  const plain = bodyOf(await ask('api'))
  assert.equal(plain['active'], true)
  assert.deepEqual(payload['token_introspection'], plain)
})

test('RFC 9701 §5: the JWT has neither `sub` nor `exp`, and a type of its own, so that it passes for no access token', async () => {
  const { ask } = await open()
  const { body } = await ask('api', mediaType)
  assert.deepEqual(Object.keys(decodeJwt(body)).sort(), ['aud', 'iat', 'iss', 'token_introspection'])
  assert.equal(decodeProtectedHeader(body).typ, 'token-introspection+jwt')
})

for (const [name, client, token] of [
  ['that nobody knows', 'api', 'at_nothing'],
  ['that is not for this API', 'stranger', undefined],
] as const)
  test(`RFC 9701 §5: of a token ${name} nothing is told but that it is not active`, async () => {
    const { ask } = await open()
    const { token_introspection } = decodeJwt((await ask(client, mediaType, token)).body)
    assert.deepEqual(token_introspection, { active: false })
  })

test('RFC 9701 §5: nobody is answered who does not prove who they are', async () => {
  const { server, token } = await open()
  const form = { token, client_id: 'spa' }
  const asked = request({ path: '/introspect', form, headers: { accept: mediaType } })
  assert.equal(outcomeOf(await server.handle(asked)), '401 invalid_client')
  const nobody = request({ path: '/introspect', form: { token }, headers: { accept: mediaType } })
  assert.equal(outcomeOf(await server.handle(nobody)), '401 invalid_client')
})

test('RFC 9701 §6: an API that registered an algorithm gets its answers signed by it, whatever it accepts', async () => {
  const { ask } = await open()
  for (const accept of [undefined, 'application/json', mediaType]) {
    const { body } = await ask('signing', accept)
    assert.equal(decodeProtectedHeader(body).alg, 'EdDSA')
  }
})

test('RFC 9701 §6: who registered an algorithm that the server has no key for gets the usual one', async () => {
  const { ask } = await open()
  assert.equal(decodeProtectedHeader((await ask('lost')).body).alg, 'ES256')
})

test('RFC 9701 §6: the server can be told by which algorithm it signs for others', async () => {
  const { ask } = await open({ algorithm: 'EdDSA' })
  assert.equal(decodeProtectedHeader((await ask('api', mediaType)).body).alg, 'EdDSA')
})

test('RFC 9701 §5: a server that signs every answer does so whatever the request accepts', async () => {
  const { ask } = await open({ required: true })
  for (const accept of [undefined, 'application/json', '*/*'])
    assert.equal((await ask('api', accept)).headers['content-type'], mediaType)
})

test('RFC 9701 §5: the signed answer is encrypted by whoever can, as an introspection', async () => {
  const opened = await openWorld({
    features: [
      introspectionJwt(),
      { name: 'sealer', protectJwt: async (_context, { use, client }) => `${use} for ${client.clientId}` },
    ],
  })
  const asked = request({
    path: '/introspect',
    form: { token: 'x' },
    basic: ['api', clientSecret],
    headers: { accept: mediaType },
  })
  assert.equal((await opened.server.handle(asked)).body, 'introspection for api')
})

test('RFC 9701 §4: a server without the feature answers in JSON, and its metadata is silent', async () => {
  const opened = await openWorld()
  const asked = request({
    path: '/introspect',
    form: { token: 'x' },
    basic: ['api', clientSecret],
    headers: { accept: mediaType },
  })
  assert.deepEqual(bodyOf(await opened.server.handle(asked)), { active: false })
  assert.equal(opened.server.metadata.introspection_signing_alg_values_supported, undefined)
})

test('RFC 9701 §7: the metadata lists the algorithms that the server signs with', async () => {
  const { server } = await open()
  assert.deepEqual(server.metadata.introspection_signing_alg_values_supported, ['ES256', 'EdDSA'])
})

const accepts: readonly (readonly [string | undefined, boolean])[] = [
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/*', false],
  ['application/json', false],
  [mediaType, true],
  ['Application/Token-Introspection+JWT', true],
  [`${mediaType}, application/json`, true],
  [`application/json;q=0.9, ${mediaType}`, true],
  [`application/json, ${mediaType};q=0.9`, false],
  [`${mediaType};q=0.5, */*;q=0.1`, true],
  [`${mediaType};q=0.5, */*`, false],
  [`${mediaType};q=0`, false],
  [`${mediaType};q=2`, false],
  [`${mediaType}; q=0.001`, true],
]
for (const [accept, isWanted] of accepts)
  test(`RFC 9701 §4: what a request accepts ${isWanted ? 'asks' : 'does not ask'} for a JWT: ${accept}`, () => {
    assert.equal(wantsJwt(accept), isWanted)
  })

test('RFC 9701 §6: an algorithm that the server has no key for stops it', async () => {
  const { world } = await openWorld()
  assert.throws(
    () => createServer({ ...world.options, features: [introspectionJwt({ algorithm: 'PS256' })] }),
    ServerOptionsError,
  )
})
