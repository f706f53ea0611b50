import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { seconds } from '@ambit/protocol'
import { compactDecrypt, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import type { Feature } from '../feature.ts'
import type { ServerOptionsError } from '../options-error.ts'
import { createServer } from '../server.ts'
import {
  consent,
  logIn,
  type OpenedWorld,
  openWorld,
  type RequestChanges,
  sentParameters,
} from '../testing/authorize.ts'
import { type Arrival, hiddenFields, pageOf } from '../testing/browser.ts'
import { testClient } from '../testing/clients.ts'
import { testWorld, type WorldOverrides } from '../testing/world.ts'
import { encryption } from './encryption/encryption.ts'
import { type JwtResponsesOptions, jwtResponses } from './response-jwt.ts'

function open(options: JwtResponsesOptions = {}, { features = [], ...more }: WorldOverrides = {}) {
  return openWorld({ ...more, features: [jwtResponses(options), ...features] })
}

/** Authorizes with changes to the right request, through login and consent. */
async function finish(opened: OpenedWorld, changes: RequestChanges): Promise<Arrival> {
  const login = await opened.authorize(changes)
  return consent(opened.browser, await logIn(opened.browser, login), ['read_pets'])
}

/** The claims of a response that one of the server's keys has signed, with its header. */
async function verified({ server }: OpenedWorld, response: unknown) {
  const jwks = server.context.signer.jwks() as JSONWebKeySet
  const { payload, protectedHeader } = await compactVerify(String(response), createLocalJWKSet(jwks))
  const claims = JSON.parse(new TextDecoder().decode(payload)) as Readonly<Record<string, unknown>>
  return { claims, header: protectedHeader }
}

/** The one parameter that was sent away; nothing may stand beside it. */
function onlyResponse(arrival: Arrival): string {
  const sent = sentParameters(arrival)
  assert.deepEqual([...sent.keys()], ['response'])
  return sent.get('response') ?? ''
}

for (const response_mode of ['jwt', 'query.jwt'])
  test(`JARM §2.1: a response has issuer, client, expiry, and all parameters, and nothing stands beside it: ${response_mode}`, async () => {
    const opened = await open()
    const left = await finish(opened, { response_mode })
    assert.equal(new URL(left.location ?? '').hash, '')
    const { claims, header } = await verified(opened, onlyResponse(left))
    const { code, ...rest } = claims
    assert.match(String(code), /^ac_/)
    assert.deepEqual(rest, { iss: 'https://as.example', aud: 'web', exp: 1_800_000_060, state: 'the state' })
    assert.deepEqual([header.alg, header.typ], ['ES256', 'JWT'])
  })

test('JARM §2.3.2: fragment.jwt travels in the fragment, also with a code', async () => {
  const opened = await open()
  const left = await finish(opened, { response_mode: 'fragment.jwt' })
  assert.equal(new URL(left.location ?? '').search, '')
  assert.ok((await verified(opened, onlyResponse(left))).claims['code'])
})

test('JARM §2.3.3: form_post.jwt travels in a form with one field', async () => {
  const opened = await open()
  const page = pageOf(await finish(opened, { response_mode: 'form_post.jwt' }))
  assert.equal(page.page, 'form_post')
  const parameters = page['parameters'] as Readonly<Record<string, string>>
  assert.deepEqual(Object.keys(parameters), ['response'])
  assert.ok((await verified(opened, parameters['response'])).claims['code'])
})

const errors: readonly (readonly [string, RequestChanges])[] = [
  ['invalid_scope', { scope: 'no_such_scope' }],
  ['invalid_request', { code_challenge: undefined }],
  ['login_required', { prompt: 'none' }],
  ['invalid_target', { resource: 'https://evil.example/' }],
  ['unsupported_response_type', { response_type: 'code token' }],
]
for (const [error, changes] of errors)
  test(`JARM §2.1: an error is signed as a success is: ${error}`, async () => {
    const opened = await open()
    const left = await opened.authorize({ response_mode: 'jwt', ...changes })
    const { claims } = await verified(opened, onlyResponse(left))
    assert.equal(claims['error'], error)
    assert.ok(claims['error_description'])
    assert.equal(claims['state'], 'the state')
    assert.equal(claims['iss'], 'https://as.example')
    assert.equal(claims['aud'], 'web')
  })

test('JARM §2.1: a refusal by the user is signed', async () => {
  const opened = await open()
  const asked = await logIn(opened.browser, await opened.authorize({ response_mode: 'jwt' }))
  const left = await opened.browser.post('/consent', { ...hiddenFields(pageOf(asked)), decision: 'deny' })
  const { claims } = await verified(opened, onlyResponse(left))
  assert.equal(claims['error'], 'access_denied')
})

test('JARM §2.1: a request without `state` is answered without it', async () => {
  const opened = await open()
  const { claims } = await verified(
    opened,
    onlyResponse(await finish(opened, { response_mode: 'jwt', state: undefined })),
  )
  assert.ok(!('state' in claims))
})

test('JARM §2.1: a response is good for as long as the server says', async () => {
  const opened = await open({ lifetime: seconds(600) })
  const left = await opened.authorize({ response_mode: 'jwt', prompt: 'none' })
  assert.equal((await verified(opened, onlyResponse(left))).claims['exp'], 1_800_000_600)
})

for (const lifetime of [0, 601])
  test(`JARM §2.1: no response is good for ${lifetime} seconds`, async () => {
    const { options } = await testWorld({ features: [jwtResponses({ lifetime: seconds(lifetime) })] })
    assert.throws(
      () => createServer(options),
      (error: ServerOptionsError) => error.problems.some(({ path }) => path === 'features.jwtResponses.lifetime'),
    )
  })

test('JARM §3: a client has its responses signed by the algorithm that it registered', async () => {
  const metadata = { authorization_signed_response_alg: 'EdDSA' }
  const opened = await open({}, { clients: [testClient({ name: 'ed', metadata })] })
  const left = await opened.authorize({ client_id: 'ed', response_mode: 'jwt', prompt: 'none' })
  assert.equal((await verified(opened, onlyResponse(left))).header.alg, 'EdDSA')
})

test('JARM §3: for an algorithm that the server has no key for, it signs as it does for others', async () => {
  const metadata = { authorization_signed_response_alg: 'PS256' }
  const opened = await open({}, { clients: [testClient({ name: 'ps', metadata })] })
  const left = await opened.authorize({ client_id: 'ps', response_mode: 'jwt', prompt: 'none' })
  assert.equal((await verified(opened, onlyResponse(left))).header.alg, 'ES256')
})

const algorithms: readonly (readonly [string, unknown, boolean])[] = [
  ['ES256', 'ES256', true],
  ['none', 'none', false],
  ['HS256', 'HS256', false],
  ['a list', ['ES256'], false],
]
for (const [name, value, isGood] of algorithms)
  test(`JARM §3: a client registers one signature algorithm of the house: ${name}`, () => {
    const [field] = jwtResponses().clientMetadata ?? []
    assert.equal(field?.parse(value) !== undefined, isGood)
  })

test('JARM §2.2: what encrypts for clients is asked for each response, and what it says is sent', async () => {
  const asked: string[] = []
  const encrypting: Feature = {
    name: 'encrypting',
    protectJwt: async (_context, { client, use, jws }) => {
      asked.push(`${client.clientId} ${use} ${jws.split('.').length}`)
      return use === 'authorization_response' ? 'a.b.c.d.e' : jws
    },
  }
  const opened = await open({}, { features: [encrypting] })
  const left = await opened.authorize({ response_mode: 'jwt', prompt: 'none' })
  assert.equal(onlyResponse(left), 'a.b.c.d.e')
  assert.deepEqual(asked, ['web authorization_response 3'])
})

test('JARM §2.2: a client that has registered a key to encrypt to gets its responses signed and encrypted', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'enc-1', use: 'enc' }] }
  const metadata = { authorization_encrypted_response_alg: 'ECDH-ES' }
  const opened = await open({}, { features: [encryption()], clients: [testClient({ name: 'sealed', jwks, metadata })] })
  const left = await opened.authorize({ client_id: 'sealed', response_mode: 'jwt', prompt: 'none' })
  const { plaintext } = await compactDecrypt(onlyResponse(left), privateKey)
  const { claims } = await verified(opened, new TextDecoder().decode(plaintext))
  assert.deepEqual([claims['aud'], claims['error']], ['sealed', 'login_required'])
})

