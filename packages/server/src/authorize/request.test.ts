import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, jwtTypes } from '@ambit/protocol'
import { authorizationQuery, type RequestChanges } from '../testing/authorize.ts'
import { inventory, pets } from '../testing/catalogue.ts'
import { redirectUri, testClient } from '../testing/clients.ts'
import { testWorld, type WorldOverrides } from '../testing/world.ts'
import { parseParameters } from './parameters.ts'
import { type AuthorizationRequest, parseAuthorizationRequest } from './request.ts'
import { findRequestClient } from './request-client.ts'

const tokens = ['token', 'id_token', 'id_token token']

const extraClients = [
  testClient({ name: 'nonce', dangerouslyAcceptNonceInsteadOfPkce: true }),
  testClient({ name: 'nonce-public', authenticationMethod: 'none', dangerouslyAcceptNonceInsteadOfPkce: true }),
  testClient({ name: 'typeless', responseTypes: [] }),
  testClient({ name: 'machine-web', grantTypes: ['client_credentials'] }),
  testClient({ name: 'unwilling', grantTypes: ['implicit'], responseTypes: tokens }),
  testClient({ name: 'half', responseTypes: ['token id_token', 'token'], dangerouslyAllowImplicit: true }),
  testClient({ name: 'small', scope: 'openid read_pets' }),
]

type Case = { readonly changes?: RequestChanges; readonly options?: WorldOverrides }

async function parse({ changes, options = {} }: Case) {
  const { context } = await testWorld({ clients: extraClients, ...options })
  const parameters = parseParameters(authorizationQuery(changes))
  assert.ok(!isRefusal(parameters))
  const from = await findRequestClient(context, parameters)
  assert.ok(!isRefusal(from))
  return parseAuthorizationRequest(context, from, parameters)
}

async function parsed(changes: RequestChanges, options?: WorldOverrides): Promise<AuthorizationRequest> {
  const request = await parse({ changes, ...(options && { options }) })
  assert.ok(!isRefusal(request), isRefusal(request) ? request.description : '')
  return request
}

const implicit = { dangerouslyAllowImplicit: true }
const asLegacy = { client_id: 'legacy', code_challenge: undefined, code_challenge_method: undefined, nonce: 'n' }

