import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { clientDocuments, nodeOutbound } from '@ambit/server'
import * as openid from 'openid-client'
import { clientKeys } from '../../packages/server/src/testing/keys.ts'
import { makeShownCertificate } from '../../packages/tester/src/node/self-signed.ts'
import { clientSigningKey } from './client-signing-key.ts'
import { approveAsAlice, type FeatureServer, startWithFeatures } from './feature-server.ts'

/** The host of an app, which serves its documents by https. */
type AppHost = { readonly origin: string; readonly certificate: string; readonly close: () => void }

const path = '/oauth/client.json'
const signedPath = '/oauth/signed.json'
const keysPath = '/oauth/keys.json'

async function startAppHost(): Promise<AppHost> {
  const ledger = { secret: (_name: string, text: string) => ({ reveal: () => text }) }
  const name = { commonName: 'app.example', dnsName: 'app.example' }
  const { certificate, privateKey } = makeShownCertificate(name, ledger as never)
  const server: Server = createServer({ cert: certificate, key: privateKey }, (incoming, outgoing) => {
    const origin = `https://${incoming.headers.host ?? ''}`
    const document = documents(origin)[incoming.url ?? '']
    outgoing.writeHead(document ? 200 : 404, { 'content-type': 'application/json', 'cache-control': 'max-age=300' })
    outgoing.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { origin: `https://app.example:${port}`, certificate, close }
}

function documents(origin: string): Readonly<Record<string, object>> {
  const base = {
    client_name: 'App',
    redirect_uris: [`${origin}/callback`],
    scope: 'openid email read_pets offline_access',
  }
  const grant_types = ['authorization_code', 'refresh_token']
  return {
    [path]: { ...base, grant_types, client_id: `${origin}${path}` },
    [signedPath]: {
      ...base,
      grant_types,
      client_id: `${origin}${signedPath}`,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `${origin}${keysPath}`,
    },
    [keysPath]: { keys: [clientKeys.publicJwk] },
  }
}

describe('a server that takes client documents', () => {
  let app: AppHost
  let running: FeatureServer
  before(async () => {
    app = await startAppHost()
    const outbound = nodeOutbound({
      dangerouslyAllow: [app.origin],
      resolve: async () => ['127.0.0.1'],
      ca: [app.certificate],
    })
    running = await startWithFeatures({ outbound, features: [clientDocuments()] })
  })
  after(async () => {
    app.close()
    await running.close()
  })

  async function logIn(clientId: string, authentication: openid.ClientAuth) {
    const config = await openid.discovery(new URL(running.issuer), clientId, undefined, authentication, {
      // oxlint-disable-next-line typescript/no-deprecated -- loopback has no TLS
      execute: [openid.allowInsecureRequests],
    })
    assert.equal(config.serverMetadata()['client_id_metadata_document_supported'], true)
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: `${app.origin}/callback`,
      scope: 'openid email read_pets offline_access',
      state: expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const returned = await approveAsAlice(running.openBrowser(), url)
    const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
    return { config, tokens: await openid.authorizationCodeGrant(config, returned, checks) }
  }

  test('OAuth Client ID Metadata Document §1: openid-client logs a user in without any registration', async () => {
    const { config, tokens } = await logIn(`${app.origin}${path}`, openid.None())
    assert.equal(tokens.claims()?.aud, `${app.origin}${path}`)
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    const user = await openid.fetchUserInfo(config, refreshed.access_token, tokens.claims()?.sub ?? '')
    assert.equal(user.email, 'alice@example.org')
  })

  test('OAuth Client ID Metadata Document §8.2: openid-client proves itself by the keys that its document leads to', async () => {
    const { tokens } = await logIn(`${app.origin}${signedPath}`, openid.PrivateKeyJwt(await clientSigningKey()))
    assert.equal(tokens.scope, 'openid email read_pets offline_access')
    await assert.rejects(logIn(`${app.origin}${signedPath}`, openid.None()), openid.WWWAuthenticateChallengeError)
  })

  test('OAuth Client ID Metadata Document §8.5: the user sees whose app asks', async () => {
    const query = new URLSearchParams({
      client_id: `${app.origin}${path}`,
      redirect_uri: `${app.origin}/callback`,
      response_type: 'code',
      scope: 'openid read_pets',
      prompt: 'consent',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    const browser = running.openBrowser()
    const login = await browser.open(`${running.issuer}/authorize?${query.toString()}`)
    const asked = await browser.submit(login, { username: 'alice', password: 'correct horse battery staple' })
    assert.match(asked.html, /not registered here/)
    assert.doesNotMatch(asked.html, /an app on this device/)
    assert.ok(asked.html.includes(new URL(app.origin).host))
  })
})
