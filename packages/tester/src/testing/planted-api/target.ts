// OpenAPI 3.1 §4.8.10
import { enforcementOf, readOperations } from '@ambit/policy'
import type { SecretLedger } from '../../secret/secret.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type {
  ApiTarget,
  IntrospectionControl,
  ServedKeySet,
  ServerTarget,
  Target,
  TestIssuer,
} from '../../target/target.ts'
import type { Holder } from '../../tokens/token.ts'
import { plantedCatalogue } from './catalogue.ts'
import type { Has } from './defects.ts'
import type { IssuerKeys } from './keys.ts'
import { amountType, clients, people, plantedIssuer, plantedSecondIssuer, strongLogin } from './names.ts'
import { type PlantedOperation, plantedOperations } from './operations.ts'
import { plantedPolicy } from './policy.ts'
import { plantedRoutes } from './routes.ts'
import { openShop, storesOf } from './shop.ts'

/** What a target is made of. */
export type TargetParts = {
  readonly document: object
  readonly origin: string
  readonly secrets: SecretLedger
  readonly keys: { readonly own: IssuerKeys; readonly second: IssuerKeys }
  readonly keySet: ServedKeySet
  readonly introspection: IntrospectionControl
  readonly has: Has
}

/** The planted API as what is tested: all levels, two users, writing allowed. */
export function plantedTarget(parts: TargetParts): Target {
  return {
    api: apiOf(parts),
    server: serverOf(parts),
    testIssuer: testIssuerOf(parts),
    levels: new Set(['S', 'L0', 'L1', 'L2'] as const),
    mayWrite: true,
    depth: 'guard',
  }
}

function apiOf({ document, origin, introspection, has }: TargetParts): ApiTarget {
  const reading = readOperations(document)
  const declared = [...reading.schemes.values()].flatMap(({ scopes }) => [...(scopes ?? [])])
  return {
    title: reading.title,
    origin,
    operations: operationsOf(reading, origin),
    publicOperations: new Set(['GET /']),
    declaredScopes: new Map(declared),
    catalogue: plantedCatalogue,
    policy: plantedPolicy.model,
    resources: [
      { path: '/petstore', resource: `${origin}/petstore` },
      { path: '/inventory', resource: `${origin}/inventory` },
    ],
    headers: [],
    revocationWindow: 0,
    otherResource: 'https://other.planted.test/api',
    plainOrigin: origin.replace(/^https:/, 'http:'),
    olderPaths: ['/v0'],
    routes: plantedRoutes(has),
    objects: [...openShop(sub => sub).items.values()].map(item => ({ kind: 'item', id: item.name, attributes: item })),
    holders: holders.map(holder => ({
      holder,
      claims: claimsOf(holder),
      facts: { stores: storesOf(claimsOf(holder)) },
    })),
    introspection: { behave: introspection.behave },
    observedCalls: [
      {
        client: clients.first,
        source: 'calls.har',
        scope: has('client-asks-for-more') ? ['read_pets', 'write_pets', 'admin'] : ['read_pets'],
        calls: [{ method: 'GET', path: '/petstore/pets' }],
      },
    ],
  }
}

const holders: readonly Holder[] = [
  { kind: 'user', user: 'first' },
  { kind: 'user', user: 'second' },
  { kind: 'client', client: 'first' },
  { kind: 'client', client: 'second' },
]

/** Who a holder is, as its tokens say. */
export function claimsOf(holder: Holder): { readonly sub: string; readonly client_id: string } {
  if (holder.kind === 'user') return { sub: people[holder.user], client_id: clients.first }
  return { sub: clients[holder.client], client_id: clients[holder.client] }
}

function operationsOf({ operations }: ReturnType<typeof readOperations>, origin: string): readonly ApiOperation[] {
  return operations.map(({ method, path, requirement, operationId, action, tags, pointer, requirementPointer }) => {
    const planted = plantedOperations.find(each => each.method === method && each.path === path)
    const file = `${origin}/openapi.json`
    return {
      key: `${method} ${path}`,
      method,
      path,
      ...(operationId !== undefined && { operationId }),
      ...(action !== undefined && { action }),
      tags,
      requirement,
      enforcement: enforcementOf(requirement, new Set()),
      schemes: 'anyOf' in requirement ? [...new Set(requirement.anyOf.flatMap(({ schemes }) => schemes))] : [],
      isWrite: method !== 'GET',
      place: { file, pointer },
      ...(requirementPointer !== undefined && { requirementPlace: { file, pointer: requirementPointer } }),
      ...callOf(planted),
      ...(planted !== undefined && { resource: `${origin}/${planted.api}` }),
    }
  })
}

function callOf(
  planted: PlantedOperation | undefined,
): Pick<ApiOperation, 'parameters' | 'body' | 'responses' | 'summary'> {
  const { summary = 'what there is', parameters = [], body, answer } = planted ?? {}
  return {
    summary,
    parameters: parameters.map(({ name, in: at, required, schema, example }) => ({
      name,
      in: at,
      isRequired: required === true,
      schema: { ...schema },
      ...(example !== undefined && { example }),
    })),
    ...(body && {
      body: { mediaType: 'application/json', isRequired: true, schema: { ...body.schema }, example: body.example },
    }),
    responses: answer?.schema === undefined ? {} : { [answer.status]: { ...answer.schema } },
  }
}

function serverOf({ secrets }: TargetParts): ServerTarget {
  const client = (name: string, clientId: string, secret: string) => ({
    name,
    clientId,
    credential: { method: 'client_secret_basic' as const, secret: secrets.secret('client secret', secret) },
    redirectUris: ['http://127.0.0.1/callback'],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    mayIntrospect: false,
  })
  return {
    issuer: plantedIssuer,
    metadata: {
      issuer: plantedIssuer,
      token_endpoint: `${plantedIssuer}/token`,
      jwks_uri: `${plantedIssuer}/jwks`,
      tls_client_certificate_bound_access_tokens: true,
    },
    provider: 'unknown',
    clients: [
      client('app', clients.first, 'first-client-secret-7f3a'),
      client('robot', clients.second, 'second-client-secret-91bc'),
    ],
    users: [
      {
        name: 'first',
        username: people.first,
        password: secrets.secret('password', 'lovelace-1843'),
        owns: {
          'GET /petstore/orders/{id}': ['1'],
          'PUT /petstore/orders/{id}': ['1'],
          'DELETE /petstore/orders/{id}': ['3'],
          order: ['1', '3'],
          item: ['hay', 'bell'],
          store: ['main'],
        },
      },
      {
        name: 'second',
        username: people.second,
        password: secrets.secret('password', 'hopper-1906'),
        owns: {
          'GET /petstore/orders/{id}': ['2'],
          'PUT /petstore/orders/{id}': ['2'],
          'DELETE /petstore/orders/{id}': ['4'],
          order: ['2', '4'],
          item: ['straw'],
          store: ['harbour'],
        },
      },
    ],
    isUnderTest: false,
  }
}

function testIssuerOf({ keys, keySet, origin }: TargetParts): TestIssuer {
  return {
    issuer: plantedIssuer,
    keys: keys.own,
    claims: goodClaims(origin),
    subjects: { users: [people.first, people.second], clients: [clients.first, clients.second] },
    second: { issuer: plantedSecondIssuer, keys: keys.second },
    keySet,
  }
}

/** What good tokens say beside what all say: a strong login, and what may be paid. */
export function goodClaims(origin: string): Readonly<Record<string, unknown>> {
  return {
    acr: strongLogin,
    authorization_details: [{ type: amountType, amount: 50, locations: [`${origin}/petstore`] }],
  }
}
