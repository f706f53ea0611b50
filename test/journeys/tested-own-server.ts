import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeKeyPair, type SecretLedger, type TestClient, type TestUser } from '@ambit/tester'
import { defineConfig, startServer } from 'ambit'
import type { Lent } from './verdicts/run-on-server.ts'

/** The resource that the tokens of our own server are for. */
export const ownResource = 'https://api.example/pets'

const secret = 'a secret: with + & % and more'
/** Of each user. */
export const password = 'a password of some length'
const scope = ['openid', 'profile', 'offline_access', 'read_pets', 'write_pets'] as const
const userGrants = ['authorization_code', 'refresh_token']

/** Clients of every usual kind, as the tester has them lent. */
export function clientsOf(secrets: SecretLedger): readonly TestClient[] {
  const own = secrets.secret('client secret', secret)
  const ofUsers = { grantTypes: userGrants, scope, mayIntrospect: false }
  const bare = { redirectUris: [], mayIntrospect: false }
  const web = (name: string): Pick<TestClient, 'name' | 'clientId' | 'redirectUris'> => ({
    name,
    clientId: name,
    redirectUris: [`https://${name}.example/callback`],
  })
  const key = makeKeyPair('ES256', secrets)
  return [
    { ...web('web'), credential: { method: 'client_secret_basic', secret: own }, ...ofUsers },
    { ...web('other'), credential: { method: 'client_secret_post', secret: own }, ...ofUsers },
    { ...web('app'), credential: { method: 'none' }, ...ofUsers },
    {
      ...web('native'),
      redirectUris: ['http://127.0.0.1/callback'],
      credential: { method: 'none' },
      ...ofUsers,
    },
    { ...web('signed'), credential: { method: 'private_key_jwt', key }, ...ofUsers },
    {
      ...bare,
      name: 'machine',
      clientId: 'machine',
      credential: { method: 'client_secret_basic', secret: own },
      grantTypes: ['client_credentials'],
      scope: ['read_pets'],
    },
    {
      ...bare,
      name: 'pets-api',
      clientId: 'pets-api',
      credential: { method: 'client_secret_basic', secret: own },
      grantTypes: [],
      scope: [],
      mayIntrospect: true,
    },
  ]
}

/** A lent client, as the configuration of our own server declares it. */
export function registered({
  clientId,
  credential,
  redirectUris,
  grantTypes,
  mayIntrospect,
  scope: own = [],
}: TestClient) {
  return {
    clientId,
    ...('secret' in credential && { secret }),
    ...(credential.method === 'client_secret_post' && { authenticationMethod: credential.method }),
    ...('key' in credential && { jwks: { keys: [{ ...credential.key.publicJwk, kid: 'signed-1' }] } }),
    ...(redirectUris.length > 0 && { redirectUris }),
    ...(redirectUris[0]?.startsWith('http:') === true && { applicationType: 'native' as const }),
    ...(grantTypes.length === 0 && { grantTypes: [] }),
    ...(mayIntrospect && { introspects: [ownResource] }),
    scope: scope.filter(each => own.includes(each)),
  }
}

/** Two users, as the tester has them lent. */
export function usersOf(secrets: SecretLedger): readonly TestUser[] {
  return ['ada', 'bob'].map(name => ({
    name,
    username: name,
    password: secrets.secret('password', password),
    owns: {},
  }))
}

/** Starts our own server on a free port, as the tester has it lent. */
export async function startTestedOwnServer(
  secrets: SecretLedger,
): Promise<Lent & { readonly close: () => Promise<void> }> {
  const clients = clientsOf(secrets)
  const users = usersOf(secrets)
  const config = defineConfig({
    port: 0,
    store: 'ambit.db',
    log: { level: 'silent' },
    resources: [{ resource: ownResource, name: 'Pet store', tokenFormat: 'opaque' }],
    catalogue: {
      scopes: {
        read_pets: { title: 'See pets', resource: ownResource },
        write_pets: { title: 'Change pets', resource: ownResource },
      },
    },
    clients: clients.map(registered),
    users: users.map(({ username }) => ({ username, password, claims: { name: username } })),
  })
  const directory = await mkdtemp(join(tmpdir(), 'ambit-tested-'))
  const running = await startServer(config, { directory })
  const close = async () => {
    await running.close()
    await rm(directory, { recursive: true })
  }
  return { issuer: running.origin, clients, users, close }
}
