import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
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

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }

describe('oauth4webapi', () => {
  let server: Running
  let as: oauth.AuthorizationServer
  before(async () => {
    server = await startRunning()
    const issuer = new URL(server.issuer)
    as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
    )
  })
  after(() => server.close())

  const basic = () => oauth.ClientSecretBasic(secret)
  const clients: readonly (readonly [string, () => oauth.ClientAuth])[] = [
    ['web', basic],
    ['posting', () => oauth.ClientSecretPost(secret)],
    ['public', () => oauth.None()],
    ['signed', () => oauth.PrivateKeyJwt(signingKey)],
  ]

  async function logIn(client: oauth.Client, authentication: oauth.ClientAuth, scope: string) {
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ]
    const url = new URL(as.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString()
    const browser = server.openBrowser()
    const parameters = oauth.validateAuthResponse(as, client, await approve(browser, url), state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      parameters,
      redirectUri,
      verifier,
      insecure,
    )
    const options = { expectedNonce: nonce, requireIdToken: true }
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, options)
    await oauth.validateApplicationLevelSignature(as, response, insecure)
    return { browser, tokens }
  }

  for (const [clientId, authentication] of clients)
    test(`RFC 6749 §4.1: code and PKCE, a valid JWT access token, userinfo, refresh and revocation: ${clientId}`, async () => {
      const client = { client_id: clientId }
      const { tokens } = await logIn(client, authentication(), 'openid email read_pets offline_access')
      const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? ''
      const request = new Request(pets, { headers: { authorization: `Bearer ${tokens.access_token}` } })
      const access = await oauth.validateJwtAccessToken(as, request, pets, insecure)
      assert.equal(access.sub, subject)
      assert.equal(access.client_id, clientId)
      const userInfo = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
      assert.equal((await oauth.processUserInfoResponse(as, client, subject, userInfo)).email, 'ada@example.org')
      const refreshing = await oauth.refreshTokenGrantRequest(
        as,
        client,
        authentication(),
        tokens.refresh_token ?? '',
        insecure,
      )
      const refreshed = await oauth.processRefreshTokenResponse(as, client, refreshing)
      assert.notEqual(refreshed.refresh_token, tokens.refresh_token)
      const revoking = await oauth.revocationRequest(as, client, authentication(), refreshed.access_token, insecure)
      await oauth.processRevocationResponse(revoking)
      assert.equal((await oauth.userInfoRequest(as, client, refreshed.access_token, insecure)).status, 401)
    })

  test('RFC 6749 §4.4: client credentials', async () => {
    const client = { client_id: 'machine' }
    const response = await oauth.clientCredentialsGrantRequest(as, client, basic(), { scope: 'read_pets' }, insecure)
    const tokens = await oauth.processClientCredentialsResponse(as, client, response)
    assert.equal(tokens.scope, 'read_pets')
    assert.equal(tokens.token_type, 'bearer')
  })

  test('RFC 7662 §2: introspection by the resource server alone', async () => {
    const machine = { client_id: 'machine' }
    const issued = await oauth.clientCredentialsGrantRequest(as, machine, basic(), { scope: 'read_orders' }, insecure)
    const { access_token } = await oauth.processClientCredentialsResponse(as, machine, issued)
    const ask = async (client: oauth.Client) =>
      oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, basic(), access_token, insecure),
      )
    const answer = await ask({ client_id: 'orders-api' })
    assert.equal(answer.active, true)
    assert.equal(answer.aud, orders)
    assert.deepEqual(await ask({ client_id: 'web' }), { active: false })
  })

  test('RFC 6749 §5.2: an error of the token endpoint reaches the client with its code', async () => {
    const client = { client_id: 'machine' }
    const response = await oauth.clientCredentialsGrantRequest(as, client, basic(), { scope: 'unknown' }, insecure)
    await assert.rejects(oauth.processClientCredentialsResponse(as, client, response), { error: 'invalid_scope' })
  })

  test('RFC 6749 §5.2: a wrong secret is answered with a challenge', async () => {
    const client = { client_id: 'machine' }
    const wrong = oauth.ClientSecretBasic('not the secret')
    const response = await oauth.clientCredentialsGrantRequest(as, client, wrong, {}, insecure)
    await assert.rejects(
      oauth.processClientCredentialsResponse(as, client, response),
      oauth.WWWAuthenticateChallengeError,
    )
  })

  test('OpenID Connect RP-Initiated Logout §2: logging out leads back to the client', async () => {
    const { browser, tokens } = await logIn({ client_id: 'web' }, basic(), 'openid')
    const url = new URL(as.end_session_endpoint ?? '')
    url.search = new URLSearchParams({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: goodbyeUri,
    }).toString()
    assert.equal((await browser.open(url)).left?.href, goodbyeUri)
    assert.equal((await browser.open(`${server.origin}/`)).url.pathname, '/login')
  })
})
