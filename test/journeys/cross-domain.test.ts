import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createKeyRing, defaultKeySchedule, dpop, identityAssertion, nodeKeyTools, nodeOutbound } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { systemClock } from '../../packages/ambit/src/serve/clock.ts'
import { jwtBearerGrantType } from '../../packages/server/src/features/jwt-bearer/verify-assertion.ts'
import { tokenExchangeGrantType, tokenTypes } from '../../packages/server/src/features/token-exchange/token-type.ts'
import { pets } from '../../packages/server/src/testing/catalogue.ts'
import { clientSecret, redirectUri, testClient } from '../../packages/server/src/testing/clients.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

/** The issuer of the server behind the pets; the identity provider is started first, so it must know it before. */
const petsIssuer = 'https://pets-as.example'

/** The app as the identity provider knows it, and as the other server does. */
const atHome = testClient({
  name: 'wiki',
  grantTypes: ['authorization_code', 'refresh_token', tokenExchangeGrantType],
})
const abroad = testClient({ name: 'wiki-abroad', grantTypes: [jwtBearerGrantType] })

describe('access across domains', () => {
  let home: FeatureServer
  let resource: FeatureServer
  before(async () => {
    const clock = systemClock()
    const keys = { store: memoryStore(), clock, tools: nodeKeyTools(), schedule: defaultKeySchedule }
    const policy = {
      client: 'wiki',
      audience: petsIssuer,
      clientId: 'wiki-abroad',
      scope: ['read_pets', 'write_pets', 'unknown_there'],
      resources: [pets],
      claims: ['email'],
    }
    home = await startWithFeatures({
      signer: await createKeyRing({ ...keys, algorithms: ['ES256'] }),
      clients: [atHome],
      features: [identityAssertion({ issue: [policy] }), dpop()],
    })
    const accept = [
      {
        issuer: home.issuer,
        jwksUri: `${home.issuer}/jwks`,
        clients: ['wiki-abroad'],
        subject: { claim: 'sub', is: 'userId' },
        consent: 'assertion',
        scope: ['read_pets'],
      },
    ] as const
    resource = await startWithFeatures({
      issuer: petsIssuer,
      clients: [abroad],
      features: [identityAssertion({ accept }), dpop()],
      outbound: nodeOutbound({ dangerouslyAllow: [home.issuer] }),
    })
  })
  after(async () => {
    await home.close()
    await resource.close()
  })

  const discoverHome = () =>
    openid.discovery(new URL(home.issuer), 'wiki', undefined, openid.ClientSecretBasic(clientSecret), {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })

  async function logIn(config: openid.Configuration) {
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      prompt: 'consent',
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const returned = await approveAsAlice(home.openBrowser(), url)
    return openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState, idTokenExpected: true })
  }

  const asked = {
    requested_token_type: tokenTypes.identityAssertion,
    audience: petsIssuer,
    resource: pets,
    scope: 'read_pets write_pets unknown_there',
  }

  /** The address behind that name. */
  const reachPets = async (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) =>
    fetch(url.replace(petsIssuer, resource.issuer), init)

  /** Brings an assertion to the server behind the pets, as the client that it knows. */
  async function bring(assertion: string, key?: oauth.CryptoKeyPair, clientId = 'wiki-abroad') {
    const as = { issuer: petsIssuer, token_endpoint: `${petsIssuer}/token` }
    const client: oauth.Client = { client_id: clientId }
    const response = await oauth.genericTokenEndpointRequest(
      as,
      client,
      oauth.ClientSecretBasic(clientSecret),
      jwtBearerGrantType,
      { assertion },
      { [oauth.customFetch]: reachPets, ...(key && { DPoP: oauth.DPoP(client, key) }) },
    )
    return oauth.processGenericTokenEndpointResponse(as, client, response)
  }

  test('ID-JAG §4: openid-client logs in at home and gets a token abroad, without a page there', async () => {
    const config = await discoverHome()
    const tokens = await logIn(config)
    const { access_token: assertion, token_type } = await openid.genericGrantRequest(config, tokenExchangeGrantType, {
      ...asked,
      subject_token: tokens.id_token ?? '',
      subject_token_type: tokenTypes.idToken,
    })
    assert.equal(token_type, 'n_a')
    const abroadTokens = await bring(assertion)
    assert.equal(abroadTokens.scope, 'read_pets', 'the rest is above what is trusted, or not known there')
    assert.equal(abroadTokens.token_type, 'bearer')
    await assert.rejects(bring(assertion, undefined, 'post'), oauth.WWWAuthenticateChallengeError)
  })

  test('ID-JAG §4.3.2: a refresh token does the same when the ID token is over', async () => {
    const config = await discoverHome()
    const { refresh_token = '' } = await logIn(config)
    const { access_token } = await openid.genericGrantRequest(config, tokenExchangeGrantType, {
      ...asked,
      subject_token: refresh_token,
      subject_token_type: tokenTypes.refreshToken,
    })
    assert.equal((await bring(access_token)).scope, 'read_pets')
    assert.ok((await openid.refreshTokenGrant(config, refresh_token)).access_token, 'it is not spent')
  })

  test('ID-JAG §8.6.1: an assertion that was bound at home is good abroad by the same key alone', async () => {
    const config = await discoverHome()
    const { id_token = '' } = await logIn(config)
    const [key, other] = await Promise.all([openid.randomDPoPKeyPair('ES256'), openid.randomDPoPKeyPair('ES256')])
    const DPoP = openid.getDPoPHandle(config, key)
    const form = { ...asked, subject_token: id_token, subject_token_type: tokenTypes.idToken }
    const { access_token } = await openid.genericGrantRequest(config, tokenExchangeGrantType, form, { DPoP })
    await assert.rejects(bring(access_token), { error: 'invalid_grant' })
    await assert.rejects(bring(access_token, other), { error: 'invalid_grant' })
    assert.equal((await bring(access_token, key)).token_type, 'dpop')
  })

  test('ID-JAG §8.3: what was asserted for one server is nothing at home', async () => {
    const config = await discoverHome()
    const tokens = await logIn(config)
    const form = { ...asked, subject_token: tokens.id_token ?? '', subject_token_type: tokenTypes.idToken }
    const { access_token } = await openid.genericGrantRequest(config, tokenExchangeGrantType, form)
    await assert.rejects(openid.fetchUserInfo(config, access_token, tokens.claims()?.sub ?? ''))
    await assert.rejects(openid.genericGrantRequest(config, jwtBearerGrantType, { assertion: access_token }), {
      error: 'unsupported_grant_type',
    })
  })
})
