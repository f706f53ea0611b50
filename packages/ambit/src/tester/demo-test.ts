import type { AnyPolicy } from '@ambit/policy'
import { createSecretLedger, type IssuerKey, type KnownObject, makeKeyPair } from '@ambit/tester'
import { type Item, inventoryPolicy, storesOf } from '../demo/api/inventory-policy.ts'
import { openShop } from '../demo/api/shop.ts'
import { demoClients, demoUsers, testerName } from '../demo/config.ts'
import { inventoryOf, petStoreOf } from '../demo/places.ts'
import { type Demo, startDemo } from '../demo/start-demo.ts'
import { createLifetime, type Lifetime } from '../serve/lifetime.ts'
import type { TestClientConfig, TestDeclaration, TestIssuerKey, TestUserConfig } from './declaration.ts'
import { openIntrospectionRelay } from './introspection-relay.ts'
import { openKeySet } from './key-set-server.ts'
import type { Between } from './open-target.ts'

/** The demonstration, ready to be tested with all that the tester can hold. */
export type DemoTest = {
  readonly declaration: TestDeclaration
  readonly policy: AnyPolicy
  readonly between: Between
  readonly close: () => Promise<void>
}

/** Where the server of the demonstration keeps what it knows. */
export type DemoTestOptions = { readonly store?: string }

/**
 * Starts the demonstration on free ports, its APIs asking for keys and about tokens through the tester.
 * @throws {StartError} where no port can be had
 */
export async function openDemoTest({ store = 'memory' }: DemoTestOptions = {}): Promise<DemoTest> {
  const lifetime = createLifetime()
  try {
    return await open(store, lifetime)
  } catch (error) {
    await lifetime.close()
    throw error
  }
}

async function open(store: string, lifetime: Lifetime): Promise<DemoTest> {
  const keys = makeKeys()
  const keySet = await openKeySet({ keys }, 0)
  lifetime.onClose(keySet.close)
  const relay = await openIntrospectionRelay(0)
  lifetime.onClose(relay.close)
  const between = { jwksUri: keySet.url, introspectionEndpoint: relay.url }
  const demo = await startDemo({ port: 0, store, between })
  lifetime.onClose(demo.close)
  const { jwks_uri: jwksUri, introspection_endpoint: endpoint } = demo.server.metadata
  if (jwksUri !== undefined) keySet.include(jwksUri)
  if (endpoint !== undefined) relay.lead(endpoint)
  return {
    declaration: declarationOf(demo, keys),
    policy: inventoryPolicy(demo.catalogue),
    between: { keySet, introspection: relay },
    close: lifetime.close,
  }
}

function makeKeys(): readonly [IssuerKey, ...IssuerKey[]] {
  const ledger = createSecretLedger()
  const key = (kid: string, alg: string, role: IssuerKey['role']) => ({ kid, alg, role, key: makeKeyPair(alg, ledger) })
  return [
    key('test-signing', 'ES256', 'signing'),
    key('test-encryption', 'ES256', 'encryption'),
    key('test-retired', 'ES256', 'retired'),
    key('test-rsa', 'RS256', 'other_alg'),
  ]
}

function declarationOf({ places, setting }: Demo, keys: readonly IssuerKey[]): TestDeclaration {
  const { issuer, api } = places
  return {
    title: 'The demonstration',
    api: {
      openapi: `${api}/openapi.json`,
      resources: { '/petstore': petStoreOf(places), '/inventory': inventoryOf(places) },
      publicOperations: ['GET /'],
      objects: objectsOf(issuer),
      otherResource: `${api}/elsewhere`,
      olderPaths: ['/v0'],
    },
    issuer,
    clients: clientsOf(setting.secrets),
    users: usersOf(),
    testIssuer: {
      issuer,
      keys: keys.map(({ kid, alg, role, key }): TestIssuerKey => ({ kid, alg, role, key: key.privateJwk.reveal() })),
      subjects: {
        users: [demoUsers.ada.userId, demoUsers.grace.userId],
        clients: [demoClients.tester, demoClients.machine],
      },
    },
  }
}

function objectsOf(issuer: string): readonly KnownObject[] {
  return [...openShop(issuer).items.values()].map((item: Item) => ({ kind: 'item', id: item.name, attributes: item }))
}

const ofMain = { order: ['1', '3'], item: ['hay', 'bell'], store: ['main'] } as const
const ofHarbour = { order: ['2', '4'], item: ['straw'], store: ['harbour'] } as const

/** Cancelling is tried on other orders than the rest: whoever deletes an order takes it from those who want to read it. */
function usersOf(): readonly TestUserConfig[] {
  const { ada, grace } = demoUsers
  const person = ({ userId, username, password }: typeof ada | typeof grace) => {
    const claims = { sub: userId, client_id: demoClients.tester }
    return { username, password, claims, facts: { stores: storesOf(claims) } }
  }
  return [
    { ...person(ada), owns: { ...ofMain, ...callsOf('1', '3') } },
    { ...person(grace), owns: { ...ofHarbour, ...callsOf('2', '4') } },
  ]
}

function callsOf(kept: string, cancelled: string): Readonly<Record<string, readonly string[]>> {
  return {
    'GET /petstore/orders/{id}': [kept],
    'PUT /petstore/orders/{id}': [kept],
    'DELETE /petstore/orders/{id}': [cancelled],
  }
}

function clientsOf(secrets: Demo['setting']['secrets']): readonly TestClientConfig[] {
  const robot = (clientId: string, secret: string, scope: readonly string[]): TestClientConfig => {
    const claims = { sub: clientId, client_id: clientId }
    return { clientId, secret, scope, claims, facts: { stores: storesOf(claims) } }
  }
  const everything = [
    'read_pets',
    'write_pets',
    'read_orders',
    'write_orders',
    'admin',
    'order',
    'order:items',
    'inventory:read',
    'inventory:write',
    'inventory:stock:write',
    'inventory:price:write',
  ]
  return [
    {
      ...robot(demoClients.tester, secrets.tester, ['openid', 'offline_access', ...everything]),
      name: testerName,
      redirectUris: ['http://127.0.0.1/callback'],
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    },
    robot(demoClients.machine, secrets.machine, ['read_pets', 'order', 'inventory:write']),
    robot(demoClients.secondMachine, secrets.secondMachine, ['read_pets', 'order:items', 'inventory:read']),
    {
      clientId: demoClients.api,
      secret: secrets.api,
      grantTypes: [],
      scope: [],
      mayIntrospect: true,
    },
  ]
}
