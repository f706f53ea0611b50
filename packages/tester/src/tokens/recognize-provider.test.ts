import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProviderName } from '../target/target.ts'
import { askFor, peculiaritiesOf, scopeFromWire } from './peculiarities.ts'
import { recognizeProvider } from './recognize-provider.ts'

const examples: readonly (readonly [ProviderName, string, Readonly<Record<string, unknown>>])[] = [
  [
    'ambit',
    'https://login.example',
    { token_endpoint: 'https://login.example/token', acr_values_supported: ['urn:ambit:acr:password'] },
  ],
  [
    'auth0',
    'https://shop.eu.auth0.com/',
    {
      token_endpoint: 'https://shop.eu.auth0.com/oauth/token',
      mfa_challenge_endpoint: 'https://shop.eu.auth0.com/mfa/challenge',
    },
  ],
  [
    'auth0',
    'https://login.shop.example/',
    {
      token_endpoint: 'https://login.shop.example/oauth/token',
      mfa_challenge_endpoint: 'https://login.shop.example/mfa/challenge',
      revocation_endpoint: 'https://login.shop.example/oauth/revoke',
    },
  ],
  [
    'okta',
    'https://dev-1.okta.com/oauth2/default',
    { token_endpoint: 'https://dev-1.okta.com/oauth2/default/v1/token' },
  ],
  [
    'okta',
    'https://id.shop.example/oauth2/aus1',
    {
      token_endpoint: 'https://id.shop.example/oauth2/aus1/v1/token',
      grant_types_supported: ['authorization_code', 'urn:okta:params:oauth:grant-type:otp'],
    },
  ],
  [
    'entra',
    'https://login.microsoftonline.com/8c1d/v2.0',
    { token_endpoint: 'https://login.microsoftonline.com/8c1d/oauth2/v2.0/token', msgraph_host: 'graph.microsoft.com' },
  ],
  [
    'entra',
    'https://shop.ciamlogin.com/8c1d/v2.0',
    { token_endpoint: 'https://shop.ciamlogin.com/8c1d/oauth2/v2.0/token' },
  ],
  ['google', 'https://accounts.google.com', { token_endpoint: 'https://oauth2.googleapis.com/token' }],
  [
    'keycloak',
    'https://id.example/realms/shop',
    { token_endpoint: 'https://id.example/realms/shop/protocol/openid-connect/token' },
  ],
  [
    'cognito',
    'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc',
    { token_endpoint: 'https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token' },
  ],
  ['unknown', 'https://as.example', { token_endpoint: 'https://as.example/oauth/token' }],
  ['unknown', 'https://auth0.com.evil.example', { token_endpoint: 'https://x.example/oauth2/v1/token' }],
]

describe('recognizeProvider', () => {
  for (const [provider, issuer, metadata] of examples)
    test(`${issuer} is ${provider}`, () => {
      assert.equal(recognizeProvider({ issuer, ...metadata }, issuer), provider)
    })
})

describe('askFor', () => {
  const resource = 'https://api.example'
  const asked = { scope: ['read'], resource, isForClient: false, wantsRefreshToken: false }
  const ask = (provider: ProviderName, change: Partial<Parameters<typeof askFor>[1]> = {}) =>
    askFor(peculiaritiesOf(provider), { ...asked, ...change })

  test('RFC 8707 §2: the API is named by `resource`', () => {
    assert.deepEqual(ask('unknown'), [
      ['scope', 'read'],
      ['resource', resource],
    ])
  })

  test('Auth0 wants it as `audience`', () => {
    assert.deepEqual(ask('auth0'), [
      ['scope', 'read'],
      ['audience', resource],
    ])
  })

  test('Okta, Keycloak and Cognito know it themselves', () => {
    for (const provider of ['okta', 'keycloak', 'cognito'] as const)
      assert.deepEqual(ask(provider), [['scope', 'read']])
  })

  test('Entra ID wants it before each scope, and all at once for an application', () => {
    const api = { resource: 'api://8c1d' }
    const scope = ['openid', 'read', 'https://graph.microsoft.com/User.Read']
    assert.deepEqual(ask('entra', { ...api, scope }), [
      ['scope', 'openid api://8c1d/read https://graph.microsoft.com/User.Read'],
    ])
    assert.deepEqual(ask('entra', { ...api, isForClient: true }), [['scope', 'api://8c1d/.default']])
    assert.deepEqual(scopeFromWire(peculiaritiesOf('entra'), ['api://8c1d/read', 'openid'], 'api://8c1d'), [
      'read',
      'openid',
    ])
  })

  test('without the API’s identifier a scope is left as it is', () => {
    const peculiarities = peculiaritiesOf('entra')
    assert.deepEqual(scopeFromWire(peculiarities, ['undefined/read'], undefined), ['undefined/read'])
    const { resource: _, ...nameless } = asked
    assert.deepEqual(askFor(peculiarities, nameless), [['scope', 'read']])
  })

  test('a refresh token is asked for by `offline_access`, at Google by parameters', () => {
    assert.deepEqual(ask('auth0', { wantsRefreshToken: true })[0], ['scope', 'read offline_access'])
    assert.deepEqual(ask('google', { wantsRefreshToken: true }), [
      ['scope', 'read'],
      ['access_type', 'offline'],
      ['prompt', 'consent'],
    ])
  })

  test('RFC 6749 §3.3: no scope is no parameter', () => {
    assert.deepEqual(ask('okta', { scope: [] }), [])
  })
})
