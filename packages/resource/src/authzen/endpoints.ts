// OpenID Authorization API 1.0 §6, §7, §8, §9, §10
import { type HttpRequest, type HttpResponse, json, singleHeader } from '@ambit/protocol'
import { systemClock } from '../platform.ts'
import { type AuthzenLimits, type AuthzenOptions, type DecisionPoint, evaluate } from './decision-point.ts'
import {
  type EvaluationAnswer,
  type EvaluationsRequest,
  isRejection,
  type JsonObject,
  type Rejection,
  reject,
} from './entities.ts'
import { parseIJson } from './i-json.ts'
import {
  type AuthzenEndpoint,
  type AuthzenMetadata,
  defaultEndpoint,
  defaultPaths,
  metadataUrl,
  parseIdentifier,
} from './metadata.ts'
import { parseEvaluation, parseEvaluations } from './parse-request.ts'
import { plainText } from './plain-text.ts'
import { searchActions, searchResources, searchSubjects } from './search.ts'

/** A policy that other programs ask by the AuthZEN Authorization API. */
export type AuthzenEndpoints = {
  /** Answers a request; `undefined` where its path is none of the API's. */
  readonly handle: (request: HttpRequest) => Promise<HttpResponse | undefined>
  readonly metadata: AuthzenMetadata
}

/** Answers a message that was read as JSON. */
type Act = (message: JsonObject, requestId?: string) => Promise<object | Rejection>

const defaultLimits: AuthzenLimits = { body: 65_536, depth: 32, evaluations: 100, page: 100, candidates: 1000 }

/**
 * Serves a policy by the OpenID AuthZEN Authorization API 1.0. Only policy enforcement points may ask.
 * @spec OpenID Authorization API 1.0 §10.1
 * @throws {RangeError} for an identifier that is no https URL, or where nobody says who may ask
 * @example
 * const pdp = authzenEndpoints({
 *   identifier: 'https://pdp.example',
 *   policy: shop,
 *   authenticate: sharedSecrets({ gateway: secret }),
 *   resolveSubject: subjectAsTold(shop.model.catalogue),
 * })
 * const response = await pdp.handle(request)
 */
export function authzenEndpoints(options: AuthzenOptions): AuthzenEndpoints {
  const { pathname } = parseIdentifier(options.identifier)
  if (typeof options.authenticate !== 'function')
    throw new RangeError('`authenticate` is missing; whoever may ask can map out the policy')
  const point = complete(options)
  const acts = actsOf(point)
  const metadata = metadataOf(options.identifier, acts)
  const base = pathname.replace(/\/$/, '')
  const byPath = new Map<string, Act>([...acts].map(([endpoint, act]) => [`${base}${defaultPaths[endpoint]}`, act]))
  const metadataPath = new URL(metadataUrl(options.identifier)).pathname
  return {
    metadata,
    async handle(request) {
      if (request.path === metadataPath) return tellMetadata(request, metadata)
      const act = byPath.get(request.path)
      return act === undefined ? undefined : answer(point, request, act)
    },
  }
}

function complete(options: AuthzenOptions): DecisionPoint {
  return {
    resolveResource: ({ properties = {} }) => properties,
    clock: systemClock,
    observe: () => {},
    onError: () => {},
    ...options,
    limits: { ...defaultLimits, ...options.limits },
  }
}

/** The endpoints that there are: what cannot be answered is not advertised either. */
function actsOf(point: DecisionPoint): ReadonlyMap<AuthzenEndpoint, Act> {
  const search =
    (find: typeof searchActions): Act =>
    (message, requestId) =>
      find(point, { message, ...(requestId !== undefined && { requestId }) })
  return new Map<AuthzenEndpoint, Act>([
    ['access_evaluation_endpoint', (message, requestId) => evaluateOne(point, message, requestId)],
    ['access_evaluations_endpoint', (message, requestId) => evaluateMany(point, message, requestId)],
    ...(point.subjects ? [['search_subject_endpoint', search(searchSubjects)] as const] : []),
    ...(point.resources ? [['search_resource_endpoint', search(searchResources)] as const] : []),
    ['search_action_endpoint', search(searchActions)],
  ])
}

