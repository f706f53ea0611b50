// RFC 8705, RFC 9440
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createGuard, jwtVerifier } from '@ambit/resource'
import { defineScopes } from '@ambit/scope'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { nginx, startNginx } from './mutual-tls-nginx.ts'
import {
  certificates,
  freePort,
  type MutualTlsServer,
  pets,
  serverCertificate,
  startMutualTls,
} from './mutual-tls-server.ts'
import { approve, redirectUri } from './running-server.ts'
import { tlsFetch } from './tls-fetch.ts'

type ClientName = keyof typeof certificates

// oxlint-disable-next-line typescript/no-deprecated -- the issuer is plain HTTP on loopback
const insecure = { [oauth.allowInsecureRequests]: true }

/** Requests by TLS with a certificate, to plain HTTP by the usual way. */
function fetchAs(name: ClientName | 'nobody') {
  const shown = name === 'nobody' ? {} : { cert: certificates[name].cert, key: certificates[name].key }
  const secure = tlsFetch({ ca: serverCertificate.cert, ...shown })
  return (url: string | URL, init?: object) => (String(url).startsWith('https:') ? secure(url, init) : fetch(url, init))
}

async function errorOf(response: Response): Promise<string> {
  return ((await response.json()) as { readonly error: string }).error
}

const as = (name: ClientName | 'nobody') => ({ ...insecure, [oauth.customFetch]: fetchAs(name) })

