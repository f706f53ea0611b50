import { defineScopes } from '@ambit/scope'
import { inviteClients } from '@ambit/server'
import { makeKeyPair, type SecretLedger, type TestClient } from '@ambit/tester'
import { type ConfigDeclaration, type RunningServer, startServer } from 'ambit'
import { systemClock } from '../../packages/ambit/src/serve/clock.ts'
import { nodeCrypto } from '../../packages/server/src/node/crypto.ts'
import { clientsOf, ownResource, password, registered, usersOf } from './tested-own-server.ts'
import type { Lent } from './verdicts/run-on-server.ts'

/** The servers that the tester must have nothing against: one for each profile, and one with all that there is. */
export type TestedProfile = NonNullable<ConfigDeclaration['profile']> | 'everything'

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const cibaGrant = 'urn:openid:params:grant-type:ciba'

const scopes = ['openid', 'profile', 'offline_access', 'read_pets', 'write_pets'] as const

type Setting = {
  readonly config: Partial<ConfigDeclaration>
  readonly clients: (secrets: SecretLedger) => readonly TestClient[]
}

/** Clients as the FAPI profiles allow them: each has a key, and tokens that are bound. */
function banks(more: Partial<TestClient> = {}) {
  return (secrets: SecretLedger): readonly TestClient[] => {
    const bank = (name: string, change: Partial<TestClient> = {}): TestClient => ({
      name,
      clientId: name,
      credential: { method: 'private_key_jwt', key: makeKeyPair('ES256', secrets) },
      redirectUris: [`https://${name}.example/callback`],
      grantTypes: ['authorization_code', 'refresh_token'],
      scope: scopes,
      mayIntrospect: false,
      binding: 'dpop',
      ...more,
      ...change,
    })
    const bare = { redirectUris: [], scope: [] }
    return [
      bank('bank'),
      bank('other'),
      bank('machine', { ...bare, grantTypes: ['client_credentials'], scope: ['read_pets'] }),
      bank('pets-api', { ...bare, grantTypes: [], mayIntrospect: true }),
    ]
  }
}

/** The usual clients, with every grant that there is. */
function everybody(secrets: SecretLedger): readonly TestClient[] {
  return clientsOf(secrets).map(client => {
    const isOfUsers = client.grantTypes.includes('authorization_code')
    const isConfidential = client.credential.method !== 'none'
    if (!isOfUsers) return client
    const more = isConfidential ? [deviceGrant, exchangeGrant, cibaGrant] : [deviceGrant]
    return { ...client, grantTypes: [...client.grantTypes, ...more] }
  })
}

const policy = { scope: ['openid', 'read_pets'] }

const settings: Readonly<Record<TestedProfile, Setting>> = {
  'oauth2.1': { config: { profile: 'oauth2.1' }, clients: clientsOf },
  'fapi2-security': { config: { profile: 'fapi2-security' }, clients: banks() },
  'fapi2-message-signing': { config: { profile: 'fapi2-message-signing' }, clients: banks({ responseMode: 'jwt' }) },
  mcp: { config: { profile: 'mcp' }, clients: clientsOf },
  legacy: { config: { profile: 'legacy' }, clients: clientsOf },
  everything: {
    config: {
      assertionAudience: 'issuer',
      features: {
        dpop: { nonce: 'always' },
        pushedRequests: {},
        requestObjects: {},
        jwtResponses: true,
        deviceFlow: { ttl: 300 },
        backchannelAuthentication: {},
        tokenExchange: {
          policies: ['web', 'other', 'signed'].map(client => ({
            client,
            audience: ownResource,
            mode: 'impersonation',
          })),
        },
        registration: { access: 'initial_token', policy },
        clientDocuments: true,
      },
    },
    clients: everybody,
  },
}

const catalogue = {
  scopes: {
    read_pets: { title: 'See pets', resource: ownResource },
    write_pets: { title: 'Change pets', resource: ownResource },
  },
} as const

/** Lets the tester register clients. */
function invite(store: RunningServer['store']): Promise<string> {
  const world = { store, clock: systemClock(), crypto: nodeCrypto(), catalogue: defineScopes(catalogue) }
  return inviteClients(world, { uses: 1000 })
}

/** A server under test, as it is lent, and how it ends. */
export type Tested = Lent & { readonly close: () => Promise<void> }

/** Starts our own server with the settings of a profile, on a free port and in memory. */
export async function startTestedProfile(profile: TestedProfile, secrets: SecretLedger): Promise<Tested> {
  const { config, clients: make } = settings[profile]
  const [clients, users] = [make(secrets), usersOf(secrets)]
  const running = await startServer({
    port: 0,
    store: 'memory',
    log: { level: 'silent' },
    resources: [{ resource: ownResource, name: 'Pet store', tokenFormat: 'opaque' }],
    catalogue,
    clients: clients.map(client => ({
      ...registered(client),
      ...(client.grantTypes.length > 0 && { grantTypes: client.grantTypes }),
    })),
    users: users.map(({ username }) => ({ username, password, claims: { name: username } })),
    ...config,
  })
  const registrationToken = secrets.secret('initial access token', await invite(running.store))
  return { issuer: running.origin, clients, users, registrationToken, close: running.close }
}