function metadataOf(identifier: string, acts: ReadonlyMap<AuthzenEndpoint, Act>): AuthzenMetadata {
  const endpoints = [...acts.keys()].map(endpoint => [endpoint, defaultEndpoint(identifier, endpoint)] as const)
  return {
    policy_decision_point: identifier,
    access_evaluation_endpoint: defaultEndpoint(identifier, 'access_evaluation_endpoint'),
    ...Object.fromEntries(endpoints),
  }
}

function tellMetadata({ method }: HttpRequest, metadata: AuthzenMetadata): HttpResponse {
  if (method !== 'GET') return plainText(405, 'GET is wanted', { allow: 'GET' })
  return json(200, metadata, { 'cache-control': 'max-age=3600' })
}

async function answer(point: DecisionPoint, request: HttpRequest, act: Act): Promise<HttpResponse> {
  const requestId = request.headers['x-request-id']
  if (requestId !== undefined && !(typeof requestId === 'string' && /^[\x21-\x7e]{1,256}$/.test(requestId)))
    return plainText(400, '`X-Request-ID`: one text of 1 to 256 visible ASCII characters is wanted')
  const response = await answerCaller(point, request, message => act(message, requestId))
  return requestId === undefined
    ? response
    : { ...response, headers: { ...response.headers, 'x-request-id': requestId } }
}

async function answerCaller(point: DecisionPoint, request: HttpRequest, act: Act): Promise<HttpResponse> {
  try {
    if (request.method !== 'POST') return plainText(405, 'POST is wanted', { allow: 'POST' })
    const authentication = await point.authenticate(request)
    if (authentication.kind !== 'allowed') return authentication.response
    const message = readMessage(point.limits, request)
    if (isRejection(message)) return plainText(400, message.message)
    const value = await act(message)
    if (isRejection(value)) return plainText(400, value.message)
    return json(200, value, { 'cache-control': 'no-store' })
  } catch (error) {
    point.onError(error)
    return plainText(500, 'internal error')
  }
}

function readMessage(limits: AuthzenLimits, { headers, body }: HttpRequest): JsonObject | Rejection {
  if (!/^application\/json *(?:;|$)/i.test(singleHeader(headers, 'content-type')?.trim() ?? ''))
    return reject('`Content-Type`: `application/json` is wanted')
  if (body === undefined || body.length > limits.body) return reject('the body is too long, or is not UTF-8')
  return parseIJson(body, limits.depth)
}

async function evaluateOne(
  point: DecisionPoint,
  message: JsonObject,
  requestId?: string,
): Promise<EvaluationAnswer | Rejection> {
  const request = parseEvaluation(message)
  return isRejection(request) ? request : evaluate(point, request, requestId)
}

async function evaluateMany(
  point: DecisionPoint,
  message: JsonObject,
  requestId?: string,
): Promise<object | Rejection> {
  const request = parseEvaluations(message, point.limits.evaluations)
  if (request === undefined) return evaluateOne(point, message, requestId)
  if (isRejection(request)) return request
  return { evaluations: await evaluateAll(point, request, requestId) }
}

/** Decides one question after the other, and stops where the semantic says so. @spec OpenID Authorization API 1.0 §7.1.2.1 */
async function evaluateAll(
  point: DecisionPoint,
  { evaluations, semantic }: EvaluationsRequest,
  requestId?: string,
): Promise<readonly EvaluationAnswer[]> {
  const last = { execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true }[semantic]
  const answers: EvaluationAnswer[] = []
  for (const each of evaluations) {
    const given = await evaluate(point, each, requestId)
    answers.push(given)
    if (given.decision === last) break
  }
  return answers
}
