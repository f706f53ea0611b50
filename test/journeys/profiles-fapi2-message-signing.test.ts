import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { beginAsBank, configureBank, type ProfileServer, startProfile, strictScope } from './profile-server.ts'
import { approve, signingKey } from './running-server.ts'

// oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
const insecure = { [oauth.allowInsecureRequests]: true }
const hour = 3600

/** What is different about the claims of a request object; one that is `undefined` is left out. */
type ClaimChanges = Readonly<Record<string, unknown>>

describe('a server under the profile fapi2-message-signing', () => {
  let running: ProfileServer
  before(async () => {
    running = await startProfile('fapi2-message-signing')
  })
  after(() => running.close())

  const configure = () => configureBank(running, openid.useJwtResponseMode, openid.enableNonRepudiationChecks)

  /** Signs a request, and pushes it with a proof. */
  async function pushSigned(config: openid.Configuration, changes: ClaimChanges = {}) {
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const { parameters, checks } = await beginAsBank()
    const modify = {
      [openid.modifyAssertion]: (_header: object, claims: Record<string, unknown>) =>
        void Object.assign(claims, changes),
    }
    const jar = await openid.buildAuthorizationUrlWithJAR(config, { ...parameters }, signingKey, modify)
    return { url: await openid.buildAuthorizationUrlWithPAR(config, jar.searchParams, { DPoP }), DPoP, checks }
  }

  test('FAPI 2.0 Message Signing §5.3.1-1: openid-client signs and pushes its request, and takes a signed response', async () => {
    const config = await configure()
    const { url, DPoP, checks } = await pushSigned(config)
    const returned = await approve(running.openBrowser(), url)
    assert.deepEqual([...returned.searchParams.keys()], ['response'])
    const tokens = await openid.authorizationCodeGrant(config, returned, checks, undefined, { DPoP })
    assert.equal(tokens.scope, strictScope)
    assert.deepEqual(decodeJwt(tokens.access_token)['cnf'], { jkt: await DPoP.calculateThumbprint() })
  })

  test('FAPI 2.0 Message Signing §5.5.1-1: oauth4webapi gets a signed introspection, and verifies it', async () => {
    const config = await configure()
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const { access_token } = await openid.clientCredentialsGrant(config, { scope: 'read_pets' }, { DPoP })
    const as = config.serverMetadata()
    const client: oauth.Client = { client_id: 'bank', introspection_signed_response_alg: 'ES256' }
    const options = { ...insecure, requestJwtResponse: true }
    const response = await oauth.introspectionRequest(
      as,
      client,
      oauth.PrivateKeyJwt(signingKey),
      access_token,
      options,
    )
    assert.match(response.headers.get('content-type') ?? '', /^application\/token-introspection\+jwt/)
    assert.equal((await oauth.processIntrospectionResponse(as, client, response)).active, true)
    await oauth.validateApplicationLevelSignature(as, response, insecure)
  })

  const now = () => Math.floor(Date.now() / 1000)
  const refusedObjects: readonly (readonly [string, () => ClaimChanges])[] = [
    ['FAPI 2.0 Message Signing §5.3.1-2: no request for another server', () => ({ aud: 'https://other.example' })],
    ['FAPI 2.0 Message Signing §5.3.1-3: no request without nbf', () => ({ nbf: undefined })],
    ['FAPI 2.0 Message Signing §5.3.1-3: no request from more than an hour ago', () => ({ nbf: now() - hour - 60 })],
    ['FAPI 2.0 Message Signing §5.3.1-4: no request for more than an hour', () => ({ exp: now() + hour + 60 })],
    ['FAPI 2.0 Message Signing §5.3.1-4: no request without end', () => ({ exp: undefined })],
  ]

  for (const [sentence, changes] of refusedObjects)
    test(sentence, async () => {
      await assert.rejects(pushSigned(await configure(), changes()), { error: 'invalid_request_object' })
    })

  test('FAPI 2.0 Message Signing §5.3.1-1: openid-client that pushes what it has not signed is refused', async () => {
    const { parameters } = await beginAsBank()
    const pushing = openid.buildAuthorizationUrlWithPAR(await configure(), { ...parameters })
    await assert.rejects(pushing, { error: 'invalid_request' })
  })

  test('FAPI 2.0 Message Signing §5.4.1-1: openid-client that does not ask for a signed response is refused', async () => {
    const config = await configureBank(running)
    await assert.rejects(pushSigned(config), { error: 'invalid_request' })
  })

  test('FAPI 2.0 Security Profile §5.3.2.1-4: a signed request alone binds no token', async () => {
    const config = await configure()
    const { url, checks } = await pushSigned(config)
    const returned = await approve(running.openBrowser(), url)
    await assert.rejects(openid.authorizationCodeGrant(config, returned, checks), (error: unknown) => {
      assert.ok(error instanceof openid.ResponseBodyError)
      return ['invalid_request', 'invalid_grant'].includes(error.error)
    })
  })
})
