import { type HttpRequest, type HttpResponse, json } from '@ambit/protocol'
import { createGuard, type Guard, introspectionVerifier, jwtVerifier, type PolicyGuard } from '@ambit/resource'
import type { Handle } from '../../edge/node.ts'
import type { DemoCatalogue } from '../catalogue.ts'
import { demoClients } from '../config.ts'
import { inventoryOf, type Places, petStoreOf } from '../places.ts'
import { type InventoryPolicy, inventoryPolicy } from './inventory-policy.ts'
import { openApiOf } from './openapi.ts'
import type { DemoScope, Operation } from './operation.ts'
import { operationsOf } from './operations.ts'
import { matchPath } from './path.ts'
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
  const apis: Apis = {
    operations,
    guards,
    shop: openShop(options.places.issuer),
    document: openApiOf(operations, options),
  }
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
      dpop: { algorithms: ['ES256'] },
      metadata: { name: 'Pet store' },
    }),
    inventory: createGuard({
      issuers: [{ issuer, opaque: introspectionVerifier({ endpoint, clientId: demoClients.api, clientSecret }) }],
      resource: inventoryOf(places),
      policy,
      realm: 'inventory',
      metadata: { name: 'Inventory' },
    }),
  }
}

async function answer(apis: Apis, request: HttpRequest): Promise<HttpResponse> {
  const { operations, guards, document } = apis
  const { method, path } = request
  if (path === '/' && method === 'GET') return json(200, indexOf(operations))
  if (path === '/openapi.json' && method === 'GET') return json(200, document)
  const metadata = guards.petstore.metadata?.serve(request) ?? guards.inventory.metadata?.serve(request)
  if (metadata !== undefined) return metadata
  const here = operations.flatMap(operation => {
    const parameters = matchPath(operation.path, path)
    return parameters === undefined ? [] : [{ operation, parameters }]
  })
  const found = here.find(({ operation }) => operation.method === method)
  if (here.length === 0) return problem(404, 'there is nothing here; `/` lists what there is')
  if (!found)
    return problem(405, 'another method is wanted', { allow: here.map(each => each.operation.method).join(', ') })
  return serve(apis, request, found)
}

type Found = { readonly operation: Operation; readonly parameters: ReadonlyMap<string, string> }

async function serve({ guards, shop }: Apis, request: HttpRequest, found: Found): Promise<HttpResponse> {
  const { operation, parameters } = found
  const guarded = await guards[operation.api](request, operation.needs)
  if (guarded.kind === 'refused') return guarded.response
  const { access } = guarded
  const { subject = 'a machine', principal } = access
  const call = { body: parseJson(request.body), parameters, query: new URLSearchParams(request.query) }
  const judged = await operation.judge?.(shop, call, access)
  if (judged?.kind === 'refused') return judged.response
  const outcome = operation.act(shop, { ...call, caller: { subject, principal } })
  if (outcome.kind === 'missing') return problem(404, 'there is nothing here')
  if (outcome.kind !== 'done') return problem(outcome.kind === 'unfit' ? 400 : 409, outcome.detail)
  const { status } = operation.answer
  return status === 204 ? { status, headers: uncached, body: '' } : json(status, outcome.value, uncached)
}

const uncached = { 'cache-control': 'no-store' } as const
const titles = { 400: 'Bad Request', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict' } as const

function problem(status: keyof typeof titles, detail: string, headers: HttpResponse['headers'] = {}): HttpResponse {
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
