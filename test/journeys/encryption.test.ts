import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  clientSecretJwt,
  encryption,
  jwtResponses,
  nodeKeyTools,
  requestObjects,
  sealClientSecret,
} from '@ambit/server'
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { redirectUri, testClient } from '../../packages/server/src/testing/clients.ts'
import { clientId } from '../../packages/server/src/testing/ids.ts'
import { clientKeys } from '../../packages/server/src/testing/keys.ts'
import { clientSigningKey } from './client-signing-key.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

const sealing = { tools: nodeKeyTools(), key: 'c2VhbGluZy1rZXktb2YtdGhlLWpvdXJuZXlzLTMyYnk' }
const secret = 'the secret of a client that signs by it'
const key = await clientSigningKey()
const pairs = {
  'ECDH-ES': await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true }),
  'RSA-OAEP-256': await generateKeyPair('RSA-OAEP-256', { extractable: true }),
} as const
type Alg = keyof typeof pairs
const algs: readonly Alg[] = ['ECDH-ES', 'RSA-OAEP-256']
const encryptionKeys = await Promise.all(
  algs.map(async kid => ({ ...(await exportJWK(pairs[kid].publicKey)), kid, use: 'enc' })),
)

const clients = [
  ...algs.map(alg =>
    testClient({
      name: alg,
      clientId: clientId(alg.toLowerCase()),
      authenticationMethod: 'private_key_jwt',
      secretHashes: [],
      jwks: { keys: [{ ...clientKeys.publicJwk, use: 'sig' }, ...encryptionKeys] },
      metadata: {
        id_token_encrypted_response_alg: alg,
        id_token_encrypted_response_enc: 'A256GCM',
        authorization_encrypted_response_alg: alg,
      },
    }),
  ),
  testClient({
    name: 'sharing',
    clientId: clientId('sharing'),
    authenticationMethod: 'client_secret_jwt',
    secretHashes: [],
    sealedSecret: sealClientSecret(sealing, 'sharing', secret),
    grantTypes: ['client_credentials'],
    scope: 'read_pets',
  }),
]

describe('a server that encrypts, and reads what is encrypted', () => {
  let running: FeatureServer
  before(async () => {
    const features = [
      requestObjects({ encrypted: true }),
      jwtResponses(),
      encryption({ sealing }),
      clientSecretJwt({ sealing }),
    ]
    running = await startWithFeatures({ features, clients })
  })
  after(() => running.close())

  const discover = (id: string, authentication: openid.ClientAuth) =>
    openid.discovery(new URL(running.issuer), id, undefined, authentication, {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
    })

  async function begin() {
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
    const parameters = {
      redirect_uri: redirectUri,
      scope: 'openid read_pets',
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    }
    return { parameters, checks: { pkceCodeVerifier, expectedState, idTokenExpected: true } }
  }

  for (const alg of algs)
    test(`OpenID Connect Core §10.2: openid-client decrypts its ID token: ${alg}`, async () => {
      const config = await discover(alg.toLowerCase(), openid.PrivateKeyJwt(key))
      openid.enableDecryptingResponses(config, ['A256GCM'], { key: pairs[alg].privateKey, alg, kid: alg })
      const { parameters, checks } = await begin()
      const returned = await approveAsAlice(running.openBrowser(), openid.buildAuthorizationUrl(config, parameters))
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.id_token?.split('.').length, 5)
      assert.equal(tokens.claims()?.aud, alg.toLowerCase())
    })

  for (const alg of algs)
    test(`RFC 9101 §6.1: a request that openid-client signed is encrypted to the published key, and read: ${alg}`, async () => {
      const config = await discover(alg.toLowerCase(), openid.PrivateKeyJwt(key))
      openid.enableDecryptingResponses(config, ['A256GCM'], { key: pairs[alg].privateKey, alg, kid: alg })
      const { parameters, checks } = await begin()
      const url = await openid.buildAuthorizationUrlWithJAR(config, parameters, key)
      const object = url.searchParams.get('request') ?? assert.fail()
      url.searchParams.set('request', await sealFor(running.issuer, alg, object))
      const returned = await approveAsAlice(running.openBrowser(), url)
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.claims()?.aud, alg.toLowerCase())
    })

  for (const alg of algs)
    test(`JARM §2.2: an authorization response is signed, and encrypted to the client: ${alg}`, async () => {
      const config = await discover(alg.toLowerCase(), openid.PrivateKeyJwt(key))
      openid.enableDecryptingResponses(config, ['A256GCM'], { key: pairs[alg].privateKey, alg, kid: alg })
      openid.useJwtResponseMode(config)
      const { parameters, checks } = await begin()
      const returned = await approveAsAlice(running.openBrowser(), openid.buildAuthorizationUrl(config, parameters))
      const response = returned.searchParams.get('response') ?? assert.fail()
      assert.equal(returned.searchParams.get('code'), null)
      // the library decrypts no authorization responses
      const { plaintext, protectedHeader } = await compactDecrypt(response, pairs[alg].privateKey)
      assert.deepEqual([protectedHeader.alg, protectedHeader.enc], [alg, 'A128CBC-HS256'])
      returned.searchParams.set('response', new TextDecoder().decode(plaintext))
      const tokens = await openid.authorizationCodeGrant(config, returned, checks)
      assert.equal(tokens.claims()?.aud, alg.toLowerCase())
    })

  test('OpenID Connect Core §9: openid-client authenticates by its secret without sending it', async () => {
    const config = await discover('sharing', openid.ClientSecretJwt(secret))
    assert.equal((await openid.clientCredentialsGrant(config, { scope: 'read_pets' })).scope, 'read_pets')
    const wrong = await discover('sharing', openid.ClientSecretJwt(`${secret}!`))
    await assert.rejects(openid.clientCredentialsGrant(wrong), { status: 401 })
    const clear = await discover('sharing', openid.ClientSecretPost(secret))
    await assert.rejects(openid.clientCredentialsGrant(clear), { status: 401 })
  })

  test('OpenID Connect Core §9: oauth4webapi authenticates by its secret without sending it', async () => {
    // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
    const insecure = { [oauth.allowInsecureRequests]: true }
    const issuer = new URL(running.issuer)
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    assert.ok(as.token_endpoint_auth_methods_supported?.includes('client_secret_jwt'))
    const client = { client_id: 'sharing' }
    const authentication = oauth.ClientSecretJwt(secret)
    const parameters = new URLSearchParams({ scope: 'read_pets' })
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure)
    const { scope } = await oauth.processClientCredentialsResponse(as, client, response)
    assert.equal(scope, 'read_pets')
  })
})

/** Encrypts a request object to the key that a server publishes for that. */
async function sealFor(issuer: string, alg: Alg, object: string): Promise<string> {
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { readonly keys: readonly JWK[] }
  const jwk = keys.find(({ kty, use }) => use === 'enc' && kty === (alg === 'ECDH-ES' ? 'EC' : 'RSA')) ?? assert.fail()
  return new CompactEncrypt(new TextEncoder().encode(object))
    .setProtectedHeader({ alg, enc: 'A128CBC-HS256', cty: 'oauth-authz-req+jwt', kid: jwk.kid ?? '' })
    .encrypt(await importJWK(jwk, alg))
}
