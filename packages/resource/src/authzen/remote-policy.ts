// OpenID Authorization API 1.0 §6, §10.1
import type { Circumstances, Decision, TokenView } from '@ambit/policy'
import { type Catalogue, printScope } from '@ambit/scope'
import { readAll } from '../bounded-fetch.ts'
import { type Fetch, runtimeFetch } from '../platform.ts'
import { checkSecureUrl } from '../secure-url.ts'
import { parseStrictObject } from '../strict-json.ts'
import type { Unavailable } from '../verification.ts'
import { type AuthzenEntity, type EvaluationRequest, isJsonObject } from './entities.ts'
import { defaultEndpoint } from './metadata.ts'
import { readDecision } from './read-decision.ts'
import { untellableIn } from './tellable.ts'

/** How a policy decision point is asked. */
export type AuthzenPdpOptions = {
  /** The decision point's identifier. @spec OpenID Authorization API 1.0 §9.1.1 */
  readonly identifier: string
  /** Where it answers one question, as its metadata says; the default path below the identifier where it is left out. */
  readonly evaluationEndpoint?: string
  /** The value of the `Authorization` field with which this enforcement point authenticates; asked for each request. */
  readonly authorization: () => string | Promise<string>
  /** By which the scope in answers is read; without it a token of more scope is never asked for. */
  readonly catalogue?: Catalogue
  /** How the token is told; its claims as a `user` of its `sub`, or a `client` of its `client_id`, where it is left out. */
  readonly describeSubject?: (token: TokenView) => AuthzenEntity
  /** How the object is told; its type before the action's name, its own `id` and members, where it is left out. */
  readonly describeResource?: (action: string, resource: unknown) => AuthzenEntity
  readonly fetch?: Fetch
  /** Milliseconds after which no answer is waited for: 1000 where it is left out. */
  readonly timeout?: number
  /** Makes the `X-Request-ID` of each question; none is sent where it is left out. @spec OpenID Authorization API 1.0 §10.1.3 */
  readonly requestId?: () => string
}

/** A policy that is decided elsewhere. What the other end says beyond the decision is for the log, never for a client. */
export type RemotePolicy = {
  /** Asks; `unavailable` where there is no answer to trust, and then nothing may be let through. */
  readonly decide: (action: string, token: TokenView, circumstances: Circumstances) => Promise<Decision | Unavailable>
}

/**
 * Lets another program decide, by the OpenID AuthZEN Authorization API 1.0. Fails closed: only a well-formed
 * `"decision": true` allows.
 * @spec OpenID Authorization API 1.0 §6
 * @throws {RangeError} for an address that is neither https nor loopback
 * @example
 * const policy = authzenPdp({ identifier: 'https://pdp.example', authorization: () => `Bearer ${secret}` })
 * const decision = await policy.decide('item.updatePrice', token, { resource: item, input, now })
 */
export function authzenPdp(options: AuthzenPdpOptions): RemotePolicy {
  const endpoint = options.evaluationEndpoint ?? defaultEndpoint(options.identifier, 'access_evaluation_endpoint')
  checkSecureUrl('evaluationEndpoint', endpoint)
  return {
    async decide(action, token, circumstances) {
      const question = questionOf(options, { action, token, circumstances })
      const untellable = memberlessIn(options, circumstances) ?? untellableIn(question, 'question')
      if (untellable !== undefined) return unavailable(`no question can carry \`${untellable}\` as it is`)
      return ask(options, endpoint, question)
    },
  }
}

/** An input, and an object that nobody describes, are told by their members: what has none would be left out. */
function memberlessIn(
  { describeResource }: AuthzenPdpOptions,
  { input, resource }: Circumstances,
): 'input' | 'resource' | undefined {
  if (isMemberless(input)) return 'input'
  return describeResource === undefined && isMemberless(resource) ? 'resource' : undefined
}

function isMemberless(value: unknown): boolean {
  return value !== undefined && value !== null && !isJsonObject(value)
}

type Asked = { readonly action: string; readonly token: TokenView; readonly circumstances: Circumstances }

function questionOf(options: AuthzenPdpOptions, { action, token, circumstances }: Asked): EvaluationRequest {
  const { describeSubject = subjectOf, describeResource = resourceOf } = options
  const { resource, input, facts } = circumstances
  return {
    subject: describeSubject(token),
    action: { name: action, ...(isJsonObject(input) && { properties: input }) },
    resource: describeResource(action, resource),
    ...(facts && { context: { facts } }),
  }
}

function subjectOf({ scope, claims }: TokenView): AuthzenEntity {
  const { sub, client_id: client } = claims
  const properties = { ...claims, scope: printScope(scope) }
  const isUser = typeof sub === 'string' && sub !== client
  return { type: isUser ? 'user' : 'client', id: isUser ? sub : textOf(client), properties }
}

function resourceOf(action: string, resource: unknown): AuthzenEntity {
  const type = action.split('.')[0] ?? action
  if (!isJsonObject(resource)) return { type, id: '*' }
  return { type, id: textOf(resource['id']), properties: resource }
}

function textOf(id: unknown): string {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '*'
}

const longestAnswer = 65_536

async function ask(
  options: AuthzenPdpOptions,
  endpoint: string,
  question: EvaluationRequest,
): Promise<Decision | Unavailable> {
  const { fetch = runtimeFetch, timeout = 1_000, authorization, requestId } = options
  try {
    const id = requestId?.()
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: await authorization(),
        ...(id !== undefined && { 'x-request-id': id }),
      },
      body: JSON.stringify(question),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    if (response.status !== 200) return unavailable(`the policy decision point answered with status ${response.status}`)
    if (id !== undefined && response.headers.get('x-request-id') !== id)
      return unavailable('the policy decision point answered another request')
    const body = await readAll(response.body, longestAnswer)
    const answer = parseStrictObject(new TextDecoder().decode(body))
    return answer ? readDecision(answer, options.catalogue) : unavailable('the answer is no JSON object')
  } catch (error) {
    return unavailable(`the policy decision point failed: ${error instanceof Error ? error.message : 'unknown error'}`)
  }
}

function unavailable(reason: string): Unavailable {
  return { kind: 'unavailable', reason }
}
