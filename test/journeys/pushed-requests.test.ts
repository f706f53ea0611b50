import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pushedRequests } from '@ambit/server'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { clientSecret, redirectUri } from '../../packages/server/src/testing/clients.ts'
import { clientSigningKey } from './client-signing-key.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const scope = 'openid email read_pets'

const key = await clientSigningKey()

describe('a server that wants requests pushed', () => {
  let running: FeatureServer
  before(async () => {
    running = await startWithFeatures({ features: [pushedRequests({ required: true })] })
  })
  after(() => running.close())

  const discover = (clientId: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(running.issuer), clientId, undefined, authentication, {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })

  const clients: readonly (readonly [string, () => openid.ClientAuth])[] = [
    ['spa', () => openid.None()],
    ['post', () => openid.ClientSecretPost(clientSecret)],
    ['signed', () => openid.PrivateKeyJwt(key)],
  ]
  for (const [clientId, authentication] of clients)
    test(`RFC 9126 §4: openid-client pushes its request, and redeems the code: ${clientId}`, async () => {
      const config = await discover(clientId, authentication())
      const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
      const url = await openid.buildAuthorizationUrlWithPAR(config, {
        redirect_uri: redirectUri,
        scope,
        state: expectedState,
        claims: JSON.stringify({ userinfo: { name: null } }),
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      })
      assert.deepEqual([...url.searchParams.keys()].toSorted(), ['client_id', 'request_uri'])
      const browser = running.openBrowser()
      const returned = await approveAsAlice(browser, url)
      const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.scope, scope)
      const again = await browser.open(url)
      assert.equal(again.left, undefined)
      assert.equal(again.status, 400, 'the reference was used')
    })

  test('RFC 9126 §5: openid-client without pushing is told that it must', async () => {
    const config = await discover('spa', openid.None())
    const url = openid.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, state: 's' })
    const { left } = await running.openBrowser().open(url)
    assert.equal(left?.searchParams.get('error'), 'invalid_request')
    assert.equal(left?.searchParams.get('state'), 's')
  })

  test('RFC 9126 §2.3: openid-client is told at once what is wrong with its request', async () => {
    const config = await discover('spa', openid.None())
    const parameters = {
      redirect_uri: redirectUri,
      scope: 'no_such_scope',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }
    await assert.rejects(openid.buildAuthorizationUrlWithPAR(config, parameters), { error: 'invalid_scope' })
  })

  test('RFC 9126 §2.2: oauth4webapi pushes, and another client cannot use what it got', async () => {
    const issuer = new URL(running.issuer)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    const as = await oauth.processDiscoveryResponse(issuer, found)
    assert.equal(as.require_pushed_authorization_requests, true)
    const client = { client_id: 'post' }
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
    const parameters = new URLSearchParams({
      client_id: 'post',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const authentication = oauth.ClientSecretPost(clientSecret)
    const answered = await oauth.pushedAuthorizationRequest(as, client, authentication, parameters, insecure)
    const { request_uri, expires_in } = await oauth.processPushedAuthorizationResponse(as, client, answered)
    assert.equal(expires_in, 60)
    const urlOf = (clientId: string) => {
      const url = new URL(as.authorization_endpoint ?? '')
      url.search = new URLSearchParams({ client_id: clientId, request_uri }).toString()
      return url
    }
    const stolen = await running.openBrowser().open(urlOf('spa'))
    assert.deepEqual([stolen.left, stolen.status], [undefined, 400])
    const left = await approveAsAlice(running.openBrowser(), urlOf('post'))
    const returned = oauth.validateAuthResponse(as, client, left, state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      returned,
      redirectUri,
      verifier,
      insecure,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { requireIdToken: true })
    assert.equal(tokens.scope, scope)
  })
})