const implicit: RequestChanges = { client_id: 'legacy', response_type: 'id_token token', nonce: 'n-1' }

test('JARM §2.3.1: query.jwt is refused where tokens are in the response, and the refusal travels in the fragment', async () => {
  const opened = await open({}, { dangerouslyAllowImplicit: true })
  const left = await opened.authorize({ ...implicit, response_mode: 'query.jwt' })
  assert.equal(new URL(left.location ?? '').search, '')
  assert.equal((await verified(opened, onlyResponse(left))).claims['error'], 'invalid_request')
})

for (const response_mode of ['jwt', 'fragment.jwt'])
  test(`JARM §2.3.4: tokens travel in the fragment, inside of the JWT: ${response_mode}`, async () => {
    const opened = await open({}, { dangerouslyAllowImplicit: true })
    const left = await finish(opened, { ...implicit, response_mode })
    assert.equal(new URL(left.location ?? '').search, '')
    const { claims } = await verified(opened, onlyResponse(left))
    assert.ok(claims['access_token'])
    assert.ok(claims['id_token'])
    assert.equal(claims['token_type'], 'Bearer')
    assert.equal(claims['aud'], 'legacy')
  })

test('JARM §2.1: a response is no ID token: as a hint it is refused', async () => {
  const opened = await open()
  const response = onlyResponse(await opened.authorize({ response_mode: 'jwt', prompt: 'none' }))
  const left = await opened.authorize({ id_token_hint: response, prompt: 'none' })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
})

