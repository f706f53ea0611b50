import type { ActionModel, Circumstances, Decision, TokenView } from '@ambit/policy'
import { epochSeconds, type HttpRequest, type HttpResponse } from '@ambit/protocol'
import { defineScopes, requirementOf } from '@ambit/scope'
import { subjectAsTold } from '../as-told.ts'
import type { AuthzenOptions, DecidingPolicy } from '../decision-point.ts'
import { authzenEndpoints } from '../endpoints.ts'

/** The scopes of the tests. */
export const scopes = defineScopes({ scopes: { read: { title: 'Read' }, write: { title: 'Write' } } })

/** A secret that is long enough. */
export const secret = 'a-secret-of-more-than-32-characters'

const action = (resource: string, verb: string, needs: 'read' | 'write'): ActionModel => ({
  name: `${resource}.${verb}`,
  resource,
  requirement: requirementOf(scopes, needs),
  rules: [],
  facts: [],
  isHidden: false,
})

const actions = [action('record', 'view', 'read'), action('record', 'edit', 'write'), action('folder', 'view', 'read')]

/**
 * A policy that is written out here: scope first, then the record's `status`, and a record that is `hot` wants a login of
 * `mfa` within five minutes.
 */
export const records: DecidingPolicy = {
  model: { catalogue: scopes, actions: new Map(actions.map(each => [each.name, each])), levels: [] },
  evaluator: { decide },
}

function decide(name: string, { scope, claims }: TokenView, { resource, input, now }: Circumstances): Decision {
  const needed = scopes.set(name.endsWith('.edit') ? 'write' : 'read')
  const missing = scopes.missing(scope, needed)
  if (missing.size > 0) return { kind: 'insufficient_scope', needed, missing }
  const told: Readonly<Record<string, unknown>> = { ...(typeof resource === 'object' ? resource : {}) }
  if (told['status'] === 'broken') throw new Error('the database is gone')
  if (told['status'] === 'secret') return { kind: 'forbidden', rule: 'secret', isHidden: true }
  if (told['status'] === 'closed') return { kind: 'forbidden', rule: 'open', isHidden: false }
  if (told['status'] === 'hot' && claims['acr'] !== 'mfa')
    return { kind: 'step_up', acr: 'mfa', maxAge: 300, rule: `hot at ${now}` }
  const words: Readonly<Record<string, unknown>> = { ...(typeof input === 'object' ? input : {}) }
  return words['size'] === 'huge' ? { kind: 'forbidden', rule: 'size', isHidden: false } : { kind: 'allow' }
}

/** A decision point over `records`, at `https://pdp.example`. */
export function testPoint(overrides: Partial<AuthzenOptions> = {}) {
  return authzenEndpoints({
    identifier: 'https://pdp.example',
    policy: records,
    authenticate: () => ({ kind: 'allowed' }),
    resolveSubject: subjectAsTold(scopes),
    clock: { now: () => epochSeconds(1_700_000_000) },
    ...overrides,
  })
}

/** A request of a policy enforcement point. */
export function ask(path: string, body: unknown, overrides: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    path,
    query: '',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    remoteAddress: '127.0.0.1',
    ...overrides,
  }
}

/** The JSON of an answer. */
export function parseBody(response: HttpResponse | undefined): unknown {
  return JSON.parse(response?.body ?? 'null')
}

/** Ada, who may read and write. */
export const ada = { type: 'user', id: 'ada', properties: { scope: 'read write' } }

/** A record that nothing is wrong with. */
export const record = { type: 'record', id: '1', properties: { status: 'active' } }
