import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type RunningServer, startServer } from 'ambit'
import * as openid from 'openid-client'
import { formWith, openBrowser } from './browser-like.ts'
import { journeyStore } from './journey-store.ts'

const redirectUri = 'https://app.example/callback'
const secret = 'a secret of the tests'
const user = { username: 'ada', password: 'a password of some length' }
const authorization = (clientId: string) => `Basic ${btoa(`${clientId}:${secret.replaceAll(' ', '+')}`)}`

describe('a security tool ends everything of a user', () => {
  let server: RunningServer
  before(async () => {
    server = await startServer({
      port: 0,
      store: await journeyStore('memory'),
      log: { level: 'silent' },
      catalogue: { scopes: { read_pets: {} } },
      features: { globalRevocation: { clients: ['desk'] } },
      clients: [
        { clientId: 'web', secret, redirectUris: [redirectUri], scope: ['openid', 'offline_access', 'read_pets'] },
        { clientId: 'desk', secret, grantTypes: [], scope: [] },
      ],
      users: [
        { ...user, claims: { email: 'ada@example.org', email_verified: true } },
        { username: 'bob', password: 'another password of length' },
      ],
    })
  })
  after(() => server.close())

  test('openid-client holds tokens of a user, and a revocation by address ends them and the session', async () => {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    const options = { execute: [openid.allowInsecureRequests] }
    const authentication = openid.ClientSecretBasic(secret)
    const config = await openid.discovery(new URL(server.issuer), 'web', undefined, authentication, options)
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      prompt: 'consent',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const browser = openBrowser(fetch, [server.origin])
    const login = await browser.open(url)
    const asked = await browser.submit(login, user, formWith(login, 'username'))
    const { left } = await browser.submit(asked, { decision: 'allow' }, formWith(asked, 'decision'))
    const tokens = await openid.authorizationCodeGrant(config, left ?? assert.fail(), {
      pkceCodeVerifier,
      idTokenExpected: true,
    })
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    await openid.fetchUserInfo(config, refreshed.access_token, tokens.claims()?.sub ?? '')

    const endpoint = server.metadata.global_token_revocation_endpoint ?? assert.fail('it is not in the metadata')
    const revoke = (clientId: string) =>
      fetch(endpoint, {
        method: 'POST',
        headers: { authorization: authorization(clientId), 'content-type': 'application/json' },
        body: JSON.stringify({ sub_id: { format: 'email', email: 'ada@example.org' } }),
      })
    assert.equal((await revoke('web')).status, 403)
    const { access_token, refresh_token = '' } = await openid.refreshTokenGrant(config, refreshed.refresh_token ?? '')
    assert.equal((await revoke('desk')).status, 204)
    await assert.rejects(openid.refreshTokenGrant(config, refresh_token), { error: 'invalid_grant' })
    await assert.rejects(openid.fetchUserInfo(config, access_token, tokens.claims()?.sub ?? ''))
    assert.equal((await browser.open(url)).url.pathname, '/login')
  })
})
