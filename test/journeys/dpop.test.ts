import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { dpop, pushedRequests } from '@ambit/server'
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { clientSecret, redirectUri, testClient } from '../../packages/server/src/testing/clients.ts'
import { clientId } from '../../packages/server/src/testing/ids.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

const always = testClient({
  name: 'always',
  clientId: clientId('always'),
  authenticationMethod: 'client_secret_post',
  metadata: { dpop_bound_access_tokens: true },
})

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }

/** The library calls Ed25519 as RFC 9864 does; the metadata says `EdDSA`. */
const remapEd25519: openid.ModifyAssertionOptions = {
  [openid.modifyAssertion]: header => {
    if (header['alg'] === 'Ed25519') header['alg'] = 'EdDSA'
  },
}
const scope = 'openid email offline_access read_pets'

for (const nonce of ['never', 'always'] as const)
  describe(`a server whose nonces are wanted ${nonce}`, () => {
    let running: FeatureServer
    before(async () => {
      running = await startWithFeatures({ features: [dpop({ nonce }), pushedRequests()], clients: [always] })
    })
    after(() => running.close())

    async function discover(): Promise<oauth.AuthorizationServer> {
      const issuer = new URL(running.issuer)
      const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
      return oauth.processDiscoveryResponse(issuer, response)
    }

    /** Does what asks for a nonce a second time, as the library's documentation has it. */
    async function withNonce<T>(act: () => Promise<T>): Promise<T> {
      try {
        return await act()
      } catch (error) {
        if (!oauth.isDPoPNonceError(error)) throw error
        return act()
      }
    }

    for (const [id, authentication] of [
      ['spa', oauth.None()],
      ['post', oauth.ClientSecretPost(clientSecret)],
      ['always', oauth.ClientSecretPost(clientSecret)],
    ] as const)
      test(`RFC 9449 §5: oauth4webapi pushes, redeems, refreshes and asks for claims with proofs: ${id}`, async () => {
        const as = await discover()
        const client: oauth.Client = { client_id: id }
        const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
        const options = { DPoP, ...insecure }
        const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
        const parameters = {
          redirect_uri: redirectUri,
          response_type: 'code',
          scope,
          state,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        }
        const { request_uri } = await withNonce(async () =>
          oauth.processPushedAuthorizationResponse(
            as,
            client,
            await oauth.pushedAuthorizationRequest(
              as,
              client,
              authentication,
              new URLSearchParams({ ...parameters, client_id: id }),
              options,
            ),
          ),
        )
        const url = new URL(as.authorization_endpoint ?? '')
        url.search = new URLSearchParams({ client_id: id, request_uri }).toString()
        const returned = oauth.validateAuthResponse(as, client, await approveAsAlice(running.openBrowser(), url), state)
        const redeem = (by: typeof options) =>
          withNonce(async () =>
            oauth.processAuthorizationCodeResponse(
              as,
              client,
              await oauth.authorizationCodeGrantRequest(
                as,
                client,
                authentication,
                returned,
                redirectUri,
                verifier,
                by,
              ),
              { requireIdToken: true },
            ),
          )
        const thief = { DPoP: oauth.DPoP(client, await oauth.generateKeyPair('ES256')), ...insecure }
        await assert.rejects(redeem(thief), { error: 'invalid_grant' })
        const tokens = await redeem(options)
        assert.equal(tokens.token_type, 'dpop')
        assert.deepEqual(decodeJwt(tokens.access_token)['cnf'], { jkt: await DPoP.calculateThumbprint() })
        const subject = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? ''
        const askClaims = (token: string) =>
          withNonce(async () =>
            oauth.processUserInfoResponse(as, client, subject, await oauth.userInfoRequest(as, client, token, options)),
          )
        assert.equal((await askClaims(tokens.access_token)).email, 'alice@example.org')
        const refreshing = await withNonce(async () =>
          oauth.processRefreshTokenResponse(
            as,
            client,
            await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token ?? '', options),
          ),
        )
        assert.equal(refreshing.token_type, 'dpop')
        assert.equal((await askClaims(refreshing.access_token)).sub, subject)
        const asBearer = await oauth.userInfoRequest(as, client, refreshing.access_token, insecure)
        assert.equal(asBearer.status, 401)
        assert.match(asBearer.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token".*, DPoP .*algs="/)
      })

    for (const algorithm of ['ES256', 'PS256', 'Ed25519'])
      test(`RFC 9449 §5: openid-client redeems, refreshes and asks for claims with proofs by ${algorithm}`, async () => {
        const config = await openid.discovery(new URL(running.issuer), 'spa', undefined, openid.None(), {
          // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
          execute: [openid.allowInsecureRequests],
        })
        const keys = await openid.randomDPoPKeyPair(algorithm)
        const DPoP = openid.getDPoPHandle(config, keys, remapEd25519)
        const pkceCodeVerifier = openid.randomPKCECodeVerifier()
        const expectedState = openid.randomState()
        const url = openid.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope,
          state: expectedState,
          code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
          code_challenge_method: 'S256',
          dpop_jkt: await DPoP.calculateThumbprint(),
        })
        const returned = await approveAsAlice(running.openBrowser(), url)
        const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
        await assert.rejects(openid.authorizationCodeGrant(config, returned, checks), { error: 'invalid_grant' })
        const tokens = await openid.authorizationCodeGrant(config, returned, checks, undefined, { DPoP })
        assert.equal(tokens.token_type, 'dpop')
        const subject = tokens.claims()?.sub ?? ''
        const claims = await openid.fetchUserInfo(config, tokens.access_token, subject, { DPoP })
        assert.equal(claims.email, 'alice@example.org')
        const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
        assert.equal(refreshed.token_type, 'dpop')
        const other = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair())
        const stolen = openid.refreshTokenGrant(config, refreshed.refresh_token ?? '', undefined, { DPoP: other })
        await assert.rejects(stolen, { error: 'invalid_grant' })
        await assert.rejects(openid.fetchUserInfo(config, refreshed.access_token, subject, { DPoP: other }))
      })

    test('RFC 9449 §5.2: a client that always uses DPoP is refused without', async () => {
      const as = await discover()
      const client = { client_id: 'always' }
      const authentication = oauth.ClientSecretPost(clientSecret)
      const response = await oauth.refreshTokenGrantRequest(as, client, authentication, 'any', insecure)
      await assert.rejects(oauth.processRefreshTokenResponse(as, client, response), { error: 'invalid_request' })
    })
  })
