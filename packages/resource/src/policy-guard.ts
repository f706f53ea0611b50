// RFC 6750 §3.1, RFC 9470 §3, RFC 9110 §15.5.4
import {
  type ActionOf,
  type AnyPolicy,
  type Circumstances,
  type CircumstancesOf,
  type Decision,
  type Policy,
  RequestFacts,
  type TokenView,
} from '@ambit/policy'
import type { Access } from './access.ts'
import { DecisionUnavailableError } from './decision-unavailable.ts'
import type { GuardedRequest } from './find-token.ts'
import { GuardCore, type Guarded, type Refused } from './guard-core.ts'
import type { GuardEvent } from './guard-event.ts'
import { guardOperation } from './guard-operation.ts'
import type { GuardFrame } from './guard-options.ts'
import { type Operation, operationReader, type Wanted } from './operation.ts'
import type { MetadataDocument } from './protected-resource-metadata.ts'
import { tellForbidden, tellNothing } from './refusal-response.ts'
import { findNameReadAlone, tokenViewOf } from './token-view.ts'
import type { Unavailable } from './verification.ts'

/** What a guard is made of that decides by a policy. */
export type PolicyGuardOptions<P extends AnyPolicy> = GuardFrame & { readonly policy: P }

/** The object and the input of a call, or what finds them once the token is known to be good and its scope to do. */
export type Circumstanced<C> = Told<C> | ((access: Access) => Told<C> | undefined | Promise<Told<C> | undefined>)

/** Facts are kept for the request that the guard is given, unless the caller says where. */
type Told<C> = C & Pick<Circumstances, 'requestFacts'>

type Given<C> = object extends C ? [circumstances?: Circumstanced<C>] : [circumstances: Circumstanced<C>]

type TokenOf<P> = P extends Policy<infer Actions> ? Actions[keyof Actions]['scope'] : string

/** Decides whether a request may do an action of a policy. */
export type PolicyGuard<P extends AnyPolicy> = {
  /**
   * Decides about an action. Where a function finds the object and finds none, the answer is 404.
   * @example
   * await guard(request, 'item.updatePrice', async () => ({ item: await items.find(id), input }))
   */
  <N extends ActionOf<P>>(request: GuardedRequest, action: N, ...given: Given<CircumstancesOf<P, N>>): Promise<Guarded>
  /** Asks for a good token and scope alone, so that `decide` can follow where the object is known. */
  (request: GuardedRequest, wanted: Exclude<Wanted<TokenOf<P>>, string>): Promise<Guarded>
  /**
   * Decides about an action for a token that was let through before. Facts are fetched for this decision alone, unless
   * `requestFacts` keeps them.
   */
  readonly decide: <N extends ActionOf<P>>(
    access: Access,
    action: N,
    ...given: Given<CircumstancesOf<P, N>>
  ) => Promise<Guarded>
  /** The protected resource metadata and what serves them, where they are declared. @spec RFC 9728 §3 */
  readonly metadata: MetadataDocument | undefined
}

/**
 * Makes a guard that decides by a policy: scope first, then the conditions, then the login.
 * @throws {RangeError} where several issuers are trusted and an action reads `token.sub` or `token.client_id` without
 *   `token.iss`, which names nobody
 */
export function createPolicyGuard<P extends AnyPolicy>({ policy, ...frame }: PolicyGuardOptions<P>): PolicyGuard<P> {
  const { model } = policy
  const alone = frame.issuers.length > 1 ? findNameReadAlone(model) : undefined
  if (alone !== undefined)
    throw new RangeError(
      `\`${alone.action}\` reads \`token.${alone.claim}\`, and several issuers are trusted; compare \`token.principal\` instead, or \`token.iss\` as well`,
    )
  const detailTypes = [...new Set([...model.actions.values()].flatMap(({ detailType }) => detailType ?? []))]
  const core = new GuardCore({ catalogue: model.catalogue, frame, detailTypes })
  const judge = { core, policy, operations: operationsOf(policy) }
  const read = operationReader(model.catalogue)
  const factsOf = factsByRequest()
  const guard = async (request: GuardedRequest, wanted: Wanted, given?: unknown): Promise<Guarded> => {
    if (typeof wanted !== 'string') return guardOperation(core, request, read(wanted))
    const operation = operationNamed(judge, wanted)
    const found = await core.authenticate(request)
    if (found.kind !== 'authenticated') return core.turnAway(operation, found)
    const { access, nextNonce } = found
    return decide(judge, { operation, given, access, nextNonce, keep: () => factsOf(request) })
  }
  const later = async (access: Access, action: string, given?: unknown): Promise<Guarded> =>
    decide(judge, {
      operation: operationNamed(judge, action),
      given,
      access,
      nextNonce: undefined,
      keep: () => new RequestFacts(),
    })
  return Object.assign(guard, { decide: later, metadata: core.metadata })
}

