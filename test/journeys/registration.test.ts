import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { clientSecretJwt, inviteClients, nodeKeyTools, registration } from '@ambit/server'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { redirectUri } from '../../packages/server/src/testing/clients.ts'
import { clientKeys } from '../../packages/server/src/testing/keys.ts'
import { clientSigningKey } from './client-signing-key.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const execute = [openid.allowInsecureRequests]

const policy = {
  scope: ['openid', 'email', 'offline_access', 'read_pets'],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
}
const metadata = {
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  client_name: 'Shop',
  scope: 'openid email offline_access read_pets write_pets',
}
const signingKey = await clientSigningKey()

describe('a server where clients register', () => {
  let open: FeatureServer
  let invited: FeatureServer
  before(async () => {
    const sealing = { tools: nodeKeyTools(), key: 'A'.repeat(43) }
    open = await startWithFeatures({
      features: [registration({ access: 'open', policy }), clientSecretJwt({ sealing })],
    })
    invited = await startWithFeatures({ features: [registration({ access: 'initial_token', policy })] })
  })
  after(() => Promise.all([open.close(), invited.close()]))

  /** The whole code flow with what was registered. */
  async function logIn(config: openid.Configuration) {
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access read_pets',
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const returned = await approveAsAlice(open.openBrowser(), url)
    return openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState, idTokenExpected: true })
  }

  const { publicJwk } = clientKeys
  const methods: readonly (readonly [string, Partial<openid.ClientMetadata>, openid.ClientAuth | undefined])[] = [
    ['client_secret_basic', {}, undefined],
    ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }, undefined],
    ['client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }, undefined],
    ['none', { token_endpoint_auth_method: 'none' }, openid.None()],
    [
      'private_key_jwt',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } },
      openid.PrivateKeyJwt(signingKey),
    ],
  ]
  for (const [method, more, authentication] of methods)
    test(`RFC 7591 §3: openid-client registers itself and logs a user in: ${method}`, async () => {
      const config = await openid.dynamicClientRegistration(
        new URL(open.issuer),
        { ...metadata, ...more },
        authentication ?? usual(method),
        { execute },
      )
      const registered = config.clientMetadata()
      assert.equal(registered['scope'], 'openid email offline_access read_pets')
      const tokens = await logIn(config)
      assert.equal(tokens.scope, 'openid offline_access read_pets')
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
      assert.ok(refreshed.access_token)
    })

  /** `undefined` leaves the choice to the library, which posts a secret; the others say how. */
  function usual(method: string): openid.ClientAuth | undefined {
    if (method === 'client_secret_basic') return (...parts) => openid.ClientSecretBasic()(...parts)
    return method === 'client_secret_jwt' ? (...parts) => openid.ClientSecretJwt()(...parts) : undefined
  }

  test('RFC 7591 §3.2.2: openid-client is told what is wrong with its metadata', async () => {
    await assert.rejects(
      openid.dynamicClientRegistration(new URL(open.issuer), { ...metadata, grant_types: ['password'] }, undefined, {
        execute,
      }),
      { error: 'invalid_client_metadata' },
    )
  })

  test('RFC 7591 §3: oauth4webapi registers with an initial access token, and not without one', async () => {
    const as = await discover(invited)
    const attempt = async (initialAccessToken?: string) =>
      oauth.processDynamicClientRegistrationResponse(
        await oauth.dynamicClientRegistrationRequest(as, metadata, {
          ...insecure,
          ...(initialAccessToken !== undefined && { initialAccessToken }),
        }),
      )
    await assert.rejects(attempt(), oauth.WWWAuthenticateChallengeError)
    const token = await inviteClients(invited.server.context)
    const client = await attempt(token)
    assert.equal(client['client_name'], 'Shop')
    assert.equal(client.client_secret_expires_at, 0)
    await assert.rejects(attempt(token), oauth.WWWAuthenticateChallengeError)
  })

  test('RFC 7592 §2: a client reads, changes and deletes itself', async () => {
    const as = await discover(open)
    const machine = { grant_types: ['client_credentials'], scope: 'read_pets' }
    const registered = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, machine, insecure),
    )
    const { registration_client_uri: uri, client_secret } = registered
    assert.ok(typeof uri === 'string' && typeof client_secret === 'string')
    const authorization = (token: unknown) => ({ authorization: `Bearer ${String(token)}` })
    const bearer = authorization(registered['registration_access_token'])
    const read = await fetch(uri, { headers: bearer })
    assert.equal(((await read.json()) as Record<string, unknown>)['scope'], 'read_pets')
    const changed = await fetch(uri, {
      method: 'PUT',
      headers: { ...bearer, 'content-type': 'application/json' },
      body: JSON.stringify({ ...machine, client_id: registered.client_id, client_name: 'Robot' }),
    })
    assert.equal(changed.status, 200)
    const { client_name, registration_access_token } = (await changed.json()) as Record<string, unknown>
    assert.equal(client_name, 'Robot')
    const secret = oauth.ClientSecretBasic(client_secret)
    const ask = () => oauth.clientCredentialsGrantRequest(as, registered, secret, {}, insecure)
    assert.equal((await ask()).status, 200)
    assert.equal((await fetch(uri, { method: 'DELETE', headers: bearer })).status, 401)
    const deleted = await fetch(uri, { method: 'DELETE', headers: authorization(registration_access_token) })
    assert.equal(deleted.status, 204)
    assert.equal((await ask()).status, 401)
  })
})

async function discover({ issuer }: FeatureServer): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure }))
}
