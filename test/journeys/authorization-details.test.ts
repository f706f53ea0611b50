import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { authorizationDetails, encryption, introspectionJwt, pushedRequests } from '@ambit/server'
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { inventory } from '../../packages/server/src/testing/catalogue.ts'
import { clientSecret, redirectUri, testClient } from '../../packages/server/src/testing/clients.ts'
import { account, detailClients, detailTypes, payment } from '../../packages/server/src/testing/details.ts'
import { consent, logIn } from '../attacks/target.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const keys = await generateKeyPair('ECDH-ES+A256KW', { crv: 'P-256', extractable: true })
const sealed = testClient({
  name: 'sealed',
  introspects: [inventory],
  grantTypes: [],
  jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), use: 'enc', kid: 'enc', alg: 'ECDH-ES+A256KW' }] },
  metadata: { introspection_encrypted_response_alg: 'ECDH-ES+A256KW', introspection_encrypted_response_enc: 'A256GCM' },
})

describe('authorization details over HTTP', () => {
  let running: FeatureServer
  before(async () => {
    const features = [authorizationDetails({ types: detailTypes }), pushedRequests(), introspectionJwt(), encryption()]
    running = await startWithFeatures({ features, clients: [...detailClients, sealed] })
  })
  after(() => running.close())

  function discover() {
    const authentication = openid.ClientSecretBasic(clientSecret)
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    const options = { execute: [openid.allowInsecureRequests] }
    return openid.discovery(new URL(running.issuer), 'shop', undefined, authentication, options)
  }

  async function requestOf(details: unknown) {
    const verifier = openid.randomPKCECodeVerifier()
    const parameters = {
      redirect_uri: redirectUri,
      authorization_details: JSON.stringify(details),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }
    return { verifier, parameters }
  }

  for (const isPushed of [false, true])
    test(`RFC 9396 §3: openid-client asks for a payment, ${isPushed ? 'pushed' : 'in the URL'}, and is told what was granted`, async () => {
      const config = await discover()
      const { verifier, parameters } = await requestOf([payment])
      const url = isPushed
        ? await openid.buildAuthorizationUrlWithPAR(config, parameters)
        : openid.buildAuthorizationUrl(config, parameters)
      const left = await approveAsAlice(running.openBrowser(), url)
      const tokens = await openid.authorizationCodeGrant(config, left, { pkceCodeVerifier: verifier })
      assert.deepEqual(tokens.authorization_details, [payment])
      assert.equal(tokens.scope, undefined)
      const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
      assert.deepEqual(again.authorization_details, [payment])
    })

  test('RFC 9396 §4: what the user unticks on the page is not granted', async () => {
    const config = await discover()
    const { verifier, parameters } = await requestOf([payment, account])
    const browser = running.openBrowser()
    const page = await logIn(browser, await browser.open(openid.buildAuthorizationUrl(config, parameters)))
    assert.match(page.html, /123\.50 EUR/)
    assert.match(page.html, /Merchant A/)
    const answered = await consent(browser, page, { detail: ['1'], choice: ['[1,"actions","balance"]'] })
    assert.ok(answered.left)
    const tokens = await openid.authorizationCodeGrant(
      config,
      answered.left,
      { pkceCodeVerifier: verifier },
      { resource: inventory },
    )
    assert.deepEqual(tokens.authorization_details, [{ ...account, actions: ['balance'] }])
  })

  test('RFC 9396 §5: openid-client is told of details that nobody declared', async () => {
    const config = await discover()
    const { parameters } = await requestOf([{ type: 'gift' }])
    await assert.rejects(openid.buildAuthorizationUrlWithPAR(config, parameters), {
      error: 'invalid_authorization_details',
    })
  })

  async function tokenOf() {
    const config = await discover()
    const { verifier, parameters } = await requestOf([account])
    const left = await approveAsAlice(running.openBrowser(), openid.buildAuthorizationUrl(config, parameters))
    return (await openid.authorizationCodeGrant(config, left, { pkceCodeVerifier: verifier })).access_token
  }

  async function asServer() {
    const issuer = new URL(running.issuer)
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    return oauth.processDiscoveryResponse(issuer, response)
  }

  test('RFC 9701 §5: oauth4webapi introspects by a signed JWT, which it verifies', async () => {
    const [as, token] = [await asServer(), await tokenOf()]
    const api: oauth.Client = { client_id: 'api', introspection_signed_response_alg: 'ES256' }
    const authentication = oauth.ClientSecretBasic(clientSecret)
    const options = { requestJwtResponse: true, ...insecure }
    const response = await oauth.introspectionRequest(as, api, authentication, token, options)
    assert.equal(response.headers.get('content-type'), 'application/token-introspection+jwt')
    const told = await oauth.processIntrospectionResponse(as, api, response)
    assert.equal(told.active, true)
    assert.deepEqual(told.authorization_details, [account])
    await oauth.validateApplicationLevelSignature(as, response, insecure)
  })

  test('RFC 9701 §5: oauth4webapi decrypts the signed answer of an API that wants it encrypted', async () => {
    const [as, token] = [await asServer(), await tokenOf()]
    const api: oauth.Client = { client_id: 'sealed', introspection_signed_response_alg: 'ES256' }
    const authentication = oauth.ClientSecretBasic(clientSecret)
    const options = { requestJwtResponse: true, ...insecure }
    const response = await oauth.introspectionRequest(as, api, authentication, token, options)
    const decrypt = async (jwe: string) =>
      new TextDecoder().decode((await compactDecrypt(jwe, keys.privateKey)).plaintext)
    const told = await oauth.processIntrospectionResponse(as, api, response, { [oauth.jweDecrypt]: decrypt })
    assert.equal(told.active, true)
  })
})
