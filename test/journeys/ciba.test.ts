import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { backchannelAuthentication } from '@ambit/server'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { metadataOf } from '../../packages/server/src/client/metadata-field.ts'
import { notificationEndpoint } from '../../packages/server/src/features/backchannel-authentication/client-fields.ts'
import {
  askers,
  notificationToken,
  sealing,
} from '../../packages/server/src/features/backchannel-authentication/testing/backchannel.ts'
import type { OutboundRequest } from '../../packages/server/src/ports/world.ts'
import { clientSecret } from '../../packages/server/src/testing/clients.ts'
import { startHostileAddresses } from '../attacks/hostile-addresses.ts'
import { consent, logIn, startTarget, tokensOf } from '../attacks/target.ts'
import { type BrowserLike, formWith, type Landing } from './browser-like.ts'
import { type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const scope = 'openid email read_pets'

/** Alice logs in, sees on her home page that something waits, and looks at it. */
async function look(browser: BrowserLike, issuer: string): Promise<Landing> {
  let home = await browser.open(`${issuer}/`)
  if (home.url.pathname === '/login') home = await logIn(browser, home)
  const [, path = ''] = /<a href="([^"]+)">Requests that wait for you: 1</.exec(home.html) ?? []
  const waiting = await browser.open(issuer + path)
  return browser.submit(waiting, {}, formWith(waiting, 'request'))
}

describe('an app that asks by the back channel', () => {
  let running: FeatureServer
  const told: string[] = []
  const pings: OutboundRequest[] = []
  before(async () => {
    running = await startWithFeatures({
      features: [
        backchannelAuthentication({
          interval: 1,
          modes: ['poll', 'ping'],
          sealing,
          notify: async ({ username }, url) => void told.push(`${username} ${url}`),
        }),
      ],
      outbound: async request => {
        pings.push(request)
        return { status: 204, headers: {}, body: '' }
      },
      clients: Object.values(askers),
    })
  })
  after(() => running.close())

  const discover = (clientId: string) =>
    openid.discovery(new URL(running.issuer), clientId, undefined, openid.ClientSecretBasic(clientSecret), {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })

  test('OpenID Connect CIBA Core §5: openid-client asks and polls, and its user answers at the server', async () => {
    const config = await discover('desk')
    const request = { scope, login_hint: 'alice', binding_message: 'W4SCT' }
    const begun = await openid.initiateBackchannelAuthentication(config, request)
    const tokens = openid.pollBackchannelAuthenticationGrant(config, begun)
    assert.deepEqual(told, [`alice ${running.issuer}/backchannel`])
    const browser = running.openBrowser()
    const asked = await look(browser, running.issuer)
    assert.equal(asked.url.pathname, '/consent')
    assert.match(asked.html, /W4SCT/)
    const done = await consent(browser, asked, { scope: ['openid', 'email'] })
    assert.match(done.html, /The app goes on by itself/)
    const { access_token, scope: granted, ...response } = await tokens
    assert.equal(granted, 'openid email')
    const subject = (await tokens).claims()?.sub ?? ''
    assert.equal((await openid.fetchUserInfo(config, access_token, subject)).email, 'alice@example.org')
    const again = await openid.initiateBackchannelAuthentication(config, {
      scope,
      id_token_hint: response.id_token ?? '',
    })
    const refused = await consent(browser, await look(browser, running.issuer), { decision: 'deny' })
    assert.match(refused.html, /The app gets no access/)
    await assert.rejects(openid.pollBackchannelAuthenticationGrant(config, again), { error: 'access_denied' })
  })

  test('OpenID Connect CIBA Core §10.2: oauth4webapi is told when it can fetch its tokens', async () => {
    const issuer = new URL(running.issuer)
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    assert.deepEqual(as.backchannel_token_delivery_modes_supported, ['poll', 'ping'])
    const client: oauth.Client = { client_id: 'told' }
    const authentication = oauth.ClientSecretBasic(clientSecret)
    const parameters = { scope, login_hint: 'alice', client_notification_token: notificationToken }
    const begin = await oauth.backchannelAuthenticationRequest(as, client, authentication, parameters, insecure)
    const { auth_req_id } = await oauth.processBackchannelAuthenticationResponse(as, client, begin)
    const redeem = async () => {
      const response = await oauth.backchannelAuthenticationGrantRequest(
        as,
        client,
        authentication,
        auth_req_id,
        insecure,
      )
      return oauth.processBackchannelAuthenticationGrantResponse(as, client, response)
    }
    await assert.rejects(redeem(), { error: 'authorization_pending' })
    const browser = running.openBrowser()
    await consent(browser, await look(browser, running.issuer), { scope: ['openid', 'read_pets'] })
    assert.deepEqual(
      pings.map(({ url, body }) => [url, body]),
      [['https://told.example/ping', JSON.stringify({ auth_req_id })]],
    )
    assert.equal((await redeem()).scope, 'openid read_pets')
    await assert.rejects(redeem(), { error: 'invalid_grant' })
  })

  test('OpenID Connect CIBA Core §13: openid-client is told at once what is wrong with its request', async () => {
    const config = await discover('desk')
    const begin = (changes: Record<string, string>) =>
      openid.initiateBackchannelAuthentication(config, { scope, ...changes })
    await assert.rejects(begin({ login_hint: 'nobody' }), { error: 'unknown_user_id' })
    await assert.rejects(begin({}), { error: 'invalid_request' })
    await assert.rejects(begin({ login_hint: 'alice', scope: 'read_pets' }), { error: 'invalid_scope' })
  })
})

