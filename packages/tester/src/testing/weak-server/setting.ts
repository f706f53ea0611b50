import { makeShownCertificate } from '../../node/self-signed.ts'
import { makeKeyPair } from '../../node/signing-key.ts'
import { createSecretLedger, type SecretLedger } from '../../secret/secret.ts'
import type { KeyPair, ServerTarget, TestClient, TestUser } from '../../target/target.ts'
import type { ShownCertificate } from '../../wire/exchange.ts'
import type { WeakClient, WeakState } from './world.ts'

/** Where the web client gets its answers. */
const webCallback = 'https://client.weak.test/callback'
/** Where the public client gets its answers. */
const appCallback = 'https://app.weak.test/callback'
/** Where the native client gets its answers, on whatever port. */
const nativeCallback = 'http://127.0.0.1/native'
/** The API that tokens are for. */
export const shop = 'https://api.weak.test/shop'
/** Another API at the same server. */
export const bank = 'https://api.weak.test/bank'

/** The scopes that there are. */
export const knownScopes = ['openid', 'profile', 'offline_access', 'read', 'write', 'admin'] as const

type Makings = { readonly secrets: SecretLedger; readonly signedKey: KeyPair; readonly certificate: ShownCertificate }

let keys:
  | {
      readonly signing: KeyPair
      readonly decoy: KeyPair
      readonly signed: KeyPair
      readonly certificate: ShownCertificate
    }
  | undefined

/** The keys of all weak servers; made once, since they take their time. */
export function weakKeys(): NonNullable<typeof keys> {
  const ledger = createSecretLedger()
  keys ??= {
    signing: makeKeyPair('ES256', ledger),
    decoy: makeKeyPair('ES256', ledger),
    signed: makeKeyPair('ES256', ledger),
    certificate: makeShownCertificate({ commonName: 'bound.weak.test' }, ledger),
  }
  return keys
}

const userGrants = ['authorization_code', 'refresh_token']
const userScope = ['openid', 'profile', 'offline_access', 'read', 'write']
const device = 'urn:ietf:params:oauth:grant-type:device_code'
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** The clients, as the tester has them lent. */
export function testClients({ secrets, signedKey, certificate }: Makings): readonly TestClient[] {
  const secretOf = (clientId: string) => secrets.secret('client secret', secretFor(clientId))
  const user = { grantTypes: userGrants, scope: userScope, mayIntrospect: false }
  return [
    {
      name: 'web',
      clientId: 'web',
      credential: { method: 'client_secret_basic', secret: secretOf('web') },
      redirectUris: [webCallback],
      ...user,
    },
    {
      name: 'other',
      clientId: 'other',
      credential: { method: 'client_secret_post', secret: secretOf('other') },
      redirectUris: ['https://other.weak.test/callback'],
      ...user,
    },
    {
      name: 'app',
      clientId: 'app',
      credential: { method: 'none' },
      redirectUris: [appCallback],
      ...user,
      grantTypes: [...userGrants, device],
    },
    { name: 'native', clientId: 'native', credential: { method: 'none' }, redirectUris: [nativeCallback], ...user },
    {
      name: 'signed',
      clientId: 'signed',
      credential: { method: 'private_key_jwt', key: signedKey },
      redirectUris: ['https://signed.weak.test/callback'],
      ...user,
      grantTypes: [...userGrants, 'client_credentials', exchange],
    },
    {
      name: 'bound',
      clientId: 'bound',
      credential: { method: 'self_signed_tls_client_auth', certificate },
      redirectUris: [],
      grantTypes: ['client_credentials'],
      scope: ['read'],
      mayIntrospect: false,
    },
    {
      name: 'machine',
      clientId: 'machine',
      credential: { method: 'client_secret_basic', secret: secretOf('machine') },
      redirectUris: [],
      grantTypes: ['client_credentials', device],
      scope: ['read'],
      mayIntrospect: false,
    },
    {
      name: 'api',
      clientId: 'api',
      credential: { method: 'client_secret_basic', secret: secretOf('api') },
      redirectUris: [],
      grantTypes: [],
      scope: [],
      mayIntrospect: true,
    },
  ]
}

function secretFor(clientId: string): string {
  return `the secret of ${clientId}: 8d1f+c3 & more`
}

/** A client as the server has it. */
function registered(client: TestClient): WeakClient {
  const { credential, scope = [], name, clientId, redirectUris, grantTypes, mayIntrospect } = client
  const common = {
    name: `The ${name} client`,
    clientId,
    redirectUris,
    grantTypes,
    scope,
    mayIntrospect,
    postLogoutRedirectUris: redirectUris.map(uri => uri.replace(/[^/]*$/, 'goodbye')),
    requiresPar: false,
    isStranger: false,
  }
  if (credential.method === 'none') return { ...common, method: 'none' }
  if ('key' in credential) return { ...common, method: 'private_key_jwt', publicJwk: credential.key.publicJwk }
  if ('certificate' in credential)
    return { ...common, method: 'self_signed_tls_client_auth', certificate: credential.certificate.certificate }
  const method = credential.method === 'client_secret_post' ? 'client_secret_post' : 'client_secret_basic'
  return { ...common, method, secret: credential.secret.reveal() }
}

/** The users, as the tester has them lent. */
export function testUsers(secrets: SecretLedger): readonly TestUser[] {
  const user = (name: string, username: string): TestUser => ({
    name,
    username,
    password: secrets.secret('password', `the password of ${username}`),
    owns: {},
  })
  return [user('Ada', 'ada'), user('Bob', 'bob')]
}

/** An empty memory with these clients and users. */
export function createState(clients: readonly TestClient[], users: readonly TestUser[]): WeakState {
  return {
    clients: new Map(clients.map(client => [client.clientId, registered(client)])),
    users: users.map(({ username, password }) => ({ sub: `user-${username}`, username, password: password.reveal() })),
    sessions: new Map(),
    interactions: new Map(),
    codes: new Map(),
    tokens: new Map(),
    grants: [],
    devices: new Map(),
    pushed: new Map(),
    consents: new Map(),
    seen: new Set(),
    failures: new Map(),
  }
}

/** The server, as a tester knows it. */
export function serverTarget(
  issuer: string,
  metadata: Readonly<Record<string, unknown>>,
  lent: Pick<ServerTarget, 'clients' | 'users'>,
): ServerTarget {
  return { issuer, metadata, provider: 'unknown', isUnderTest: true, ...lent }
}
