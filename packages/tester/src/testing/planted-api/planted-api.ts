// RFC 9110, RFC 9728 §3
import { createSecretLedger, type SecretLedger } from '../../secret/secret.ts'
import type { Target } from '../../target/target.ts'
import {
  type Exchange,
  fieldValue,
  type HeaderField,
  type ReceivedResponse,
  type Send,
  type SentRequest,
} from '../../wire/exchange.ts'
import { acts, type Caller, type Outcome } from './acts.ts'
import { type Authority, createAuthority } from './authority.ts'
import { inventoryScopes, petStoreScopes } from './catalogue.ts'
import type { Defect, Has } from './defects.ts'
import { plantedDocument } from './document.ts'
import { guard, userOf } from './guard.ts'
import { createKeySet } from './key-set.ts'
import { issuerKeys, secondIssuerKeys } from './keys.ts'
import { plantedIssuer, plantedOrigin, plantedSecondIssuer } from './names.ts'
import { type ApiName, needsOf, plantedOperations } from './operations.ts'
import { metadataUrl, refuse } from './refusal.ts'
import { undocumentedPath } from './routes.ts'
import { type Route, routeOf } from './routing.ts'
import { openShop } from './shop.ts'
import { plantedTarget } from './target.ts'
import type { Claims, World } from './world.ts'

/** What a planted API is made with; without anything it is careful, and runs in memory. */
export type PlantedOptions = {
  readonly defects?: readonly Defect[]
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number) => Promise<void>
  /** Where it is: what proofs and metadata name. */
  readonly origin?: string
  /** Fetches what a token names, where a defect makes it so. */
  readonly fetchText?: (url: string) => Promise<string | undefined>
  /** Stands instead of the authority in memory. */
  readonly introspect?: Authority['introspect']
  readonly secrets?: SecretLedger
}

/** A copy of the demonstration's APIs that can be wrong in a chosen way. */
export type PlantedApi = {
  readonly answer: (request: SentRequest) => Promise<ReceivedResponse>
  readonly send: Send
  readonly target: Target
  readonly document: object
  readonly secrets: SecretLedger
  readonly authority: Authority
  readonly issueOpaque: (claims: Claims) => string
}

/** Makes a copy of the demonstration's APIs with the defects that are switched on. */
export function createPlantedApi(options: PlantedOptions = {}): PlantedApi {
  const { now = Date.now, origin = plantedOrigin, secrets = createSecretLedger(), defects = [] } = options
  const on: ReadonlySet<Defect> = new Set(defects)
  const has: Has = defect => on.has(defect)
  const own = createAuthority(now)
  const authority = options.introspect === undefined ? own : { ...own, introspect: options.introspect }
  const keys = { own: issuerKeys(secrets), second: secondIssuerKeys(secrets) }
  const keySet = createKeySet(keys.own, now, has)
  const issuers = new Map([
    [plantedIssuer, keySet],
    [plantedSecondIssuer, createKeySet(keys.second, now, has)],
  ])
  const world: World = {
    origin,
    has,
    now,
    wait: options.wait ?? (async () => {}),
    fetchText: options.fetchText ?? (async () => undefined),
    issuers,
    authority,
    shop: openShop(sub => userOf(plantedIssuer, sub)),
    seenProofs: new Set(),
    badTokens: { inARow: 0 },
  }
  const document = plantedDocument(origin, has)
  const answer = (request: SentRequest) => answerSafely(world, document, request)
  return {
    answer,
    send: sendTo(world, answer),
    target: plantedTarget({ document, origin, secrets, keys, keySet: keySet.served, introspection: own, has }),
    document,
    secrets,
    authority,
    issueOpaque: authority.issueOpaque,
  }
}

function sendTo({ now, origin, has }: World, answer: PlantedApi['answer']): Send {
  return async (request, { tls } = {}) => {
    const sentAt = now()
    if (tls !== undefined && !has('old-tls'))
      return { kind: 'failed', failure: 'tls', detail: 'the handshake failed', request, sentAt, duration: 1 }
    const isHere = request.origin === origin || (request.origin === plainOriginOf(origin) && hasPlain(has))
    if (!isHere)
      return { kind: 'failed', failure: 'refused', detail: 'nobody listens there', request, sentAt, duration: 1 }
    const response = await answer(request)
    const exchange: Exchange = { kind: 'answered', request, response, sentAt, duration: Math.max(1, now() - sentAt) }
    return exchange
  }
}

function hasPlain(has: Has): boolean {
  return has('plain-http-served') || has('plain-http-redirected')
}

/** The same API without TLS. */
function plainOriginOf(origin: string): string {
  return origin.replace(/^https:/, 'http:')
}

async function answerSafely(world: World, document: object, request: SentRequest): Promise<ReceivedResponse> {
  const { origin, has } = world
  const isRedirected = has('plain-http-redirected') && request.origin !== origin
  if (isRedirected)
    return { status: 308, headers: [['location', `${origin}${request.target}`]], body: '', isCut: false }
  try {
    return withCors(world, await answerCall(world, document, request))
  } catch (error) {
    const detail = has('stack-trace') && error instanceof Error ? String(error.stack) : 'something went wrong'
    return refuse(origin, has, { status: 500, detail })
  }
}