/** What any server with mutual TLS must let its clients do, and must refuse. */
function describeMutualTls(start: () => Promise<MutualTlsServer>): void {
  let server: MutualTlsServer
  let metadata: oauth.AuthorizationServer
  before(async () => {
    server = await start()
    const issuer = new URL(server.issuer)
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    metadata = await oauth.processDiscoveryResponse(issuer, response)
  })
  after(() => server.close())

  const client = (id: string): oauth.Client => ({ client_id: id, use_mtls_endpoint_aliases: true })

  async function machineToken(): Promise<string> {
    const asked = await oauth.clientCredentialsGrantRequest(
      metadata,
      client('device'),
      oauth.TlsClientAuth(),
      { scope: 'read_pets' },
      as('device'),
    )
    return (await oauth.processClientCredentialsResponse(metadata, client('device'), asked)).access_token
  }

  test('RFC 8705 §2.1: openid-client pushes, logs a user in, refreshes and asks for claims by a certificate of an authority', async () => {
    const config = await openid.discovery(
      new URL(server.issuer),
      'bank',
      { use_mtls_endpoint_aliases: true },
      openid.TlsClientAuth(),
      {
        // oxlint-disable-next-line typescript/no-deprecated -- the issuer is plain HTTP on loopback
        execute: [openid.allowInsecureRequests],
        [openid.customFetch]: fetchAs('bank'),
      },
    )
    const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()]
    const url = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: redirectUri,
      scope: 'openid email offline_access read_pets',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
    })
    const returned = await approve(server.openBrowser(), url)
    const tokens = await openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState })
    const subject = tokens.claims()?.sub ?? ''
    assert.equal((await openid.fetchUserInfo(config, tokens.access_token, subject)).email, 'ada@example.org')
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '')
    await assert.rejects(openid.refreshTokenGrant(config, refreshed.refresh_token ?? ''), { error: 'invalid_grant' })
  })

  test('RFC 8705 §2.2: oauth4webapi authenticates by a certificate that the client made itself, and introspects', async () => {
    const token = await machineToken()
    const asked = await oauth.introspectionRequest(
      metadata,
      client('device'),
      oauth.TlsClientAuth(),
      token,
      as('device'),
    )
    const answer = await oauth.processIntrospectionResponse(metadata, client('device'), asked)
    assert.equal(answer.active, true)
    const thumbprint = createHash('sha256').update(certificates.device.der).digest('base64url')
    assert.deepEqual(answer.cnf, { 'x5t#S256': thumbprint })
  })

  for (const shown of ['nobody', 'stranger', 'app', 'bank'] as const)
    test(`RFC 8705 §2: without the certificate of the client the answer is invalid_client: ${shown}`, async () => {
      for (const id of ['bank', 'device'].filter(each => each !== shown)) {
        const asked = await oauth.clientCredentialsGrantRequest(
          metadata,
          client(id),
          oauth.TlsClientAuth(),
          {},
          as(shown),
        )
        assert.equal(asked.status, 401)
        assert.equal(await errorOf(asked), 'invalid_client')
      }
    })

  async function appTokens(): Promise<oauth.TokenEndpointResponse> {
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
    const url = new URL(metadata.authorization_endpoint ?? '')
    url.search = new URLSearchParams({
      client_id: 'app',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid email offline_access',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString()
    const returned = await approve(server.openBrowser(), url)
    const parameters = oauth.validateAuthResponse(metadata, client('app'), returned, state)
    const response = await oauth.authorizationCodeGrantRequest(
      metadata,
      client('app'),
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      as('app'),
    )
    return oauth.processAuthorizationCodeResponse(metadata, client('app'), response)
  }

  const refresh = (token: string, shown: ClientName | 'nobody') =>
    oauth.refreshTokenGrantRequest(metadata, client('app'), oauth.None(), token, as(shown))

  test('RFC 8705 §4: tokens of a public client are bound to its certificate, and so is its refresh token', async () => {
    const tokens = await appTokens()
    const token = tokens.refresh_token ?? ''
    assert.deepEqual([(await refresh(token, 'stranger')).status, (await refresh(token, 'nobody')).status], [400, 400])
    const refreshed = await oauth.processRefreshTokenResponse(metadata, client('app'), await refresh(token, 'app'))
    const userinfo = (shown: ClientName | 'nobody') =>
      oauth.userInfoRequest(metadata, client('app'), refreshed.access_token, as(shown))
    assert.equal((await userinfo('app')).status, 200)
    assert.equal((await userinfo('stranger')).status, 401)
    assert.equal((await userinfo('nobody')).status, 401)
  })

  test('RFC 8705 §3: at an API the guard wants the certificate that the server bound the token to', async () => {
    const guard = createGuard({
      issuers: [{ issuer: server.issuer, jwt: jwtVerifier({ jwksUri: `${server.origin}/jwks` }) }],
      resource: pets,
      catalogue: defineScopes({ scopes: { read_pets: { resource: pets } } }),
    })
    const headers = { authorization: `Bearer ${await machineToken()}` }
    const request = { method: 'GET', path: '/pets', query: '', body: '', headers } as const
    const shown = ({ der }: { readonly der: Uint8Array }) => ({ ...request, peerCertificate: der })
    assert.equal((await guard(shown(certificates.device), 'read_pets')).kind, 'allowed')
    assert.equal((await guard(shown(certificates.stranger), 'read_pets')).kind, 'refused')
    assert.equal((await guard(request, 'read_pets')).kind, 'refused')
  })

  test('RFC 9440 §4: a client that writes the fields of a proxy by itself is nobody', async () => {
    const { cert, der } = certificates.bank
    const headers = {
      'x-ssl-client-cert': encodeURIComponent(cert),
      'x-ssl-client-verify': 'SUCCESS',
      'client-cert': `:${Buffer.from(der).toString('base64')}:`,
      'x-forwarded-for': '127.0.0.1',
    }
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'bank', scope: 'read_pets' })
    for (const shown of ['nobody', 'app'] as const) {
      const url = metadata.mtls_endpoint_aliases?.['token_endpoint'] ?? ''
      const answer = await fetchAs(shown)(url, { method: 'POST', headers, body })
      assert.equal(answer.status, 401)
    }
  })
}

const features = (port: number) => ({ mutualTls: { alias: `https://localhost:${port}` }, pushedRequests: true })

describe('mutual TLS on a listener of our own', () => {
  describeMutualTls(async () => {
    const port = await freePort()
    const tls = { cert: 'server.pem', key: 'server.key', ca: 'clients.pem', requestCert: true, port }
    return startMutualTls({ tls, features: features(port) })
  })
})

describe('mutual TLS behind nginx', { skip: nginx ? false : 'nginx is not installed here' }, () => {
  describeMutualTls(async () => {
    const port = await freePort()
    const certificateField = { header: 'X-SSL-Client-Cert', verifiedHeader: 'X-SSL-Client-Verify' }
    const server = await startMutualTls({ trustedProxies: ['127.0.0.1'], certificateField, features: features(port) })
    const stop = await startNginx({ folder: server.folder, port, serverPort: server.port })
    const close = async () => {
      await stop()
      await server.close()
    }
    return { ...server, close }
  })
})
