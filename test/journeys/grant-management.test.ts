import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { grantManagement } from '@ambit/server'
import * as openid from 'openid-client'
import { clientSecret, redirectUri, testClient } from '../../packages/server/src/testing/clients.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

const catalogue = defineScopes({
  scopes: {
    read_accounts: { title: 'See accounts' },
    pay: { title: 'Pay' },
    grant_management_query: { title: 'See what was granted', grantTypes: ['client_credentials'] },
    grant_management_revoke: { title: 'Give back what was granted', grantTypes: ['client_credentials'] },
  },
})

const bank = testClient({
  name: 'bank',
  scope: catalogue.names.join(' '),
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
})

describe('grant management over HTTP', () => {
  let running: FeatureServer
  before(async () => {
    running = await startWithFeatures({ catalogue, clients: [bank], features: [grantManagement()] })
  })
  after(() => running.close())

  async function grant(config: openid.Configuration, parameters: Record<string, string>) {
    const verifier = openid.randomPKCECodeVerifier()
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    })
    const left = await approveAsAlice(running.openBrowser(), url)
    return openid.authorizationCodeGrant(config, left, { pkceCodeVerifier: verifier })
  }

  test('Grant Management §6: openid-client creates a grant, looks at it, merges, gives one scope back, and then all', async () => {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    const options = { execute: [openid.allowInsecureRequests] }
    const authentication = openid.ClientSecretBasic(clientSecret)
    const config = await openid.discovery(new URL(running.issuer), 'bank', undefined, authentication, options)
    const first = await grant(config, { scope: 'read_accounts', grant_management_action: 'create' })
    const { grant_id: grantId } = first
    assert.ok(typeof grantId === 'string')
    const managing = await openid.clientCredentialsGrant(config, {
      scope: 'grant_management_query grant_management_revoke',
    })
    const { grant_management_endpoint: endpoint } = config.serverMetadata()
    assert.ok(typeof endpoint === 'string')
    const manage = (method: string, query = '') =>
      openid.fetchProtectedResource(config, managing.access_token, new URL(`${endpoint}/${grantId}${query}`), method)
    assert.deepEqual(await (await manage('GET')).json(), { scopes: [{ scope: 'read_accounts' }] })
    const second = await grant(config, { scope: 'pay', grant_management_action: 'merge', grant_id: grantId })
    assert.equal(second['grant_id'], grantId)
    assert.deepEqual(await (await manage('GET')).json(), { scopes: [{ scope: 'read_accounts pay' }] })
    assert.equal((await manage('DELETE', '?scope=read_accounts')).status, 204)
    assert.deepEqual(await (await manage('GET')).json(), { scopes: [{ scope: 'pay' }] })
    assert.equal((await manage('DELETE')).status, 204)
    await assert.rejects(openid.refreshTokenGrant(config, second.refresh_token ?? ''), { error: 'invalid_grant' })
    assert.equal((await manage('GET')).status, 404)
  })
})
