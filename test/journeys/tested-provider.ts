import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { makeKeyPair, type SecretLedger, type TestClient, type TestUser } from '@ambit/tester'
import Provider from 'oidc-provider'

const secret = 'a-secret-of-the-tested-server-0123456789'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const userGrants = ['authorization_code', 'refresh_token']
const scope = ['openid', 'offline_access', 'profile']

/** An authorization server that is not ours, as the tester has it lent. */
export type TestedProvider = {
  readonly issuer: string
  readonly clients: readonly TestClient[]
  readonly users: readonly TestUser[]
  readonly close: () => void
}

/** The clients, as the tester has them. */
function clientsOf(secrets: SecretLedger): readonly TestClient[] {
  const own = secrets.secret('client secret', secret)
  const ofUsers = { grantTypes: userGrants, scope, mayIntrospect: false }
  const privateJwk = makeKeyPair('ES256', secrets)
  return [
    {
      name: 'web',
      clientId: 'web',
      credential: { method: 'client_secret_basic', secret: own },
      redirectUris: ['https://web.example/callback'],
      ...ofUsers,
    },
    {
      name: 'other',
      clientId: 'other',
      credential: { method: 'client_secret_post', secret: own },
      redirectUris: ['https://other.example/callback'],
      ...ofUsers,
    },
    {
      name: 'app',
      clientId: 'app',
      credential: { method: 'none' },
      redirectUris: ['https://app.example/callback'],
      ...ofUsers,
      grantTypes: [...userGrants, deviceGrant],
    },
    {
      name: 'native',
      clientId: 'native',
      credential: { method: 'none' },
      redirectUris: ['http://127.0.0.1/callback'],
      ...ofUsers,
    },
    {
      name: 'signed',
      clientId: 'signed',
      credential: { method: 'private_key_jwt', key: privateJwk },
      redirectUris: ['https://signed.example/callback'],
      ...ofUsers,
      grantTypes: [...userGrants, 'client_credentials', deviceGrant],
    },
    {
      name: 'robot',
      clientId: 'robot',
      credential: { method: 'client_secret_basic', secret: own },
      redirectUris: [],
      grantTypes: ['client_credentials', deviceGrant],
      scope: [],
      mayIntrospect: false,
    },
    {
      name: 'api',
      clientId: 'api',
      credential: { method: 'client_secret_basic', secret: own },
      redirectUris: [],
      grantTypes: [],
      scope: [],
      mayIntrospect: true,
    },
  ]
}

/** A client as the server has it registered. */
function registered({ clientId, credential, redirectUris, grantTypes }: TestClient): object {
  const isForUsers = grantTypes.includes('authorization_code')
  return {
    client_id: clientId,
    token_endpoint_auth_method: credential.method,
    ...('secret' in credential && { client_secret: credential.secret.reveal() }),
    ...('key' in credential && { jwks: { keys: [credential.key.publicJwk] } }),
    application_type: redirectUris[0]?.startsWith('http:') === true ? 'native' : 'web',
    redirect_uris: redirectUris,
    response_types: isForUsers ? ['code'] : [],
    grant_types: grantTypes,
  }
}

function configuration(clients: readonly TestClient[]): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    clients: clients.map(registered),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'tested-1' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    claims: { openid: ['sub'], profile: ['name'] },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      requestObjects: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true },
      // by default it knows no resource, and refuses whatever one asks for
      resourceIndicators: { enabled: true },
    },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, name: id }) }),
  }
}

/** Starts oidc-provider on loopback, as its makers set it up but for the features that are switched on. */
export async function startTestedProvider(secrets: SecretLedger): Promise<TestedProvider> {
  const clients = clientsOf(secrets)
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the port is not known')
  const issuer = `http://127.0.0.1:${address.port}`
  server.on('request', new Provider(issuer, configuration(clients)).callback())
  // its pages for development take any name and password
  const user = (name: string): TestUser => ({
    name,
    username: name,
    password: secrets.secret('password', `any password of ${name}`),
    owns: {},
  })
  return {
    issuer,
    clients,
    users: [user('ada'), user('bob')],
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
