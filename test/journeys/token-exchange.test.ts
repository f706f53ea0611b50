import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { dpop, tokenExchange } from '@ambit/server'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import {
  exchangeCatalogue,
  exchangeClients,
} from '../../packages/server/src/features/token-exchange/testing/exchange-world.ts'
import { tokenExchangeGrantType, tokenTypes } from '../../packages/server/src/features/token-exchange/token-type.ts'
import { inventory, pets } from '../../packages/server/src/testing/catalogue.ts'
import { clientSecret, clients, redirectUri } from '../../packages/server/src/testing/clients.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const subject = { subject_token_type: tokenTypes.accessToken }

/** The API of the pets calls the inventory for its callers; the agent acts only where a token lets it. */
const policies = [
  { client: 'pets-api', audience: inventory, mode: 'delegation', subjectAudience: [pets] },
  { client: 'agent', audience: pets, mode: 'delegation', subjectAudience: [pets], requiresMayAct: true },
  { client: 'web', audience: pets, mode: 'impersonation', mayAct: 'agent' },
  { client: 'narrow', audience: pets, mode: 'impersonation' },
] as const

describe('an API that calls another one for its user', () => {
  let running: FeatureServer
  before(async () => {
    const web = { ...clients.web, grantTypes: [...clients.web.grantTypes, tokenExchangeGrantType] }
    running = await startWithFeatures({
      catalogue: exchangeCatalogue,
      clients: [...Object.values(exchangeClients), { ...web, scope: exchangeClients.agent.scope }],
      features: [tokenExchange({ policies }), dpop()],
    })
  })
  after(() => running.close())

  const discover = (clientId: string) =>
    openid.discovery(new URL(running.issuer), clientId, undefined, openid.ClientSecretBasic(clientSecret), {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })

  /** Alice logs in at `web`, which gets a token for the pets. */
  async function logIn() {
    const config = await discover('web')
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid adopt offline_access',
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const returned = await approveAsAlice(running.openBrowser(), url)
    return openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState, idTokenExpected: true })
  }

  const exchange = async (client: string, parameters: Record<string, string>) =>
    openid.genericGrantRequest(await discover(client), tokenExchangeGrantType, { ...subject, ...parameters })

  test('RFC 8693 §2: openid-client exchanges what it received; the token is narrower, says who acts, and is no login', async () => {
    const tokens = await logIn()
    const exchanged = await exchange('pets-api', { subject_token: tokens.access_token, audience: inventory })
    assert.equal(exchanged.scope, 'order')
    assert.equal(exchanged['issued_token_type'], tokenTypes.accessToken)
    assert.equal(exchanged.token_type, 'bearer')
    assert.equal(exchanged.refresh_token, undefined)
    assert.equal(exchanged.id_token, undefined)
    const said = await openid.tokenIntrospection(await discover('api'), exchanged.access_token)
    assert.equal(said.sub, tokens.claims()?.sub)
    assert.equal(said.aud, inventory)
    assert.equal(said.client_id, 'pets-api')
    assert.deepEqual(said['act'], { sub: 'pets-api' })
    await assert.rejects(openid.fetchUserInfo(await discover('pets-api'), exchanged.access_token, said.sub ?? ''))
  })

  test('RFC 8693 §2.2.1: it ends with the authorization that it came from', async () => {
    const tokens = await logIn()
    const { access_token } = await exchange('pets-api', { subject_token: tokens.access_token, audience: inventory })
    const api = await discover('api')
    assert.equal((await openid.tokenIntrospection(api, access_token)).active, true)
    await openid.tokenRevocation(await discover('web'), tokens.refresh_token ?? '')
    assert.deepEqual(await openid.tokenIntrospection(api, access_token), { active: false })
  })

  test('RFC 8693 §4.4: the first client says who may act with its token, and nobody else does', async () => {
    const tokens = await logIn()
    const asked = { subject_token: tokens.access_token, audience: pets }
    await assert.rejects(exchange('agent', asked), { error: 'invalid_request' })
    const marked = await exchange('web', { ...asked, scope: 'read_pets' })
    const acting = await exchange('agent', { subject_token: marked.access_token, audience: pets })
    const as = (await discover('agent')).serverMetadata()
    const request = new Request(pets, { headers: { authorization: `Bearer ${acting.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(as, request, pets, insecure)
    assert.deepEqual(claims['act'], { sub: 'agent' })
    assert.equal(claims.client_id, 'agent')
    assert.equal(claims.scope, 'read_pets')
    assert.equal(claims.sub, tokens.claims()?.sub)
  })

  const refused: readonly (readonly [string, string, Record<string, string>, string])[] = [
    ['a client without a policy', 'bystander', {}, 'unauthorized_client'],
    ['an audience without a policy', 'pets-api', { audience: pets }, 'invalid_target'],
    ['more scope than the subject token holds', 'pets-api', { scope: 'write_pets' }, 'invalid_scope'],
    ['another type of token', 'pets-api', { requested_token_type: tokenTypes.refreshToken }, 'invalid_request'],
    ['a token that is none', 'pets-api', { subject_token: 'nothing' }, 'invalid_request'],
  ]
  for (const [name, client, parameters, error] of refused)
    test(`RFC 8693 §2.2.2: openid-client is told that it was ${name}: ${error}`, async () => {
      const { access_token } = await logIn()
      const asked = { subject_token: access_token, audience: inventory, ...parameters }
      await assert.rejects(exchange(client, asked), { error })
    })

  test('RFC 9449 §5: oauth4webapi exchanges a bound token by its key alone, for one that is bound to it', async () => {
    const as = (await discover('narrow')).serverMetadata()
    const client: oauth.Client = { client_id: 'narrow' }
    const basic = oauth.ClientSecretBasic(clientSecret)
    const post = async (
      grantType: string,
      parameters: Record<string, string>,
      key: oauth.CryptoKeyPair | undefined,
    ) => {
      const DPoP = key && oauth.DPoP(client, key)
      const options = { ...insecure, ...(DPoP && { DPoP }) }
      const response = await oauth.genericTokenEndpointRequest(as, client, basic, grantType, parameters, options)
      return oauth.processGenericTokenEndpointResponse(as, client, response)
    }
    const [key, other] = await Promise.all([oauth.generateKeyPair('ES256'), oauth.generateKeyPair('ES256')])
    const bound = await post('client_credentials', { scope: 'read_pets' }, key)
    assert.equal(bound.token_type, 'dpop')
    const asked = { ...subject, subject_token: bound.access_token, audience: pets }
    await assert.rejects(post(tokenExchangeGrantType, asked, undefined), { error: 'invalid_request' })
    await assert.rejects(post(tokenExchangeGrantType, asked, other), { error: 'invalid_request' })
    assert.equal((await post(tokenExchangeGrantType, asked, key)).token_type, 'dpop')
  })
})
