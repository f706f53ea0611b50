// OpenID Authorization API 1.0 §2, §6
import type { Decision, Evaluator, PolicyModel, TokenView } from '@ambit/policy'
import type { HttpRequest, HttpResponse } from '@ambit/protocol'
import type { Clock } from '../platform.ts'
import { type AuthzenEntity, type EvaluationAnswer, type EvaluationRequest, type JsonObject } from './entities.ts'

/** A policy as a policy decision point asks it; what `policy(…)` of `@ambit/policy` makes is one. */
export type DecidingPolicy = { readonly model: PolicyModel; readonly evaluator: Pick<Evaluator, 'decide'> }

/** Whether a policy enforcement point may ask; a guard answers like this. */
export type PepAuthentication =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly response: HttpResponse }

/** What is told of each question that was answered; it holds no properties, which may be private. */
export type AuthzenEvent = {
  readonly subject: AuthzenName
  readonly action: string
  readonly resource: AuthzenName
  readonly decision: boolean
  readonly context?: JsonObject
  readonly requestId?: string
}

type AuthzenName = { readonly type: string; readonly id: string }
type Maybe<T> = T | undefined | Promise<T | undefined>
type Many<T> = Iterable<T> | AsyncIterable<T>

/** What a policy decision point is made of. */
export type AuthzenOptions = {
  /** Its identifier: an https URL, or http on loopback, without query and fragment. @spec OpenID Authorization API 1.0 §9.1.1 */
  readonly identifier: string
  readonly policy: DecidingPolicy
  /**
   * Tells whether the caller is one of the policy enforcement points: `sharedSecrets(…)`, or a guard as in
   * `request => guard(request, 'evaluate')`. Whoever may ask can map out the policy, so there is no default.
   */
  readonly authenticate: (request: HttpRequest) => PepAuthentication | Promise<PepAuthentication>
  /** What a subject's token would say; `undefined` for a subject that nobody knows, who may do nothing. */
  readonly resolveSubject: (subject: AuthzenEntity, context: JsonObject | undefined) => Maybe<TokenView>
  /** The object that conditions read; `undefined` for one that is not there. Its properties as told, where it is left out. */
  readonly resolveResource?: (resource: AuthzenEntity, context: JsonObject | undefined) => Maybe<unknown>
  /**
   * Facts that the caller knows, by name: `factsAsTold` takes them from the context. Where it is left out nobody can tell
   * facts, and the policy loads its own.
   */
  readonly resolveFacts?: (context: JsonObject | undefined) => Maybe<JsonObject>
  /** All subjects of a type, always in the same order; without it subjects are not searched. */
  readonly subjects?: (type: string) => Many<AuthzenEntity>
  /** All resources of a type, always in the same order; without it resources are not searched. */
  readonly resources?: (type: string) => Many<AuthzenEntity>
  readonly clock?: Clock
  readonly limits?: Partial<AuthzenLimits>
  readonly observe?: (event: AuthzenEvent) => void
  /** Is told of exceptions in the policy and the resolvers; the caller learns nothing of them. */
  readonly onError?: (error: unknown) => void
}

/** How much one message may ask for. */
export type AuthzenLimits = {
  /** In characters. */
  readonly body: number
  /** How deep objects and arrays may be nested. */
  readonly depth: number
  /** Questions in one message. */
  readonly evaluations: number
  /** Results on one page. */
  readonly page: number
  /** Candidates that are decided for one page. */
  readonly candidates: number
}

/** The options with their defaults. */
export type DecisionPoint = AuthzenOptions &
  Required<Pick<AuthzenOptions, 'resolveResource' | 'clock' | 'observe' | 'onError'>> & {
    readonly limits: AuthzenLimits
  }

/**
 * Answers one question. What nobody knows is denied with an error in the context, and so is what fails.
 * @spec OpenID Authorization API 1.0 §6.2, §7.2.1
 */
export async function evaluate(
  point: DecisionPoint,
  request: EvaluationRequest,
  requestId?: string,
): Promise<EvaluationAnswer> {
  const answer = await decideOrDeny(point, request)
  const { subject, action, resource } = request
  point.observe({
    subject: { type: subject.type, id: subject.id },
    action: action.name,
    resource: { type: resource.type, id: resource.id },
    ...answer,
    ...(requestId !== undefined && { requestId }),
  })
  return answer
}

async function decideOrDeny(point: DecisionPoint, request: EvaluationRequest): Promise<EvaluationAnswer> {
  try {
    return await decide(point, request)
  } catch (error) {
    point.onError(error)
    return deny(500, 'internal error')
  }
}

async function decide(point: DecisionPoint, request: EvaluationRequest): Promise<EvaluationAnswer> {
  const { subject, context, action: asked } = request
  const action = findAction(point.policy.model, asked.name, request.resource.type)
  if (action === undefined)
    return deny(400, `the policy has no action \`${asked.name}\` on \`${request.resource.type}\``)
  const token = await point.resolveSubject(subject, context)
  if (token === undefined) return deny(403, 'unknown subject')
  const resource = await point.resolveResource(request.resource, context)
  if (resource === undefined) return deny(404, 'unknown resource')
  const facts = await point.resolveFacts?.(context)
  const decision = await point.policy.evaluator.decide(action, token, {
    resource,
    ...(facts && { facts }),
    ...(asked.properties && { input: asked.properties }),
    now: point.clock.now(),
  })
  return answerOf(decision)
}

/** The policy's name of an action, which a question may give in full, or without the kind of resource before it. */
function findAction({ actions }: PolicyModel, name: string, type: string): string | undefined {
  return [name, `${type}.${name}`].find(each => actions.get(each)?.resource === type)
}

function deny(status: number, message: string): EvaluationAnswer {
  return { decision: false, context: { error: { status, message } } }
}

/** A decision in the words of an answer. @spec OpenID Authorization API 1.0 §5.5.1 */
function answerOf(decision: Decision): EvaluationAnswer {
  switch (decision.kind) {
    case 'allow':
      return { decision: true }
    case 'insufficient_scope':
      return denyWith(403, 'insufficient_scope', {
        scope: decision.needed.tokens.join(' '),
        missing_scope: decision.missing.tokens.join(' '),
      })
    case 'step_up':
      return denyWith(401, 'insufficient_user_authentication', {
        rule: decision.rule,
        ...(decision.acr !== undefined && { acr_values: decision.acr }),
        ...(decision.maxAge !== undefined && { max_age: decision.maxAge }),
      })
    case 'forbidden':
      return denyWith(decision.isHidden ? 404 : 403, 'forbidden', { rule: decision.rule })
  }
}

function denyWith(status: number, message: string, more: JsonObject): EvaluationAnswer {
  return { decision: false, context: { error: { status, message }, ...more } }
}
