// RFC 8707 §2, RFC 9068 §3
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import { keepWhere, type ScopeDecision, type ScopeSet } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { ResourceDeclaration } from '../options.ts'

/** The resources of an authorization, and the scope that fits them. */
export type ChosenResources = { readonly resources: readonly string[]; readonly decision: ScopeDecision }

/** The one resource of an access token, and the scope that fits it. */
export type ChosenAudience = { readonly audience: ResourceDeclaration; readonly decision: ScopeDecision }

/** What an authorization is for: the resources that it names, its scope, and those of what it asks beside scope. */
export type ResourceQuestion = {
  readonly named: readonly string[]
  readonly decision: ScopeDecision
  /** They are added, whatever is named; absent where nothing is asked beside scope. @spec RFC 9396 §3.2 */
  readonly beside?: readonly string[]
}

/**
 * The resources that an authorization is for: those it names, else those that its scope and what it asks beside scope
 * belong to, else the default one. Each must be known, and each scope must belong to one of them or to none.
 * @spec RFC 8707 §2.1, RFC 9068 §3, RFC 9396 §3.2
 * @errors invalid_target: a resource that is not known; invalid_scope: scope of a resource that was not named
 */
export function chooseResources(
  context: ServerContext,
  { named, decision, beside = [] }: ResourceQuestion,
): ChosenResources | Refusal<'invalid_target' | 'invalid_scope'> {
  const unknown = named.find(resource => findResource(context, resource) === undefined)
  if (unknown !== undefined) return refuse('invalid_target', `the resource \`${unknown}\` is not known here`)
  if (named.length === 0) return { resources: resourcesOf(context, decision, beside), decision }
  const fit = keepResources(context, decision, named)
  if (fit !== decision)
    return refuse('invalid_scope', 'a scope of the request belongs to a resource that it does not name')
  return { resources: [...new Set([...named, ...beside])], decision }
}

/**
 * The resource of one access token: always exactly one, so that no resource server can use it at another.
 * @param question `named`: the token request's `resource`; `allowed`: the resources of the grant
 * @spec RFC 8707 §2.2, RFC 9700 §2.3
 * @errors invalid_target: not one of the grant's, or the grant has several and none is named
 */
export function chooseAudience(
  context: ServerContext,
  question: {
    readonly named: readonly string[]
    readonly allowed: readonly string[]
    readonly decision: ScopeDecision
  },
): ChosenAudience | Refusal<'invalid_target'> {
  const { named, allowed, decision } = question
  const strange = named.find(resource => !allowed.includes(resource))
  if (strange !== undefined)
    return refuse('invalid_target', `the resource \`${strange}\` is not among those of this grant`)
  const [resource, other] = named.length > 0 ? named : allowed
  if (resource === undefined || other !== undefined)
    return refuse(
      'invalid_target',
      'name exactly one of the granted resources by `resource`: an access token is for one',
    )
  const audience = findResource(context, resource)
  if (!audience) return refuse('invalid_target', `the resource \`${resource}\` is no longer known here`)
  return { audience, decision: allowed.length === 1 ? decision : keepResources(context, decision, [resource]) }
}

/** What a grant without an authorization before it authorizes, and what its one access token carries. */
export type ChosenTarget = ChosenAudience & {
  readonly grantScope: ScopeSet
  readonly grantResources: readonly string[]
}

/**
 * Resources and audience of a grant that begins at the token endpoint, where one request is both authorization and redemption.
 * @spec RFC 8707 §2.2
 * @errors invalid_target: unknown, or several and none is named; invalid_scope: another resource's, or nothing is left
 */
export function chooseTarget(
  context: ServerContext,
  question: ResourceQuestion,
): ChosenTarget | Refusal<'invalid_target' | 'invalid_scope'> {
  const { named, beside } = question
  const chosen = chooseResources(context, question)
  if (isRefusal(chosen)) return chosen
  const target = chooseAudience(context, { named, allowed: chosen.resources, decision: chosen.decision })
  if (isRefusal(target)) return target
  if (target.decision.scope.size === 0 && beside === undefined)
    return refuse('invalid_scope', 'nothing of the requested scope can be granted')
  return { ...target, grantScope: chosen.decision.scope, grantResources: chosen.resources }
}

/** The declaration of a resource; the issuer itself is one where no other is declared. */
export function findResource(context: ServerContext, resource: string): ResourceDeclaration | undefined {
  const declared = context.resources.find(each => each.resource === resource)
  if (declared ?? context.resources.length > 0) return declared
  return resource === context.issuer ? { resource, name: 'account', tokenFormat: 'opaque' } : undefined
}

function resourcesOf(context: ServerContext, decision: ScopeDecision, beside: readonly string[]): readonly string[] {
  const byScope = resourcesByScope(context, decision)
  const found = beside.length === 0 ? byScope : [...new Set([...byScope, ...beside])]
  return found.length > 0 ? found : [context.defaultResource ?? context.resources[0]?.resource ?? context.issuer]
}

function resourcesByScope(context: ServerContext, decision: ScopeDecision): readonly string[] {
  const resources = decision.scope.tokens.flatMap(token => context.catalogue.definition(token)?.resource ?? [])
  return resources.length < 2 ? resources : [...new Set(resources)]
}

function keepResources(context: ServerContext, decision: ScopeDecision, resources: readonly string[]): ScopeDecision {
  return keepWhere(context.catalogue, decision, {
    at: 'resource',
    reason: 'other_resource',
    keep: definition => definition.resource === undefined || resources.includes(definition.resource),
  })
}