describe('an endpoint that a client names for its pings', () => {
  test('OpenID Connect CIBA Core §10.2, RFC 9700 §4.16: no address that strangers may not reach is reached, and the tokens are there all the same', async () => {
    const { outbound, hostile, honestUrl, reached, close } = await startHostileAddresses({ body: '{}' }, '/ping')
    let ended = Promise.withResolvers<string>()
    const watched = (request: OutboundRequest) => {
      const sent = outbound(request)
      const { resolve } = ended
      sent.then(
        ({ status }) => resolve(String(status)),
        () => resolve('refused'),
      )
      return sent
    }
    const target = await startTarget({
      features: [backchannelAuthentication({ modes: ['ping'], sealing })],
      outbound: watched,
      clients: [askers.told],
    })
    const browser = target.openBrowser()
    const outcomes: (readonly [url: string, outcome: string | undefined])[] = []
    for (const url of [honestUrl, ...hostile.map(each => each.url)]) {
      const metadata = { backchannel_token_delivery_mode: 'ping', backchannel_client_notification_endpoint: url }
      const client = { ...askers.told, metadata }
      await target.world.options.store.saveClient(client)
      ended = Promise.withResolvers<string>()
      const form = { scope: 'openid', login_hint: 'alice', client_notification_token: notificationToken }
      const begun = await target.post('/backchannel_authentication', form, 'told')
      const done = await consent(browser, await look(browser, target.world.options.issuer))
      assert.match(done.html, /Done/, url)
      // nobody waits for a ping; to one whose registration could not be nothing is sent at all
      const isSent = metadataOf(client, notificationEndpoint) !== undefined
      const outcome = isSent ? await ended.promise : undefined
      const tokens = { grant_type: askers.told.grantTypes[0], auth_req_id: String(begun.body['auth_req_id']) }
      assert.equal(tokensOf(await target.post('/token', tokens, 'told'))['scope'], 'openid', url)
      outcomes.push([url, outcome])
      target.world.clock.advance(601)
    }
    await close()
    const [honest, ...others] = outcomes
    assert.equal(honest?.[1], '200')
    for (const [url, outcome] of others) assert.notEqual(outcome, '200', url)
    assert.equal(reached(), 0)
  })
})
