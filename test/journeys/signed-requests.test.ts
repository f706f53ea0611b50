import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Feature, jwtResponses, pushedRequests, requestObjects } from '@ambit/server'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { redirectUri } from '../../packages/server/src/testing/clients.ts'
import { clientSigningKey } from './client-signing-key.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const scope = 'openid email read_pets'
const client = { client_id: 'signed' }
const key = await clientSigningKey()

function serve(features: readonly Feature[], body: (running: () => FeatureServer) => void): () => void {
  return () => {
    let running: FeatureServer
    before(async () => {
      running = await startWithFeatures({ features })
    })
    after(() => running.close())
    body(() => running)
  }
}

async function configure(running: FeatureServer, ...execute: ((config: openid.Configuration) => void)[]) {
  return openid.discovery(new URL(running.issuer), 'signed', undefined, openid.PrivateKeyJwt(key), {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks, ...execute],
  })
}

async function discover({ issuer }: FeatureServer): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
  return oauth.processDiscoveryResponse(url, response)
}

/** What a request of the code flow holds, and what its answer is checked by. */
async function begin() {
  const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
  const parameters = {
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state: expectedState,
    max_age: '3600',
    claims: JSON.stringify({ userinfo: { name: null } }),
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  return { parameters, checks: { pkceCodeVerifier, expectedState, maxAge: 3600, idTokenExpected: true } }
}

describe(
  'a server that reads signed requests',
  serve([requestObjects(), pushedRequests(), jwtResponses()], running => {
    test('RFC 9101 §5.1: openid-client signs its request, and redeems the code', async () => {
      const config = await configure(running())
      const { parameters, checks } = await begin()
      const url = await openid.buildAuthorizationUrlWithJAR(config, parameters, key)
      assert.deepEqual([...url.searchParams.keys()].toSorted(), ['client_id', 'request'])
      const returned = await approveAsAlice(running().openBrowser(), url)
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.scope, scope)
    })

    test('RFC 9101 §6.3: what a stranger adds to the URL of openid-client changes nothing', async () => {
      const config = await configure(running())
      const { parameters, checks } = await begin()
      const url = await openid.buildAuthorizationUrlWithJAR(config, parameters, key)
      url.searchParams.set('scope', 'openid admin')
      url.searchParams.set('state', 'of the stranger')
      url.searchParams.set('redirect_uri', 'https://evil.example/')
      const returned = await approveAsAlice(running().openBrowser(), url)
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.scope, scope)
    })

    test('RFC 9101 §6.2: a request that openid-client signed by another key is refused on a page', async () => {
      const config = await configure(running())
      const { parameters } = await begin()
      const foreign = await oauth.generateKeyPair('ES256')
      const url = await openid.buildAuthorizationUrlWithJAR(config, parameters, foreign.privateKey)
      const landing = await running().openBrowser().open(url)
      assert.deepEqual([landing.left, landing.status], [undefined, 400])
      assert.match(landing.html, /invalid_request_object/)
    })

    for (const mode of ['jwt', 'query.jwt', 'fragment.jwt'])
      test(`JARM §2.3: openid-client and oauth4webapi take a signed response: ${mode}`, async () => {
        const as = await discover(running())
        const { parameters, checks } = await begin()
        const url = new URL(as.authorization_endpoint ?? '')
        url.search = new URLSearchParams({ ...client, ...parameters, response_mode: mode }).toString()
        const left = await approveAsAlice(running().openBrowser(), url)
        const sent = mode === 'fragment.jwt' ? new URLSearchParams(left.hash.slice(1)) : left.searchParams
        const returned = await oauth.validateJwtAuthResponse(as, client, sent, checks.expectedState, insecure)
        const response = await oauth.authorizationCodeGrantRequest(
          as,
          client,
          oauth.PrivateKeyJwt(key),
          returned,
          redirectUri,
          checks.pkceCodeVerifier,
          insecure,
        )
        const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, { requireIdToken: true })
        assert.equal(tokens.scope, scope)
      })

    test('JARM §2.4: openid-client takes a signed response, and a signed error', async () => {
      const config = await configure(running(), openid.useJwtResponseMode)
      const { parameters, checks } = await begin()
      const browser = running().openBrowser()
      const returned = await approveAsAlice(browser, openid.buildAuthorizationUrl(config, parameters))
      assert.deepEqual([...returned.searchParams.keys()], ['response'])
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.scope, scope)
      const silent = openid.buildAuthorizationUrl(config, { ...parameters, prompt: 'none' })
      const { left } = await running().openBrowser().open(silent)
      assert.ok(left)
      await assert.rejects(openid.authorizationCodeGrant(config, left, checks), { error: 'login_required' })
    })
  }),
)

const signing = [
  requestObjects({ required: true, requireNotBefore: true }),
  pushedRequests({ required: true }),
  jwtResponses({ required: true }),
]

describe(
  'a server that wants everything pushed and signed',
  serve(signing, running => {
    test('RFC 9126 §3: openid-client pushes a signed request and takes a signed response', async () => {
      const config = await configure(running(), openid.useJwtResponseMode)
      const { parameters, checks } = await begin()
      const jar = await openid.buildAuthorizationUrlWithJAR(config, parameters, key)
      const url = await openid.buildAuthorizationUrlWithPAR(config, jar.searchParams)
      const returned = await approveAsAlice(running().openBrowser(), url)
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.scope, scope)
    })

    test('RFC 9126 §2.3: openid-client that pushes what it has not signed is refused', async () => {
      const config = await configure(running(), openid.useJwtResponseMode)
      const { parameters } = await begin()
      await assert.rejects(openid.buildAuthorizationUrlWithPAR(config, parameters), { error: 'invalid_request' })
    })

    test('RFC 9126 §5: openid-client that signs and does not push is refused', async () => {
      const config = await configure(running(), openid.useJwtResponseMode)
      const { parameters, checks } = await begin()
      const url = await openid.buildAuthorizationUrlWithJAR(config, parameters, key)
      const { left } = await running().openBrowser().open(url)
      assert.ok(left)
      await assert.rejects(openid.authorizationCodeGrant(config, left, checks), { error: 'invalid_request' })
    })

    test('RFC 9101 §4: oauth4webapi pushes a signed request with several resources', async () => {
      const as = await discover(running())
      const { parameters, checks } = await begin()
      const asked = new URLSearchParams({ ...parameters, scope: 'read_pets order', response_mode: 'jwt' })
      for (const resource of ['https://api.example/pets', 'https://api.example/inventory'])
        asked.append('resource', resource)
      const request = await oauth.issueRequestObject(as, client, asked, key)
      const pushed = new URLSearchParams({ ...client, request })
      const authentication = oauth.PrivateKeyJwt(key)
      const answered = await oauth.pushedAuthorizationRequest(as, client, authentication, pushed, insecure)
      const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, answered)
      const url = new URL(as.authorization_endpoint ?? '')
      url.search = new URLSearchParams({ ...client, request_uri }).toString()
      const left = await approveAsAlice(running().openBrowser(), url)
      const returned = await oauth.validateJwtAuthResponse(as, client, left, checks.expectedState, insecure)
      assert.ok(returned.has('code'))
    })
  }),
)
