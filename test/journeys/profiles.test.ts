import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ConfigDeclaration } from 'ambit'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as openid from 'openid-client'
import { type ProfileServer, startProfile } from './profile-server.ts'
import { approve, redirectUri, secret } from './running-server.ts'

const api = 'https://api.example/pets'
const scope = 'openid offline_access read_pets'
const app = { redirectUris: [redirectUri], scope: ['openid', 'offline_access', 'read_pets'] }

/** Runs a suite against the program's server under a profile, with a public client and one that has a secret. */
function under(
  profile: NonNullable<ConfigDeclaration['profile']>,
  body: (running: () => ProfileServer) => void,
): () => void {
  return () => {
    let running: ProfileServer
    before(async () => {
      const clients = [
        { clientId: 'app', ...app },
        { clientId: 'old', secret, authenticationMethod: 'client_secret_post' as const, ...app },
      ]
      running = await startProfile(profile, { clients })
    })
    after(() => running.close())
    body(() => running)
  }
}

function configure({ issuer }: ProfileServer, id: string, authentication = openid.None()) {
  return openid.discovery(new URL(issuer), id, undefined, authentication, {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    execute: [openid.allowInsecureRequests],
  })
}

/** Takes a client of `openid-client` through the code flow. */
async function redeem(running: ProfileServer, config: openid.Configuration, changes: Record<string, string> = {}) {
  const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...changes,
  })
  const returned = await approve(running.openBrowser(), url)
  return openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState, idTokenExpected: true })
}

describe(
  'a server under the profile oauth2.1',
  under('oauth2.1', running => {
    test('OAuth 2.1 §4.3.1: a public client of openid-client gets another refresh token at each refresh', async () => {
      const config = await configure(running(), 'app')
      const { refresh_token = '' } = await redeem(running(), config)
      const second = await openid.refreshTokenGrant(config, refresh_token)
      assert.ok(second.refresh_token)
      assert.notEqual(second.refresh_token, refresh_token)
    })

    test('OAuth 2.1 §4.1.1: openid-client without a code challenge is sent back with an error', async () => {
      const config = await configure(running(), 'old', openid.ClientSecretPost(secret))
      const url = openid.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', nonce: 'n' })
      const { left } = await running().openBrowser().open(url)
      assert.equal(left?.searchParams.get('error'), 'invalid_request')
    })

    test('OAuth 2.1 §10.1: no token comes from the authorization endpoint', async () => {
      const config = await configure(running(), 'app')
      const url = openid.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, response_type: 'token' })
      const { left } = await running().openBrowser().open(url)
      assert.match(left?.href ?? '', /error=unsupported_response_type/)
    })
  }),
)

describe(
  'a server under the profile mcp',
  under('mcp', running => {
    test('MCP Authorization: a public client of openid-client gets tokens for the server that it names, and rotates', async () => {
      const config = await configure(running(), 'app')
      const tokens = await redeem(running(), config, { resource: api })
      assert.equal(tokens.token_type, 'bearer')
      assert.equal(decodeJwt(tokens.access_token).aud, api)
      const second = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource: api })
      assert.notEqual(second.refresh_token, tokens.refresh_token)
    })

    test('MCP Authorization: the metadata says that clients may come by their documents', () => {
      assert.equal(running().metadata.client_id_metadata_document_supported, true)
      assert.ok(running().metadata.token_endpoint_auth_methods_supported?.includes('none'))
    })
  }),
)

describe(
  'a server under the profile legacy',
  under('legacy', running => {
    test('a client of before authenticates by a form, asks for scope that nobody knows, and reads RS256', async () => {
      const config = await configure(running(), 'old', openid.ClientSecretPost(secret))
      const tokens = await redeem(running(), config, { scope: `${scope} of_long_ago` })
      assert.equal(tokens.scope, scope)
      assert.equal(decodeProtectedHeader(tokens.id_token ?? '').alg, 'RS256')
    })
  }),
)
