import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import {
  createServer,
  deviceFlow,
  dpop,
  type Feature,
  jwtResponses,
  pushedRequests,
  registration,
  requestObjects,
  type Store,
  tokenExchange,
} from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { makeKeyPair, type SecretLedger, type TestClient } from '@ambit/tester'
import { nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { nodeServerOptions } from '../../packages/ambit/src/edge/node-server-options.ts'
import { createPages } from '../../packages/ambit/src/pages/pages.ts'
import { systemClock } from '../../packages/ambit/src/serve/clock.ts'
import { pets } from '../../packages/server/src/testing/catalogue.ts'
import { clientSecret, password, testClient, users } from '../../packages/server/src/testing/clients.ts'
import { userId } from '../../packages/server/src/testing/ids.ts'
import { testWorld, type WorldOverrides } from '../../packages/server/src/testing/world.ts'
import type { Lent } from './verdicts/run-on-server.ts'

/** What a server does with a request. */
export type Handle = (request: HttpRequest) => Promise<HttpResponse>

/** A change of our real server by which it does one thing wrong. */
export type Plant = {
  /** Its features with one of them replaced. */
  readonly feature?: (feature: Feature) => Feature
  readonly store?: (store: Store) => Store
  readonly options?: WorldOverrides
  /** What stands before it. */
  readonly front?: (handle: Handle) => Handle
}

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const scope = ['openid', 'offline_access', 'read_pets', 'write_pets']

/** The clients of the server, by what the defects call them. */
export const plantedClients = ['web', 'other', 'app', 'signed'] as const

function lentClients(secrets: SecretLedger): readonly TestClient[] {
  const secret = secrets.secret('client secret', clientSecret)
  const web = (name: (typeof plantedClients)[number], credential: TestClient['credential']): TestClient => ({
    name,
    clientId: `planted-${name}`,
    credential,
    redirectUris: [`https://${name}.example/callback`],
    grantTypes: [
      'authorization_code',
      'refresh_token',
      deviceGrant,
      ...(credential.method === 'none' ? [] : [exchangeGrant]),
    ],
    scope,
    mayIntrospect: false,
  })
  return [
    web('web', { method: 'client_secret_basic', secret }),
    web('other', { method: 'client_secret_basic', secret }),
    web('app', { method: 'none' }),
    web('signed', { method: 'private_key_jwt', key: makeKeyPair('ES256', secrets) }),
    {
      name: 'api',
      clientId: 'api',
      credential: { method: 'client_secret_basic', secret },
      redirectUris: [],
      grantTypes: [],
      scope: [],
      mayIntrospect: true,
    },
  ]
}

function stored({ clientId, credential, redirectUris, grantTypes }: TestClient) {
  return testClient({
    name: clientId,
    authenticationMethod: credential.method,
    ...('key' in credential && {
      secretHashes: [],
      jwks: { keys: [{ ...credential.key.publicJwk, kty: 'EC', kid: 'signed-1' }] },
    }),
    redirectUris,
    grantTypes,
    scope: scope.join(' '),
  })
}

/** Everything that defects are planted in. */
function features(clients: readonly TestClient[]): readonly Feature[] {
  const exchanging = clients.filter(({ grantTypes }) => grantTypes.includes(exchangeGrant))
  const policies = exchanging.map(({ clientId }) => ({
    client: clientId,
    audience: pets,
    mode: 'impersonation' as const,
  }))
  return [
    dpop(),
    pushedRequests({ required: true }),
    requestObjects(),
    jwtResponses(),
    deviceFlow(),
    tokenExchange({ policies }),
    registration({ access: 'open', policy: { scope: ['openid', 'read_pets'] }, limits: { perNetwork: 1000 } }),
  ]
}

const people = ['ada', 'cleo'].map(username => ({
  ...users.alice,
  username,
  userId: userId(`user-${username}`),
}))

/** A server with one defect, or with none, as the tester has it lent. */
export type Planted = Lent & { readonly close: () => Promise<void> }

/** Starts our own server with a defect on a free port of loopback. */
export async function startPlanted(plant: Plant, secrets: SecretLedger): Promise<Planted> {
  const http = createHttpServer(nodeServerOptions)
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const issuer = `http://localhost:${port}`
  const { feature = each => each, store = each => each, front = each => each } = plant
  const lent = lentClients(secrets)
  const world = await testWorld({
    issuer,
    clock: systemClock(),
    pages: createPages(),
    assertionAudience: 'issuer',
    features: features(lent).map(feature),
    store: store(memoryStore()),
    ...plant.options,
    clients: lent.filter(({ clientId }) => clientId !== 'api').map(stored),
    users: people,
  })
  http.on('request', nodeHandler(front(createServer(world.options).handle)))
  const close = () =>
    new Promise<void>(resolve => {
      http.closeAllConnections()
      http.close(() => resolve())
    })
  const lentUsers = people.map(({ username }) => ({
    name: username,
    username,
    password: secrets.secret('password', password),
    owns: {},
  }))
  return { issuer, clients: lent, users: lentUsers, close }
}
