import { type HttpRequest, type HttpResponse, json } from '@ambit/protocol'
import { createGuard, type Guard, introspectionVerifier, jwtVerifier, type PolicyGuard } from '@ambit/resource'
import type { Handle } from '../../edge/node.ts'
import type { DemoCatalogue } from '../catalogue.ts'
import { demoClients } from '../config.ts'
import { inventoryOf, type Places, petStoreOf } from '../places.ts'
import { type InventoryPolicy, inventoryPolicy } from './inventory-policy.ts'
import { openApiOf } from './openapi.ts'
import { type DemoScope, type Operation, operationsOf } from './operations.ts'
import { openShop, type Shop } from './shop.ts'

/** What the APIs need to know of the authorization server. */
export type ApisOptions = {
  readonly catalogue: DemoCatalogue
  readonly places: Places
  readonly jwksUri: string
  readonly introspectionEndpoint: string
  /** Where the document of the APIs says that tokens come from. */
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** With which the APIs ask about tokens. */
  readonly clientSecret: string
}

type Apis = {
  readonly operations: readonly Operation[]
  readonly guards: Guards
  readonly shop: Shop
  readonly document: object
}

type Guards = { readonly petstore: Guard<DemoScope>; readonly inventory: PolicyGuard<InventoryPolicy> }

/**
 * The pet store, which verifies JWTs by itself, and the inventory, which asks about each token and decides by a policy.
 * Every operation states what it requires, and nothing else in here thinks about scope.
 */
export function createApis(options: ApisOptions): Handle {
  const policy = inventoryPolicy(options.catalogue)
  const guards = guardsOf(options, policy)
  const operations = operationsOf(policy, guards.inventory)
  const apis: Apis = { operations, guards, shop: openShop(), document: openApiOf(operations, options) }
  return request => answer(apis, request)
}

function guardsOf(options: ApisOptions, policy: InventoryPolicy): Guards {
  const { catalogue, places, jwksUri, introspectionEndpoint: endpoint, clientSecret } = options
  const { issuer } = places
  return {
    petstore: createGuard({
      issuers: [{ issuer, jwt: jwtVerifier({ jwksUri, algorithms: ['ES256'] }) }],
      resource: petStoreOf(places),
      catalogue,
      realm: 'pet store',
    }),
    inventory: createGuard({
      issuers: [{ issuer, opaque: introspectionVerifier({ endpoint, clientId: demoClients.api, clientSecret }) }],
      resource: inventoryOf(places),
      policy,
      realm: 'inventory',
    }),
  }
}

async function answer({ operations, guards, shop, document }: Apis, request: HttpRequest): Promise<HttpResponse> {
  if (request.path === '/' && request.method === 'GET') return json(200, indexOf(operations))
  if (request.path === '/openapi.json' && request.method === 'GET') return json(200, document)
  const here = operations.filter(({ path }) => path === request.path)
  const operation = here.find(({ method }) => method === request.method)
  if (here.length === 0) return problem(404, 'there is nothing here; `/` lists what there is')
  if (!operation)
    return problem(405, 'another method is wanted', { allow: here.map(({ method }) => method).join(', ') })
  const guarded = await guards[operation.api](request, operation.needs)
  if (guarded.kind === 'refused') return guarded.response
  const { access } = guarded
  const body = parseJson(request.body)
  const judged = await operation.judge?.(shop, body, access)
  if (judged?.kind === 'refused') return judged.response
  const outcome = operation.act(shop, body, { subject: access.subject ?? 'a machine' })
  return outcome.kind === 'done' ? json(outcome.status, outcome.value, uncached) : problem(400, outcome.detail)
}

const uncached = { 'cache-control': 'no-store' } as const
const titles = { 400: 'Bad Request', 404: 'Not Found', 405: 'Method Not Allowed' } as const

function problem(status: 400 | 404 | 405, detail: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return json(
    status,
    { title: titles[status], status, detail },
    { 'content-type': 'application/problem+json', ...headers },
  )
}

function indexOf(operations: readonly Operation[]): unknown {
  return operations.map(({ name, method, path, needs }) => ({ name, method, path, scope: needs.allOf }))
}

function parseJson(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    return undefined
  }
}
