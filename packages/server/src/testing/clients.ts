import { epochSeconds } from '@ambit/protocol'
import type { ClientRecord, UserRecord } from '../ports/records.ts'
import { inventory, pets, testCatalogue } from './catalogue.ts'
import { clientId, hashOf, userId } from './ids.ts'
import { clientKeys } from './keys.ts'

/** The secret of every confidential client of the test world. */
export const clientSecret = 'a secret: with + & % ü'
/** The password of every user of the test world. */
export const password = 'correct horse battery staple'
/** Where the codes of the clients of the test world go. */
export const redirectUri = 'https://app.example/callback'

const everything = testCatalogue.names.join(' ')

/** A client with overrides; by default a confidential web client that logs users in. */
export function testClient(overrides: Partial<ClientRecord> & { readonly name: string }): ClientRecord {
  return {
    clientId: clientId(overrides.name),
    applicationType: 'web',
    authenticationMethod: 'client_secret_basic',
    secretHashes: overrides.authenticationMethod === 'none' ? [] : [hashOf(clientSecret)],
    redirectUris: [redirectUri],
    postLogoutRedirectUris: ['https://app.example/goodbye'],
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    scope: everything,
    introspects: [],
    subjectType: 'public',
    createdAt: epochSeconds(1_700_000_000),
    ...overrides,
  }
}

/** One client of each kind. */
export const clients = {
  web: testClient({ name: 'web' }),
  post: testClient({ name: 'post', authenticationMethod: 'client_secret_post' }),
  spa: testClient({ name: 'spa', authenticationMethod: 'none' }),
  native: testClient({
    name: 'native',
    authenticationMethod: 'none',
    applicationType: 'native',
    redirectUris: ['http://127.0.0.1/callback', 'app.example:/callback'],
  }),
  machine: testClient({
    name: 'machine',
    redirectUris: [],
    responseTypes: [],
    grantTypes: ['client_credentials'],
    scope: 'read_pets write_pets order inventory:write offline_access',
    defaultScope: 'read_pets',
  }),
  signed: testClient({
    name: 'signed',
    authenticationMethod: 'private_key_jwt',
    secretHashes: [],
    jwks: { keys: [clientKeys.publicJwk] },
    grantTypes: ['client_credentials', 'authorization_code', 'refresh_token'],
  }),
  pairwise: testClient({ name: 'pairwise', subjectType: 'pairwise' }),
  legacy: testClient({
    name: 'legacy',
    grantTypes: ['password', 'refresh_token', 'implicit'],
    responseTypes: ['token', 'id_token', 'id_token token'],
    dangerouslyAllowPassword: true,
    dangerouslyAllowImplicit: true,
  }),
  api: testClient({
    name: 'api',
    redirectUris: [],
    responseTypes: [],
    grantTypes: [],
    scope: '',
    introspects: [pets, inventory],
  }),
} as const

/** Users: one who may pass on everything, one who may pass on little. */
export const users = {
  alice: {
    userId: userId('user-alice'),
    username: 'alice',
    passwordHash: `plain:${password}`,
    claims: {
      name: 'Alice Example',
      preferred_username: 'alice',
      email: 'alice@example.org',
      email_verified: true,
      phone_number: '+49 30 1234',
      address: { country: 'DE' },
    },
    passwordChangedAt: epochSeconds(1_700_000_000),
    createdAt: epochSeconds(1_700_000_000),
  },
  bob: {
    userId: userId('user-bob'),
    username: 'bob',
    passwordHash: `plain:${password}`,
    claims: { name: 'Bob Example', email: 'bob@example.org' },
    scope: 'read_pets order',
    passwordChangedAt: epochSeconds(1_700_000_000),
    createdAt: epochSeconds(1_700_000_000),
  },
} as const satisfies Readonly<Record<string, UserRecord>>
