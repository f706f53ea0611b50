import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ConfigDeclaration, ConfigError } from 'ambit'
import { decodeJwt } from 'jose'
import * as openid from 'openid-client'
import { beginAsBank, configureBank, type ProfileServer, startProfile, strictScope } from './profile-server.ts'
import { approve, publicJwk, redirectUri, secret, signingKey } from './running-server.ts'

describe('a server under the profile fapi2-security', () => {
  let running: ProfileServer
  before(async () => {
    running = await startProfile('fapi2-security')
  })
  after(() => running.close())

  test('FAPI 2.0 Security Profile §5.3.1: openid-client pushes, redeems, refreshes and asks for claims with its keys', async () => {
    const config = await configureBank(running)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const { parameters, checks } = await beginAsBank()
    const url = await openid.buildAuthorizationUrlWithPAR(config, { ...parameters }, { DPoP })
    assert.deepEqual([...url.searchParams.keys()].toSorted(), ['client_id', 'request_uri'])
    const returned = await approve(running.openBrowser(), url)
    assert.equal(returned.searchParams.get('iss'), running.issuer)
    const tokens = await openid.authorizationCodeGrant(config, returned, checks, undefined, { DPoP })
    assert.equal(tokens.token_type, 'dpop')
    assert.equal(tokens.scope, strictScope)
    assert.deepEqual(decodeJwt(tokens.access_token)['cnf'], { jkt: await DPoP.calculateThumbprint() })
    const subject = tokens.claims()?.sub ?? ''
    assert.equal((await openid.fetchUserInfo(config, tokens.access_token, subject, { DPoP })).email, 'ada@example.org')
    for (let count = 0; count < 2; count++) {
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
      assert.equal(refreshed.token_type, 'dpop')
      assert.equal(refreshed.refresh_token, undefined, 'the refresh token stays what it is')
    }
    const { active } = await openid.tokenIntrospection(config, tokens.access_token)
    assert.equal(active, true)
    await openid.tokenRevocation(config, tokens.refresh_token ?? '')
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, false)
  })

  test('FAPI 2.0 Security Profile §5.3.2.1: openid-client gets a bound token for itself', async () => {
    const config = await configureBank(running)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('PS256'))
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'read_pets' }, { DPoP })
    assert.deepEqual(decodeJwt(tokens.access_token)['cnf'], { jkt: await DPoP.calculateThumbprint() })
  })

  test('FAPI 2.0 Security Profile §5.3.2.1-4: openid-client without proofs gets no token', async () => {
    const config = await configureBank(running)
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: 'read_pets' }), { error: 'invalid_request' })
    const { parameters, checks } = await beginAsBank()
    const url = await openid.buildAuthorizationUrlWithPAR(config, { ...parameters })
    const returned = await approve(running.openBrowser(), url)
    await assert.rejects(openid.authorizationCodeGrant(config, returned, checks), { error: 'invalid_request' })
  })

  test('FAPI 2.0 Security Profile §5.4.1-1: openid-client with proofs by RS256 gets no token', async () => {
    const config = await configureBank(running)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('RS256'))
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: 'read_pets' }, { DPoP }), {
      error: 'invalid_dpop_proof',
    })
  })

  test('FAPI 2.0 Security Profile §5.3.2.2-3: openid-client that pushes nothing is sent back with an error', async () => {
    const config = await configureBank(running)
    const { parameters, checks } = await beginAsBank()
    const { left } = await running.openBrowser().open(openid.buildAuthorizationUrl(config, { ...parameters }))
    assert.ok(left)
    await assert.rejects(openid.authorizationCodeGrant(config, left, checks), { error: 'invalid_request' })
  })

  test('FAPI 2.0 Security Profile §5.3.2.1-8: openid-client whose assertions name the endpoint is not known', async () => {
    const config = await configureBank(running)
    const endpoint = config.serverMetadata().token_endpoint
    const toEndpoint = openid.PrivateKeyJwt(signingKey, {
      [openid.modifyAssertion]: (_header, payload) => {
        payload['aud'] = endpoint ?? ''
      },
    })
    const other = new openid.Configuration(config.serverMetadata(), 'bank', undefined, toEndpoint)
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    openid.allowInsecureRequests(other)
    await assert.rejects(
      openid.clientCredentialsGrant(other),
      (error: unknown) => error instanceof openid.WWWAuthenticateChallengeError && error.status === 401,
    )
  })

  const forms: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    [
      'FAPI 2.0 Security Profile §5.3.2.1-2: no password grant',
      { grant_type: 'password', username: 'ada', password: 'x' },
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-3: no public client',
      { grant_type: 'authorization_code', client_id: 'bank', code: 'x' },
    ],
    [
      'FAPI 2.0 Security Profile §5.3.2.1-6: no secret in a form',
      { grant_type: 'client_credentials', client_id: 'bank', client_secret: secret },
    ],
  ]

  for (const [sentence, form] of forms)
    test(sentence, async () => {
      const response = await fetch(`${running.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })
      assert.equal(response.status, 401)
    })

  test('FAPI 2.0 Security Profile §5.3.2.1-1: the metadata names what the profile has and nothing else', async () => {
    const { metadata } = running
    assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['private_key_jwt'])
    assert.deepEqual(metadata.token_endpoint_auth_signing_alg_values_supported, ['ES256', 'EdDSA', 'PS256'])
    assert.deepEqual(metadata.dpop_signing_alg_values_supported, ['PS256', 'ES256', 'EdDSA'])
    assert.deepEqual(metadata.response_types_supported, ['code'])
    assert.equal(metadata.require_pushed_authorization_requests, true)
  })
})

const client = {
  clientId: 'bank',
  jwks: { keys: [publicJwk] },
  redirectUris: [redirectUri],
  scope: ['openid'],
} as const

test('a server does not start under the profile with what contradicts it, and says all of it at once', async () => {
  const changes: Partial<ConfigDeclaration> = {
    ttl: { code: 61 },
    dangerouslyAllowImplicit: true,
    features: { dpop: false, pushedRequests: { ttl: 600 } },
    clients: [
      { ...client, redirectUris: ['http://127.0.0.1/cb'] },
      { clientId: 'spa', scope: [], redirectUris: [redirectUri] },
    ],
  }
  await assert.rejects(
    () => startProfile('fapi2-security', changes),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError)
      assert.deepEqual(error.problems.map(({ path }) => path).toSorted(), [
        'clients[0].redirectUris',
        'clients[1].authenticationMethod',
        'clients[1].authenticationMethod',
        'dangerouslyAllowImplicit',
        'features',
        'features.pushedRequests.ttl',
        'requireSenderConstraint',
        'ttl.code',
      ])
      const sources = error.problems.filter(({ message }) => /FAPI 2\.0 Security Profile §5/.test(message))
      assert.equal(sources.length, 7)
      return true
    },
  )
})