const refused: readonly (readonly [name: string, error: string, changes: RequestChanges, options?: WorldOverrides])[] =
  [
    ['RFC 6749 §3.1: a repeated parameter is invalid_request', 'invalid_request', { scope: ['openid', 'read_pets'] }],
    ['RFC 6749 §3.1: a repeated state is invalid_request', 'invalid_request', { state: ['a', 'b'] }],
    ['RFC 6749 §3.1.1: a missing response_type is invalid_request', 'invalid_request', { response_type: undefined }],
    ['RFC 6749 §3.1: a parameter without a value counts as omitted', 'invalid_request', { response_type: '' }],
    [
      'RFC 6749 §4.1.2.1: an unknown response_type is unsupported_response_type',
      'unsupported_response_type',
      { response_type: 'kot' },
    ],
    [
      'RFC 6749 §3.1.1: a hybrid response_type is unsupported_response_type',
      'unsupported_response_type',
      { response_type: 'code id_token' },
    ],
    [
      'RFC 6749 §3.1.1: a name of every object is no response_type',
      'unsupported_response_type',
      { response_type: 'constructor' },
    ],
    [
      'RFC 9700 §2.1.2: implicit is unsupported where it is not switched on',
      'unsupported_response_type',
      { ...asLegacy, response_type: 'token' },
    ],
    [
      'RFC 9700 §2.1.2: implicit needs the switch of the client too',
      'unauthorized_client',
      { client_id: 'unwilling', response_type: 'token' },
      implicit,
    ],
    [
      'RFC 6749 §4.1.2.1: a response_type that the client has not registered is unauthorized_client',
      'unauthorized_client',
      { client_id: 'typeless' },
    ],
    [
      'RFC 6749 §4.2.2.1: implicit without the grant type is unauthorized_client',
      'unauthorized_client',
      { ...asLegacy, client_id: 'half', response_type: 'token' },
      implicit,
    ],
    [
      'RFC 6749 §4.1.2.1: a client without the grant type is unauthorized_client',
      'unauthorized_client',
      { client_id: 'machine-web' },
    ],
    [
      'OpenID Connect Core §3.1.2.6: request is request_not_supported',
      'request_not_supported',
      { request: 'e30.e30.' },
    ],
    [
      'OpenID Connect Core §3.1.2.6: request_uri is request_uri_not_supported',
      'request_uri_not_supported',
      { request_uri: 'https://app.example/r' },
    ],
    [
      'OpenID Connect Core §3.1.2.6: registration is registration_not_supported',
      'registration_not_supported',
      { registration: '{}' },
    ],
    [
      'OAuth 2.0 Multiple Response Type Encoding Practices §2.1: an unknown response_mode is invalid_request',
      'invalid_request',
      { response_mode: 'pigeon' },
    ],
    [
      'OAuth 2.0 Multiple Response Type Encoding Practices §2.1: a code in the fragment is invalid_request',
      'invalid_request',
      { response_mode: 'fragment' },
    ],
    [
      'OAuth 2.0 Multiple Response Type Encoding Practices §3: a token in the query is invalid_request',
      'invalid_request',
      { ...asLegacy, response_type: 'token', response_mode: 'query' },
      implicit,
    ],
    [
      'OpenID Connect Core §3.2.2.1: an ID token by implicit needs a nonce',
      'invalid_request',
      { ...asLegacy, response_type: 'id_token', nonce: undefined },
      implicit,
    ],
    [
      'OpenID Connect Core §3.1.2.1: a nonce without end is invalid_request',
      'invalid_request',
      { nonce: 'n'.repeat(513) },
    ],
    [
      'RFC 7636 §4.4.1: a missing code_challenge is invalid_request',
      'invalid_request',
      { code_challenge: undefined, code_challenge_method: undefined },
    ],
    [
      'RFC 7636 §4.3: a method without a challenge is invalid_request',
      'invalid_request',
      { client_id: 'nonce', nonce: 'n', code_challenge: undefined },
    ],
    [
      'RFC 7636 §4.3: a challenge without a method means plain, which is refused',
      'invalid_request',
      { code_challenge_method: undefined },
    ],
    ['RFC 9700 §2.1.1: the method plain is refused', 'invalid_request', { code_challenge_method: 'plain' }],
    ['RFC 7636 §4.4.1: an unknown method is refused', 'invalid_request', { code_challenge_method: 'S512' }],
    ['RFC 7636 §4.2: a challenge that is no SHA-256 is refused', 'invalid_request', { code_challenge: 'short' }],
    [
      'RFC 9700 §2.1.1: a client that is not named for it cannot use a nonce instead of PKCE',
      'invalid_request',
      { nonce: 'n', code_challenge: undefined, code_challenge_method: undefined },
    ],
    [
      'RFC 9700 §2.1.1: a public client cannot use a nonce instead of PKCE',
      'invalid_request',
      { client_id: 'nonce-public', nonce: 'n', code_challenge: undefined, code_challenge_method: undefined },
    ],
    [
      'RFC 9700 §2.1.1: without openid no nonce stands for PKCE',
      'invalid_request',
      {
        client_id: 'nonce',
        nonce: 'n',
        scope: 'read_pets',
        code_challenge: undefined,
        code_challenge_method: undefined,
      },
    ],
    [
      'RFC 9700 §2.1.1: a named client without a nonce needs PKCE',
      'invalid_request',
      { client_id: 'nonce', code_challenge: undefined, code_challenge_method: undefined },
    ],
    ['OpenID Connect Core §3.1.2.1: an unknown prompt is invalid_request', 'invalid_request', { prompt: 'dance' }],
    [
      'OpenID Connect Core §3.1.2.1: prompt=none with another is invalid_request',
      'invalid_request',
      { prompt: 'none login' },
    ],
    [
      'OpenID Connect Core §3.1.2.1: max_age that is no number is invalid_request',
      'invalid_request',
      { max_age: '-1' },
    ],
    ['OpenID Connect Core §5.5: claims that is no JSON is invalid_request', 'invalid_request', { claims: '{' }],
    [
      'OpenID Connect Core §3.1.2.2: an id_token_hint that is not ours is invalid_request',
      'invalid_request',
      { id_token_hint: 'e30.e30.AAAA' },
    ],
    ['RFC 6749 §4.1.2.1: an unknown scope is invalid_scope', 'invalid_scope', { scope: 'read_pets fly' }],
    ['RFC 6749 §4.1.2.1: a malformed scope is invalid_scope', 'invalid_scope', { scope: 'read_pets  write_pets' }],
    [
      'RFC 6749 §4.1.2.1: a scope above the ceiling of the client is invalid_scope',
      'invalid_scope',
      { client_id: 'small', scope: 'openid write_pets' },
    ],
    [
      'OpenID Connect Core §3.2.2.1: an ID token by implicit needs openid',
      'invalid_scope',
      { ...asLegacy, response_type: 'id_token', scope: 'read_pets' },
      implicit,
    ],
    ['RFC 8707 §2: an unknown resource is invalid_target', 'invalid_target', { resource: 'https://api.example/none' }],
    ['RFC 8707 §2: a scope of a resource that is not named is invalid_scope', 'invalid_scope', { resource: inventory }],
  ]

