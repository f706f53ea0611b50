import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as openid from 'openid-client'
import {
  approve,
  goodbyeUri,
  orders,
  pets,
  type Running,
  redirectUri,
  secret,
  signingKey,
  startRunning,
} from './running-server.ts'

describe('openid-client', () => {
  let server: Running
  before(async () => {
    server = await startRunning()
  })
  after(() => server.close())

  const discover = (clientId: string, authentication?: openid.ClientAuth) =>
    openid.discovery(new URL(server.issuer), clientId, undefined, authentication, {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
    })

  /** The whole code flow as the library's own documentation has it. */
  async function logIn(config: openid.Configuration, scope: string, more: Readonly<Record<string, string>> = {}) {
    const [pkceCodeVerifier, expectedState, expectedNonce] = [
      openid.randomPKCECodeVerifier(),
      openid.randomState(),
      openid.randomNonce(),
    ]
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...more,
    })
    const browser = server.openBrowser()
    const returned = await approve(browser, url)
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
    return { browser, tokens: await openid.authorizationCodeGrant(config, returned, checks) }
  }

  const clients: readonly (readonly [string, () => openid.ClientAuth])[] = [
    ['web', () => openid.ClientSecretBasic(secret)],
    ['posting', () => openid.ClientSecretPost(secret)],
    ['public', () => openid.None()],
    ['signed', () => openid.PrivateKeyJwt(signingKey)],
  ]
  for (const [clientId, authentication] of clients)
    test(`OpenID Connect Core §3.1: a login with code, PKCE and nonce, userinfo, refresh and revocation: ${clientId}`, async () => {
      const config = await discover(clientId, authentication())
      const { tokens } = await logIn(config, 'openid profile email offline_access read_pets', { resource: pets })
      const claims = tokens.claims()
      assert.ok(claims)
      const user = await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
      assert.equal(user['name'], 'Ada Example')
      assert.equal(user.email_verified, true)
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', {
        scope: 'openid read_pets',
      })
      assert.equal(refreshed.scope, 'openid read_pets')
      assert.equal(refreshed.claims()?.sub, claims.sub)
      await openid.tokenRevocation(config, refreshed.refresh_token ?? '')
      await assert.rejects(openid.refreshTokenGrant(config, refreshed.refresh_token ?? ''), { error: 'invalid_grant' })
      await assert.rejects(openid.fetchUserInfo(config, refreshed.access_token, claims.sub))
    })

  test('RFC 6749 §4.4: client credentials, with a JWT and with an opaque token', async () => {
    const config = await discover('machine', openid.ClientSecretBasic(secret))
    const jwt = await openid.clientCredentialsGrant(config, { scope: 'read_pets' })
    assert.equal(jwt.scope, 'read_pets')
    assert.equal(jwt.access_token.split('.').length, 3)
    const opaque = await openid.clientCredentialsGrant(config, { scope: 'read_orders', resource: orders })
    assert.equal(opaque.access_token.split('.').length, 1)
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: 'write_pets' }), { error: 'invalid_scope' })
  })

  test('RFC 7662 §2: a resource server asks about tokens, before and after they are revoked', async () => {
    const machine = await discover('machine', openid.ClientSecretBasic(secret))
    const api = await discover('orders-api', openid.ClientSecretBasic(secret))
    const { access_token } = await openid.clientCredentialsGrant(machine, { scope: 'read_orders' })
    const answer = await openid.tokenIntrospection(api, access_token)
    assert.equal(answer.active, true)
    assert.equal(answer.scope, 'read_orders')
    assert.equal(answer.client_id, 'machine')
    assert.equal(answer.aud, orders)
    await openid.tokenRevocation(machine, access_token)
    assert.deepEqual(await openid.tokenIntrospection(api, access_token), { active: false })
  })

  test('OpenID Connect RP-Initiated Logout §2: logging out leads back to the client and ends the session', async () => {
    const config = await discover('web', openid.ClientSecretBasic(secret))
    const { browser, tokens } = await logIn(config, 'openid read_pets')
    const url = openid.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: goodbyeUri,
      state: 'bye',
    })
    assert.equal((await browser.open(url)).left?.href, `${goodbyeUri}?state=bye`)
    await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token ?? ''), { error: 'invalid_grant' })
  })

  test('RFC 6749 §4.1.2.1: an error reaches the client with its code', async () => {
    const config = await discover('web', openid.ClientSecretBasic(secret))
    await assert.rejects(logIn(config, 'openid', { prompt: 'none' }), { error: 'login_required' })
    await assert.rejects(logIn(config, 'openid', { resource: 'https://unknown.example/' }), { error: 'invalid_target' })
  })
})
