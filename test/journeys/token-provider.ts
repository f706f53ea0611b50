import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

const resource = 'https://api.example/orders'
const redirectUri = 'https://app.example/callback'
const secret = 'a-secret-of-the-foreign-server'

/** An authorization server that is not ours, with all that a tester may want of one. */
export type TokenProvider = {
  readonly issuer: string
  readonly resource: string
  readonly redirectUri: string
  /** Of the clients `web` and `api`. */
  readonly secret: string
  /** Of the client `robot`. */
  readonly robotKey: { readonly publicJwk: JsonWebKey; readonly privateJwk: JsonWebKey }
  /** How often a proof without a nonce was refused. */
  readonly nonceAnswers: () => number
  readonly close: () => void
}

/** Starts oidc-provider on loopback: opaque tokens, DPoP with nonces, device flow, rotation. */
export async function startTokenProvider(): Promise<TokenProvider> {
  const robot = keyPair('robot-1')
  let refused = 0
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, configuration(robot.publicJwk))
  server.on('request', (_request, response) => {
    response.on('finish', () => {
      if (response.statusCode === 400 && response.hasHeader('dpop-nonce')) refused += 1
    })
  })
  server.on('request', provider.callback())
  return {
    issuer,
    resource,
    redirectUri,
    secret,
    robotKey: robot,
    nonceAnswers: () => refused,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function keyPair(kid: string): TokenProvider['robotKey'] {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    publicJwk: Object.assign(publicKey.export({ format: 'jwk' }), { kid }),
    privateJwk: Object.assign(privateKey.export({ format: 'jwk' }), { kid }),
  }
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

function configuration(robotKey: JsonWebKey): object {
  const signed = { id_token_signed_response_alg: 'ES256' }
  const silent = { redirect_uris: [], response_types: [], ...signed }
  return {
    clients: [
      {
        client_id: 'robot',
        grant_types: ['client_credentials', deviceGrant],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [robotKey] },
        ...silent,
      },
      { client_id: 'api', client_secret: secret, grant_types: [], ...silent },
      {
        client_id: 'web',
        client_secret: secret,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token', deviceGrant],
        redirect_uris: [redirectUri],
        ...signed,
      },
    ],
    jwks: { keys: [{ ...keyPair('foreign-1').privateJwk, use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          audience,
          scope: 'read_pets write_pets',
          accessTokenTTL: 600,
          accessTokenFormat: 'opaque',
        }),
      },
    },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      DeviceCode: 600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
      Grant: 600,
    },
  }
}