function withCors({ has }: World, response: ReceivedResponse): ReceivedResponse {
  if (!has('cors-with-credentials')) return response
  const fields: readonly HeaderField[] = [
    ['access-control-allow-origin', '*'],
    ['access-control-allow-credentials', 'true'],
  ]
  return { ...response, headers: [...response.headers, ...fields] }
}

async function answerCall(world: World, document: object, request: SentRequest): Promise<ReceivedResponse> {
  const { has, origin } = world
  const route = routeOf(has, request)
  if (route.kind === 'elsewhere') return answerElsewhere(world, document, { path: route.path, method: request.method })
  const allow: readonly HeaderField[] = route.kind === 'method' ? [['allow', route.allowed.join(', ')]] : []
  if (route.kind === 'method')
    return refuse(origin, has, { status: 405, detail: 'another method is wanted', headers: allow })
  const { operation, isUnguarded, isHead } = route
  const body = parseJson(request.body)
  const guarded = isUnguarded
    ? ({ kind: 'allowed', caller: nobody } as const)
    : await guard(world, { request, operation, body })
  if (guarded.kind === 'refused') return isHead ? { ...guarded.response, body: '' } : guarded.response
  const response = await act(world, { route, request, body, caller: guarded.caller })
  return isHead ? { ...response, body: '' } : response
}

const nobody: Caller = { claims: {}, principal: 'nobody', name: 'nobody' }

type Acting = {
  readonly route: Route & { readonly kind: 'operation' }
  readonly request: SentRequest
  readonly body: unknown
  readonly caller: Caller
}

async function act(world: World, { route, request, body, caller }: Acting): Promise<ReceivedResponse> {
  const { has, shop, origin } = world
  const { operation, parameters } = route
  const query = new URLSearchParams(request.target.split('?')[1])
  const field = (name: string) => fieldValue(request.headers, name)
  const outcome: Outcome = (await acts[operation.operationId]?.({
    shop,
    caller,
    parameters,
    query,
    body,
    field,
    has,
  })) ?? {
    kind: 'missing',
    detail: 'there is nothing here',
  }
  if (outcome.kind !== 'done') return refuse(origin, has, { status: statuses[outcome.kind], detail: outcome.detail })
  return json(operation.answer.status, outcome.value, has('cacheable') ? 'public, max-age=600' : 'no-store')
}

const statuses = { unfit: 400, missing: 404, forbidden: 403 } as const

type Elsewhere = { readonly path: string; readonly method: string }

function answerElsewhere({ has, origin }: World, document: object, { path, method }: Elsewhere): ReceivedResponse {
  const isGet = method === 'GET'
  if (path === '/' && isGet) return json(200, indexOf(has))
  if (path === '/openapi.json' && isGet) return json(200, document)
  if (path === undocumentedPath && isGet && has('undocumented-operation')) return json(200, { orders: 4 })
  for (const api of ['petstore', 'inventory'] as const)
    if (path === new URL(metadataUrl(origin, api)).pathname && isGet) return json(200, metadataOf({ has, origin, api }))
  return refuse(origin, has, { status: 404, detail: 'there is nothing here; `/` lists what there is' })
}

function indexOf(has: Has): unknown {
  return plantedOperations.map(operation => {
    const { summary, method, path } = operation
    return { name: summary, method, path, scope: needsOf(operation, has) }
  })
}

type Described = Pick<World, 'has' | 'origin'> & { readonly api: ApiName }

/** @spec RFC 9728 §2 */
function metadataOf({ has, origin, api }: Described): object {
  const scopes = Object.keys(api === 'petstore' ? petStoreScopes : inventoryScopes)
  return {
    resource: `${origin}/${has('metadata-of-other') ? 'elsewhere' : api}`,
    authorization_servers: [plantedIssuer],
    scopes_supported: has('metadata-scopes') ? [...scopes, 'offline_access', 'sell_pets'] : scopes,
    bearer_methods_supported: ['header'],
    resource_name: api === 'petstore' ? 'Pet store' : 'Inventory',
    ...(api === 'petstore' && {
      dpop_signing_alg_values_supported: ['ES256'],
      dpop_bound_access_tokens_required: false,
    }),
  }
}

function json(status: number, value: unknown, caching?: string): ReceivedResponse {
  const fields: readonly HeaderField[] = caching === undefined ? [] : [['cache-control', caching]]
  const type: readonly HeaderField[] = value === undefined ? [] : [['content-type', 'application/json']]
  return { status, headers: [...type, ...fields], body: value === undefined ? '' : JSON.stringify(value), isCut: false }
}

function parseJson(body = ''): unknown {
  if (body === '') return undefined
  try {
    const value: unknown = JSON.parse(body)
    return value
  } catch {
    return undefined
  }
}