/** Keeps facts for as long as there is the request. */
function factsByRequest(): (request: GuardedRequest) => RequestFacts {
  const kept = new WeakMap<GuardedRequest, RequestFacts>()
  return request => {
    const facts = kept.get(request) ?? new RequestFacts()
    kept.set(request, facts)
    return facts
  }
}

type Judge = {
  readonly core: GuardCore
  readonly policy: AnyPolicy
  readonly operations: ReadonlyMap<string, Operation>
}

type Question = {
  readonly operation: Operation
  readonly access: Access
  readonly given: unknown
  readonly nextNonce: string | undefined
  /** Gives what keeps facts where the caller does not. */
  readonly keep: () => RequestFacts
}

function operationsOf({ model }: AnyPolicy): ReadonlyMap<string, Operation> {
  const operations = [...model.actions.values()].map(({ name, requirement }) => ({
    name,
    requirement,
    acr: [],
    maxAge: undefined,
  }))
  return new Map(operations.map(operation => [operation.name, operation]))
}

function operationNamed({ operations }: Judge, action: string): Operation {
  const operation = operations.get(action)
  if (operation === undefined) throw new RangeError(`the policy knows no action \`${action}\``)
  return operation
}

async function decide(judge: Judge, question: Question): Promise<Guarded> {
  const { operation, access, nextNonce } = question
  const { core, policy } = judge
  const refused = core.judgeScope(operation, access)
  if (refused !== undefined) return refused
  const circumstances = await readCircumstances(judge, question)
  if (circumstances === undefined)
    return core.answer(operation, { response: tellNothing(), reason: 'there is no such object', access })
  const decision = await ask(policy, operation.name, { token: tokenViewOf(access), circumstances })
  if (decision.kind === 'unavailable') return core.turnAway(operation, decision)
  if (decision.kind === 'allow') return core.allow(operation, access, nextNonce)
  const explain = () => policy.evaluator.explain(operation.name, tokenViewOf(access), circumstances)
  return refuseBy(core, { decision, operation, access, explain })
}

type Asked = { readonly token: TokenView; readonly circumstances: Circumstances }

/** What the policy says; where it is asked elsewhere there may be no answer. */
async function ask({ evaluator }: AnyPolicy, action: string, asked: Asked): Promise<Decision | Unavailable> {
  try {
    return await evaluator.decide(action, asked.token, asked.circumstances)
  } catch (error) {
    if (error instanceof DecisionUnavailableError) return { kind: 'unavailable', reason: error.message }
    throw error
  }
}

/** The object by its name, and the input; `undefined` where there is no such object. */
async function readCircumstances(
  { core, policy }: Judge,
  { operation: { name }, access, given, keep }: Question,
): Promise<Circumstances | undefined> {
  const found = isLookup(given) ? await given(access) : given
  if (isLookup(given) && isNothing(found)) return undefined
  const action = policy.model.actions.get(name)
  const kind = action?.resource ?? ''
  const resource = memberOf(found, kind)
  if (isNothing(resource) && hasMember(found, kind)) return undefined
  const [facts, requestFacts] = [memberOf(found, 'facts'), memberOf(found, 'requestFacts')]
  return {
    resource,
    input: memberOf(found, 'input'),
    now: core.clock.now(),
    ...(typeof facts === 'object' && facts !== null && { facts: { ...facts } }),
    // the same for the decision and for what is asked about it later
    ...(action !== undefined &&
      action.facts.length > 0 && { requestFacts: requestFacts instanceof RequestFacts ? requestFacts : keep() }),
  }
}

function isLookup(given: unknown): given is (access: Access) => unknown {
  return typeof given === 'function'
}

function memberOf(value: unknown, name: string): unknown {
  return hasMember(value, name) ? value[name] : undefined
}

function hasMember<N extends string>(value: unknown, name: N): value is Readonly<Record<N, unknown>> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}

type Refusing = {
  readonly decision: Exclude<Decision, { kind: 'allow' }>
  readonly operation: Operation
  readonly access: Access
  readonly explain: NonNullable<GuardEvent['explain']>
}

function refuseBy(core: GuardCore, { decision, operation, access, explain }: Refusing): Refused {
  if (decision.kind === 'step_up') {
    const login = { ...operation, acr: decision.acr === undefined ? [] : [decision.acr], maxAge: decision.maxAge }
    return core.askForLogin(login, access, `the rule \`${decision.rule}\` wants another login`, explain)
  }
  const isHidden = decision.kind === 'forbidden' && decision.isHidden
  const reason = decision.kind === 'forbidden' ? `the rule \`${decision.rule}\` does not allow it` : 'scope is missing'
  return core.answer(operation, { response: isHidden ? tellNothing() : tellForbidden(), reason, access, explain })
}
