import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, refuse } from '@ambit/protocol'
import { decisionOf } from '@ambit/scope'
import type { Grant } from '../grants/grant.ts'
import { findResource } from '../scope/choose-audience.ts'
import { pets, testCatalogue } from '../testing/catalogue.ts'
import { clientSecret, testClient } from '../testing/clients.ts'
import { bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { postToken } from '../testing/token-requests.ts'
import { testWorld } from '../testing/world.ts'
import { tokenEndpoint } from './token.ts'

const machine = { grant_type: 'client_credentials', scope: 'read_pets' }
const basic = ['machine', clientSecret] as const

test('RFC 6749 §5.1: a token response has the token, its type, its life and its scope, and is not stored', async () => {
  const response = await postToken(await testWorld(), machine, 'machine')
  const { access_token, ...rest } = bodyOf(response)
  assert.equal(typeof access_token, 'string')
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 600, scope: 'read_pets' })
  assert.equal(response.headers['content-type'], 'application/json')
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.headers['pragma'], 'no-cache')
})

test('RFC 6749 §5.2: a refusal is JSON with a code and words, and is not stored', async () => {
  const response = await postToken(await testWorld(), {}, 'machine')
  assert.deepEqual(bodyOf(response), { error: 'invalid_request', error_description: '`grant_type` is missing' })
  assert.equal(response.status, 400)
  assert.equal(response.headers['content-type'], 'application/json')
  assert.equal(response.headers['cache-control'], 'no-store')
})

test('RFC 6749 §3.2: the client must use POST', () => {
  assert.deepEqual(tokenEndpoint.methods, ['POST'])
})

const refused: readonly (readonly [string, Parameters<typeof request>[0], string])[] = [
  [
    'RFC 6749 §3.2: parameters in the request URI',
    { form: machine, basic, query: 'scope=read_pets' },
    '400 invalid_request',
  ],
  ['RFC 6749 §2.3.1: a secret in the request URI', { form: machine, query: 'client_secret=x' }, '400 invalid_request'],
  [
    'RFC 6749 §3.2: a body that is no form',
    { form: machine, basic, headers: { 'content-type': 'application/json' } },
    '400 invalid_request',
  ],
  [
    'RFC 6749 §3.2: a parameter that came twice',
    { form: { ...machine, scope: ['read_pets', 'order'] }, basic },
    '400 invalid_request',
  ],
  [
    'RFC 6749 §3.2: a body that was too large',
    { form: machine, basic, body: undefined as never },
    '400 invalid_request',
  ],
  ['RFC 6749 §5.2: no grant type', { form: { scope: 'read_pets' }, basic }, '400 invalid_request'],
  ['RFC 6749 §3.2: an empty grant type', { form: { grant_type: '' }, basic }, '400 invalid_request'],
  [
    'RFC 6749 §5.2: an unknown grant type',
    { form: { grant_type: 'urn:example:none' }, basic },
    '400 unsupported_grant_type',
  ],
  ['RFC 9700 §2.4: the password grant', { form: { grant_type: 'password' }, basic }, '400 unsupported_grant_type'],
  [
    'RFC 6749 §5.2: a grant type that the client is not registered for',
    { form: { grant_type: 'authorization_code', code: 'x' }, basic },
    '400 unauthorized_client',
  ],
  ['RFC 6749 §3.2.1: no client authentication', { form: machine }, '401 invalid_client'],
]

for (const [name, sent, outcome] of refused)
  test(`${name} is ${outcome}`, async () => {
    const { context, exchange } = await testWorld()
    assert.equal(outcomeOf(await tokenEndpoint.handle(context, exchange(request(sent)))), outcome)
  })

test('RFC 6749 §3.2: an unknown parameter is ignored', async () => {
  assert.equal(outcomeOf(await postToken(await testWorld(), { ...machine, unheard_of: 'x' }, 'machine')), '200')
})

test('RFC 6749 §5.2: words that a description may not hold do not reach it', async () => {
  const response = await postToken(await testWorld(), { grant_type: 'a"b\\c\u00fc\n' }, 'machine')
  assert.match(String(bodyOf(response)['error_description']), /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
})

test('a refusal is observed and kept for whoever asks why', async () => {
  const world = await testWorld()
  const exchange = world.exchange(request({ form: { ...machine, scope: 'admin' }, basic }))
  const response = await tokenEndpoint.handle(world.context, exchange)
  assert.equal(outcomeOf(response), '400 invalid_scope')
  const kept = await world.context.store.findRefusal(exchange.requestId)
  assert.equal(kept?.clientId, 'machine')
  assert.equal(kept?.requested, 'admin')
  assert.equal(kept?.error, 'invalid_scope')
  const event = world.events.at(-1)
  assert.equal(event?.kind, 'request.refused')
  assert.ok(event?.kind === 'request.refused' && event.clientId === 'machine' && event.place === 'token')
})

test('a refused client that named itself is kept by that name', async () => {
  const world = await testWorld()
  const exchange = world.exchange(request({ form: { ...machine, client_id: 'nobody' } }))
  await tokenEndpoint.handle(world.context, exchange)
  assert.equal((await world.context.store.findRefusal(exchange.requestId))?.clientId, 'nobody')
})

test('RFC 6749 §4.5: a further grant is one value given to the server', async () => {
  const greeting: Grant = {
    grantType: 'urn:example:greeting',
    async decide(context, { client, form }) {
      const audience = findResource(context, pets)
      if (form.get('greeting') !== 'hello' || !audience) return refuse('invalid_grant', 'a greeting is wanted')
      const scope = testCatalogue.set('read_pets')
      return {
        kind: 'issuance',
        grantType: this.grantType,
        client,
        decision: decisionOf(scope),
        grantScope: scope,
        grantResources: [pets],
        audience,
        hasRefreshToken: false,
      }
    },
  }
  const polite = testClient({ name: 'polite', grantTypes: [greeting.grantType] })
  const world = await testWorld({ grants: [greeting], clients: [polite] })
  const form = { grant_type: greeting.grantType }
  assert.equal(outcomeOf(await postToken(world, { ...form, greeting: 'hello' }, 'polite')), '200')
  assert.equal(outcomeOf(await postToken(world, form, 'polite')), '400 invalid_grant')
  assert.ok(tokenEndpoint.metadata?.(world.context).grant_types_supported?.includes(greeting.grantType))
})

test('RFC 8414 §2: metadata names the grants that are mounted, and password only where it is switched on', async () => {
  const own = ['authorization_code', 'refresh_token', 'client_credentials']
  const { context } = await testWorld()
  const metadata = tokenEndpoint.metadata?.(context)
  assert.deepEqual(metadata?.grant_types_supported, own)
  assert.deepEqual(metadata?.token_endpoint, 'https://as.example/token')
  assert.deepEqual(metadata?.token_endpoint_auth_methods_supported, [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'none',
  ])
  assert.ok(!metadata?.token_endpoint_auth_signing_alg_values_supported?.includes('none'))
  const dangerous = await testWorld({ dangerouslyAllowPassword: true })
  assert.deepEqual(tokenEndpoint.metadata?.(dangerous.context).grant_types_supported, [...own, 'password'])
  assert.equal(isRefusal(metadata), false)
})