for (const [name, error, changes, options] of refused) {
  test(name, async () => {
    const request = await parse({ changes, ...(options && { options }) })
    assert.ok(isRefusal(request), 'the request was accepted')
    assert.equal(request.error, error)
  })
}

test('RFC 6749 §4.1.1: a right request is read into what it means', async () => {
  const request = await parsed({ nonce: 'n', max_age: '60', ui_locales: 'de', login_hint: 'alice', display: 'page' })
  assert.equal(request.responseType, 'code')
  assert.deepEqual(request.decision.scope.tokens, ['openid', 'read_pets', 'write_pets'])
  assert.deepEqual(request.resources, [pets])
  assert.deepEqual(request.channel, { kind: 'redirect', redirectUri, mode: 'query', state: 'the state' })
  assert.equal(request.nonce, 'n')
  assert.equal(request.maxAge, 60)
  assert.equal(request.loginHint, 'alice')
  assert.equal(request.uiLocales, 'de')
  assert.equal(request.isRedirectUriSent, true)
})

test('RFC 6749 §3.1: unknown parameters are ignored', async () => {
  assert.equal((await parsed({ whatever: 'x', interaction: 'in_x' })).responseType, 'code')
})

test('RFC 6749 §3.3: without scope the default set is asked for', async () => {
  const request = await parsed({ scope: undefined, redirect_uri: undefined })
  assert.deepEqual(request.decision.scope.tokens, ['read_pets'])
  assert.equal(request.isRedirectUriSent, false)
})

test('OpenID Connect Core §3.1.2.1: unknown scope beside openid is ignored, and the decision knows', async () => {
  const { decision } = await parsed({ scope: 'openid read_pets fly' })
  assert.deepEqual(decision.scope.tokens, ['openid', 'read_pets'])
  assert.deepEqual(decision.steps[0]?.refused, [{ token: 'fly', reason: 'unknown' }])
})

test('RFC 9700 §2.1.1: a named confidential OpenID client may send a nonce instead of a challenge', async () => {
  const changes = { client_id: 'nonce', nonce: 'n', code_challenge: undefined, code_challenge_method: undefined }
  assert.equal((await parsed(changes)).codeChallenge, undefined)
})

test('RFC 6749 §3.1.1: the order of the words of response_type means nothing', async () => {
  for (const type of ['id_token token', 'token id_token']) {
    const request = await parsed({ ...asLegacy, response_type: type }, implicit)
    assert.equal(request.responseType, 'id_token token')
    assert.ok(request.channel.kind === 'redirect')
    assert.equal(request.channel.mode, 'fragment')
  }
})

test('OpenID Connect Core §11: offline_access is ignored where there is no code', async () => {
  const clients = [
    testClient({ name: 'odd', grantTypes: ['implicit'], responseTypes: tokens, dangerouslyAllowImplicit: true }),
  ]
  const scope = { scope: 'openid read_pets' }
  const request = await parsed(
    { ...asLegacy, ...scope, client_id: 'odd', response_type: 'token' },
    { ...implicit, clients },
  )
  assert.ok(!request.decision.scope.has('offline_access'))
})

test('RFC 8707 §2: resource may come more than once', async () => {
  const { resources } = await parsed({ resource: [pets, inventory], scope: 'openid read_pets order' })
  assert.deepEqual(resources, [pets, inventory])
})

test('OpenID Connect Core §3.1.2.1: an id_token_hint of ours counts, even when it has expired', async () => {
  const world = await testWorld()
  const claims = { iss: 'https://as.example', sub: 'user-alice', aud: 'web', exp: 1 }
  const hint = world.options.signer.sign(claims, { typ: jwtTypes.idToken, algorithm: 'ES256' })
  const request = await parsed({ id_token_hint: hint }, { signer: world.options.signer })
  assert.equal(request.hintedSubject, 'user-alice')
})

test('OpenID Connect Core §3.1.2.2: a token of another kind, or of another issuer, is no hint', async () => {
  const world = await testWorld()
  const { signer } = world.options
  const accessToken = signer.sign(
    { iss: 'https://as.example', sub: 'a' },
    { typ: jwtTypes.accessToken, algorithm: 'ES256' },
  )
  const foreign = signer.sign({ iss: 'https://other.example', sub: 'a' }, { typ: jwtTypes.idToken, algorithm: 'ES256' })
  for (const hint of [accessToken, foreign])
    assert.ok(isRefusal(await parse({ changes: { id_token_hint: hint }, options: { signer } })))
})
