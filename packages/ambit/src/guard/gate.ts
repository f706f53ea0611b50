// RFC 6750 §3.1, RFC 9110 §15.5.5, §15.5.6, OpenAPI 3.2 §4.30
import { type Enforcement, enforcementOf, type OpenApiOperation, type RouteTable } from '@ambit/policy'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import type { Access, Guarded } from '@ambit/resource'
import type { Needs } from '@ambit/scope'
import { problem } from './problem.ts'

/** A request that may go on to the API. */
export type Passage = {
  readonly kind: 'pass'
  /** What it is for; absent for the question of a browser which requests it may send. */
  readonly operation?: OpenApiOperation
  /** Who sends it; absent where nobody had to say. */
  readonly access?: Access
  /** What the answer should carry. */
  readonly headers: Readonly<Record<string, string>>
}

/** A request that ends here. `reason` is for the operator's log, `response` for the client. */
export type Stop = {
  readonly kind: 'stop'
  readonly response: HttpResponse
  readonly reason: string
  readonly operation?: OpenApiOperation
}

/** Decides about a request by the operation that it is for. */
export type Gate = (request: HttpRequest) => Promise<Passage | Stop>

/** What a gate is made of. */
export type GateOptions = {
  readonly routes: RouteTable
  readonly guard: (request: HttpRequest, needs: Needs) => Promise<Guarded>
  /** The security schemes that the API behind the gate checks itself. */
  readonly checkedByApi: ReadonlySet<string>
  /** Whether browsers may ask which requests they may send to an operation. @spec Fetch §3.2 */
  readonly preflight: 'pass' | 'refuse'
}

const anyToken: Needs = { allOf: [] }

/** Makes the gate in front of an API: only what its description has goes through, and only to whom it says. */
export function createGate(options: GateOptions): Gate {
  const enforcements = new WeakMap<OpenApiOperation, Enforcement>()
  const enforcementFor = (operation: OpenApiOperation) => {
    const known = enforcements.get(operation) ?? enforcementOf(operation.requirement, options.checkedByApi)
    enforcements.set(operation, known)
    return known
  }
  return async request => {
    const match = options.routes.find(request.method, request.path)
    if (match.kind === 'unknown_path') return stop(problem(404, 'there is no such operation'), match.reason)
    if (match.kind === 'unknown_method') return answerMethod(options, request, match.methods)
    const { operation } = match
    const enforcement = enforcementFor(operation)
    if (enforcement.kind === 'public' || (enforcement.kind === 'optional' && !bringsToken(request)))
      return { kind: 'pass', operation, headers: {} }
    if (enforcement.kind === 'refused')
      return { ...stop(problem(403, 'no access token opens this operation'), enforcement.reason), operation }
    const needs = enforcement.kind === 'optional' ? anyToken : enforcement.needs
    return { ...(await ask(options, request, needs)), operation }
  }
}

async function ask({ guard }: GateOptions, request: HttpRequest, needs: Needs): Promise<Passage | Stop> {
  const guarded = await guard(request, needs)
  if (guarded.kind === 'refused') return stop(guarded.response, guarded.reason)
  return { kind: 'pass', access: guarded.access, headers: guarded.headers }
}

function answerMethod({ preflight }: GateOptions, request: HttpRequest, methods: readonly string[]): Passage | Stop {
  if (preflight === 'pass' && isPreflight(request, methods)) return { kind: 'pass', headers: {} }
  const allow = methods.includes('GET') ? [...new Set([...methods, 'HEAD'])] : methods
  return stop(problem(405, 'this path has no such method', { allow: allow.join(', ') }), 'the path has no such method')
}

/** The question of a browser, about a method that the path has; it has no credentials by itself. @spec Fetch §3.2.2 */
function isPreflight({ method, headers }: HttpRequest, methods: readonly string[]): boolean {
  const wanted = headers['access-control-request-method']
  return (
    method === 'OPTIONS' &&
    typeof headers['origin'] === 'string' &&
    typeof wanted === 'string' &&
    methods.includes(wanted)
  )
}

/** Whether a token was sent as tokens are sent; several fields are looked at, and refused. @spec RFC 6750 §2.1, RFC 9449 §7.1 */
export function bringsToken({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  const field = headers['authorization']
  return typeof field === 'string' ? /^[ \t]*(?:bearer|dpop)(?:[ \t]|$)/i.test(field) : field !== undefined
}

function stop(response: HttpResponse, reason: string): Stop {
  return { kind: 'stop', response, reason }
}
