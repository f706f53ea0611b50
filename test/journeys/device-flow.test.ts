import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { deviceFlow, dpop } from '@ambit/server'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { devices } from '../../packages/server/src/features/device-flow/testing/device.ts'
import { clientSecret } from '../../packages/server/src/testing/clients.ts'
import { consent, logIn } from '../attacks/target.ts'
import { type BrowserLike, fieldOf, formWith, type Landing } from './browser-like.ts'
import { type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const scope = 'openid email read_pets write_pets'

describe('a device', () => {
  let running: FeatureServer
  before(async () => {
    running = await startWithFeatures({
      features: [deviceFlow({ interval: 1 }), dpop()],
      clients: Object.values(devices),
    })
  })
  after(() => running.close())

  const discover = (clientId: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(running.issuer), clientId, undefined, authentication, {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })

  /** What the user does with what the device shows, up to the consent page. */
  async function goToConsent(browser: BrowserLike, shown: Landing, typed?: string): Promise<Landing> {
    const confirm = await browser.submit(shown, typed === undefined ? {} : { user_code: typed })
    assert.equal(confirm.url.pathname, '/device/confirm')
    assert.match(confirm.html, /Did you begin this yourself/)
    const next = await browser.submit(confirm, { decision: 'yes' })
    return next.url.pathname === '/login' ? logIn(browser, next) : next
  }

  test('RFC 8628 §3: openid-client begins, its user types the code in a browser, and it polls its tokens', async () => {
    const config = await discover('tv', openid.None())
    const begun = await openid.initiateDeviceAuthorization(config, { scope })
    assert.equal(begun.verification_uri, `${running.issuer}/device`)
    const tokens = openid.pollDeviceAuthorizationGrant(config, begun)
    const browser = running.openBrowser()
    const asked = await goToConsent(browser, await browser.open(begun.verification_uri), begun.user_code.toLowerCase())
    assert.match(asked.html, /asks on a device, not in this browser/)
    const done = await consent(browser, asked, { scope: ['openid', 'email', 'read_pets'] })
    assert.match(done.html, /Your device goes on by itself/)
    const { access_token, scope: granted, claims, refresh_token } = await bound(tokens)
    assert.equal(granted, 'openid email read_pets')
    const subject = claims()?.sub ?? ''
    const info = await openid.fetchUserInfo(config, access_token, subject)
    assert.equal(info.email, 'alice@example.org')
    const refreshed = await openid.refreshTokenGrant(config, refresh_token ?? '')
    assert.equal(refreshed.scope, granted)
  })

  test('RFC 8628 §3.3.1: with the complete address nothing is typed, but the code is compared', async () => {
    const config = await discover('box', openid.ClientSecretBasic(clientSecret))
    const begun = await openid.initiateDeviceAuthorization(config, { scope })
    const browser = running.openBrowser()
    const shown = await browser.open(begun.verification_uri_complete ?? '')
    assert.ok(shown.html.includes(begun.user_code))
    assert.equal(fieldOf(formWith(shown, 'user_code'), 'user_code'), begun.user_code)
    const asked = await goToConsent(browser, shown)
    await consent(browser, asked, { scope: ['openid'] })
    const tokens = await openid.pollDeviceAuthorizationGrant(config, begun)
    assert.equal(tokens.scope, 'openid')
  })

  test('RFC 8628 §3.5: openid-client is told that its user refused', async () => {
    const config = await discover('tv', openid.None())
    const begun = await openid.initiateDeviceAuthorization(config, { scope })
    const browser = running.openBrowser()
    const asked = await goToConsent(browser, await browser.open(begun.verification_uri_complete ?? ''))
    const done = await browser.submit(asked, { decision: 'deny' })
    assert.match(done.html, /The device gets no access/)
    await assert.rejects(openid.pollDeviceAuthorizationGrant(config, begun), { error: 'access_denied' })
  })

  test('RFC 8628 §3.1, RFC 9449 §5: openid-client proves a key as it redeems, and the tokens are bound to it', async () => {
    const config = await discover('tv', openid.None())
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair())
    const begun = await openid.initiateDeviceAuthorization(config, { scope })
    const browser = running.openBrowser()
    await consent(browser, await goToConsent(browser, await browser.open(begun.verification_uri_complete ?? '')))
    const tokens = await openid.pollDeviceAuthorizationGrant(config, begun, undefined, { DPoP })
    assert.equal(tokens.token_type, 'dpop')
    const other = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair())
    const refreshToken = tokens.refresh_token ?? ''
    await assert.rejects(openid.refreshTokenGrant(config, refreshToken, undefined, { DPoP: other }), {
      error: 'invalid_grant',
    })
    assert.equal((await openid.refreshTokenGrant(config, refreshToken, undefined, { DPoP })).token_type, 'dpop')
  })

  test('RFC 8628 §3.5: oauth4webapi waits, is too fast, and has its tokens once', async () => {
    const issuer = new URL(running.issuer)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    const as = await oauth.processDiscoveryResponse(issuer, found)
    const client: oauth.Client = { client_id: 'tv' }
    const authentication = oauth.None()
    const begin = await oauth.deviceAuthorizationRequest(as, client, authentication, { scope }, insecure)
    const begun = await oauth.processDeviceAuthorizationResponse(as, client, begin)
    const redeem = async () => {
      const response = await oauth.deviceCodeGrantRequest(as, client, authentication, begun.device_code, insecure)
      return oauth.processDeviceCodeResponse(as, client, response)
    }
    await assert.rejects(redeem(), { error: 'authorization_pending' })
    await assert.rejects(redeem(), { error: 'slow_down' })
    const browser = running.openBrowser()
    const asked = await goToConsent(browser, await browser.open(begun.verification_uri), begun.user_code)
    await consent(browser, asked, { scope: ['openid', 'read_pets'] })
    assert.match((await redeem()).scope ?? '', /read_pets/)
    await assert.rejects(redeem(), { error: 'invalid_grant' })
  })

  test('RFC 8628 §3.1: openid-client is told at once what is wrong with its request', async () => {
    const config = await discover('tv', openid.None())
    await assert.rejects(openid.initiateDeviceAuthorization(config, { scope: 'no_such_scope' }), {
      error: 'invalid_scope',
    })
    const web = await discover('web', openid.ClientSecretBasic(clientSecret))
    await assert.rejects(openid.initiateDeviceAuthorization(web, { scope }), { error: 'unauthorized_client' })
  })
})

/** The members of a response that keep their receiver. */
async function bound(response: ReturnType<typeof openid.pollDeviceAuthorizationGrant>) {
  const tokens = await response
  return { ...tokens, claims: () => tokens.claims() }
}