test('RFC 6749 §4.1.2.1: what is wrong with client or redirect URI stays on a page, unsigned', async () => {
  const opened = await open()
  for (const changes of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/' }]) {
    const arrival = await opened.authorize({ response_mode: 'jwt', ...changes })
    assert.equal(arrival.location, undefined)
    assert.equal(pageOf(arrival).page, 'error')
  }
})

test('JARM §2.3: where JWTs are required, other response modes are refused', async () => {
  const opened = await open({ required: true })
  for (const response_mode of [undefined, 'query', 'form_post']) {
    const left = await opened.authorize({ response_mode, prompt: 'none' })
    if (response_mode === 'form_post') assert.match(left.response.body, /invalid_request/)
    else assert.equal(sentParameters(left).get('error'), 'invalid_request')
  }
  const left = await opened.authorize({ response_mode: 'form_post.jwt' })
  assert.equal(pageOf(left).page, 'login')
})

test('JARM §2.3: where JWTs are required, the metadata lists no other response mode', async () => {
  const listed = async (required: boolean) => (await open({ required })).server.metadata.response_modes_supported
  const signed = ['query.jwt', 'fragment.jwt', 'form_post.jwt', 'jwt']
  assert.deepEqual(await listed(true), signed)
  assert.deepEqual(await listed(false), ['query', 'form_post', ...signed])
})

test('JARM §2.3: where JWTs are not required, the other response modes are as before', async () => {
  const opened = await open()
  const left = await opened.authorize({ prompt: 'none' })
  assert.equal(sentParameters(left).get('error'), 'login_required')
  assert.equal(sentParameters(left).get('iss'), 'https://as.example')
})

test('JARM §4: the metadata lists the response modes and the algorithms', async () => {
  const { metadata } = (await open()).server
  for (const mode of ['query', 'form_post', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'])
    assert.ok(metadata.response_modes_supported?.includes(mode))
  assert.deepEqual(metadata.authorization_signing_alg_values_supported, ['ES256', 'EdDSA'])
})

test('JARM §4: a server without the feature lists nothing of it, and refuses the modes', async () => {
  const opened = await openWorld()
  assert.deepEqual(opened.server.metadata.response_modes_supported, ['query', 'form_post'])
  assert.equal(opened.server.metadata.authorization_signing_alg_values_supported, undefined)
  const left = await opened.authorize({ response_mode: 'jwt' })
  assert.equal(sentParameters(left).get('error'), 'invalid_request')
})
