import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { deviceFlow, pushedRequests } from '@ambit/server'
import { decodeJwt } from 'jose'
import * as openid from 'openid-client'
import { inventory, pets } from '../../packages/server/src/testing/catalogue.ts'
import { clientSecret, redirectUri, testClient } from '../../packages/server/src/testing/clients.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

const scope = 'openid offline_access read_pets order'
const tv = testClient({
  name: 'tv',
  grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'],
  redirectUris: [],
  responseTypes: [],
})
/** What is no resource of the server, and why. */
const strangers: readonly (readonly [string, string])[] = [
  ['an unknown one', 'https://elsewhere.example/api'],
  ['a relative one', '/pets'],
  ['one with a fragment', `${pets}#fragment`],
  ['one that is written otherwise', `${pets}/`],
]

describe('one authorization for two resources', () => {
  let running: FeatureServer
  before(async () => {
    running = await startWithFeatures({ clients: [tv], features: [pushedRequests(), deviceFlow()] })
  })
  after(() => running.close())

  const discover = (clientId: string) =>
    openid.discovery(new URL(running.issuer), clientId, undefined, openid.ClientSecretBasic(clientSecret), {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })

  async function requestOf(resources: readonly string[]) {
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const parameters = new URLSearchParams({
      redirect_uri: redirectUri,
      scope,
      state: 's',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    for (const resource of resources) parameters.append('resource', resource)
    return { parameters, checks: { pkceCodeVerifier, expectedState: 's', idTokenExpected: true } }
  }

  for (const way of ['plain', 'pushed'] as const)
    test(`RFC 8707 §2.2: the code is redeemed for one, a refresh gives a token for the other, and none for a third: ${way}`, async () => {
      const config = await discover('web')
      const { parameters, checks } = await requestOf([pets, inventory])
      const url =
        way === 'plain'
          ? openid.buildAuthorizationUrl(config, parameters)
          : await openid.buildAuthorizationUrlWithPAR(config, parameters)
      const returned = await approveAsAlice(running.openBrowser(), url)
      const first = await openid.authorizationCodeGrant(config, returned, checks, { resource: pets })
      assert.equal(decodeJwt(first.access_token).aud, pets)
      assert.equal(first.scope, 'openid offline_access read_pets', 'the scope of the other is left out')
      const other = await openid.refreshTokenGrant(config, first.refresh_token ?? '', { resource: inventory })
      assert.equal(other.scope, 'openid offline_access order')
      const api = await discover('api')
      assert.equal((await openid.tokenIntrospection(api, other.access_token)).aud, inventory)
      for (const [name, resource] of strangers)
        await assert.rejects(
          openid.refreshTokenGrant(config, other.refresh_token ?? '', { resource }),
          { error: 'invalid_target' },
          name,
        )
      const back = await openid.refreshTokenGrant(config, other.refresh_token ?? '', { resource: pets })
      assert.equal(decodeJwt(back.access_token).aud, pets)
    })

  test('RFC 8707 §2.2: a code for two resources is redeemed for exactly one', async () => {
    const config = await discover('web')
    const { parameters, checks } = await requestOf([pets, inventory])
    const returned = await approveAsAlice(running.openBrowser(), openid.buildAuthorizationUrl(config, parameters))
    const redeem = (...resources: readonly string[]) =>
      openid.authorizationCodeGrant(
        config,
        returned,
        checks,
        new URLSearchParams(resources.map(resource => ['resource', resource])),
      )
    await assert.rejects(redeem(), { error: 'invalid_target' })
    await assert.rejects(redeem(pets, inventory), { error: 'invalid_target' })
    await assert.rejects(redeem('https://elsewhere.example/api'), { error: 'invalid_target' })
    assert.equal(decodeJwt((await redeem(pets)).access_token).aud, pets)
  })

  test('RFC 8707 §2: a client without a user names its resource, and gets the scope of that', async () => {
    const config = await discover('machine')
    const ask = (resource: string) => openid.clientCredentialsGrant(config, { scope: 'read_pets', resource })
    assert.equal(decodeJwt((await ask(pets)).access_token).aud, pets)
    for (const [name, resource] of strangers) await assert.rejects(ask(resource), { error: 'invalid_target' }, name)
  })

  for (const [name, resource] of strangers)
    test(`RFC 8707 §2: ${name} is invalid_target: in a request, pushed, and by a device`, async () => {
      const config = await discover('web')
      const { parameters } = await requestOf([pets, inventory, resource])
      const { left } = await running.openBrowser().open(openid.buildAuthorizationUrl(config, parameters))
      assert.equal(left?.searchParams.get('error'), 'invalid_target')
      await assert.rejects(openid.buildAuthorizationUrlWithPAR(config, parameters), { error: 'invalid_target' })
      const device = openid.initiateDeviceAuthorization(await discover('tv'), { scope: 'read_pets', resource })
      await assert.rejects(device, { error: 'invalid_target' })
    })

  test('RFC 8707 §2.1: scope of a resource that the request does not name is not granted', async () => {
    const config = await discover('web')
    const { parameters } = await requestOf([pets])
    const { left } = await running.openBrowser().open(openid.buildAuthorizationUrl(config, parameters))
    assert.equal(left?.searchParams.get('error'), 'invalid_scope')
  })
})
