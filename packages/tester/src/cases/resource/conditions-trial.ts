import { type ActionModel, type Attribute, createEvaluator, type Decision, type PolicyModel } from '@ambit/policy'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, KnownHolder, KnownObject, Target } from '../../target/target.ts'
import { withValueAt } from './call-values.ts'
import { placeOf } from './conditions-places.ts'
import { attributesOf, candidatesOf } from './conditions-values.ts'

/** Seconds since the epoch in plans; what a token says of its login is shifted to the present when it is made. */
export const plannedNow = 1_800_000_000

/** Who calls, and about which object. */
export type Standing = {
  readonly object: KnownObject | undefined
  readonly claims: Readonly<Record<string, unknown>>
  readonly facts: Readonly<Record<string, unknown>>
}

/** One request that a policy can decide, and that a call can be made of. */
export type ConditionTrial = Standing & {
  readonly holder: KnownHolder['holder']
  /** What a forged token says beside what the holder's tokens say. */
  readonly forged: Readonly<Record<string, unknown>>
  readonly input: unknown
}

/** An operation with the action that it is. */
export type Governed = {
  readonly operation: ApiOperation
  readonly api: ApiTarget
  readonly model: PolicyModel
  readonly action: ActionModel
  readonly mayForge: boolean
  readonly testClaims: Readonly<Record<string, unknown>>
}

/** The policy's view of an operation; `undefined` where no action is known. */
export function governedBy(operation: ApiOperation, api: ApiTarget, target: Target): Governed | undefined {
  const { policy: model } = api
  const action = operation.action === undefined ? undefined : model?.actions.get(operation.action)
  if (model === undefined || action === undefined) return undefined
  const { testIssuer } = target
  return { operation, api, model, action, mayForge: testIssuer !== undefined, testClaims: testIssuer?.claims ?? {} }
}

const someone: KnownHolder = { holder: { kind: 'user', user: 'first' }, claims: {}, facts: {} }
const mostTrials = 3000

/** Every request that can be arranged, at the values where the conditions turn. */
export function* trialsOf(governed: Governed, objects = governed.api.objects ?? []): Generator<ConditionTrial> {
  const { api, action, mayForge, testClaims } = governed
  const ours = objects.filter(({ kind }) => kind === action.resource)
  const places = attributesOf(action, 'resource').length > 0 ? ours : [undefined, ...ours].slice(0, 1)
  const standings = (api.holders ?? [someone]).flatMap(({ holder, claims, facts }) =>
    places.map(object => ({ holder, object, claims: mayForge ? { ...testClaims, ...claims } : claims, facts })),
  )
  let left = mostTrials
  for (const standing of standings)
    for (const open of assignments(governed, standing)) {
      if (left-- <= 0) return
      yield { ...standing, ...open }
    }
}

type Open = { readonly input: unknown; readonly forged: Readonly<Record<string, unknown>> }

/** Every combination of values for what can be chosen freely: the input, and claims where tokens can be forged. */
function assignments({ action, mayForge }: Governed, standing: Standing): readonly Open[] {
  const inputs = attributesOf(action, 'input')
  const tokens = mayForge ? attributesOf(action, 'token').filter(({ path }) => !isLogin(path)) : []
  let combined: readonly Open[] = [{ input: undefined, forged: {} }]
  for (const attribute of inputs)
    combined = combine(combined, candidatesOf(action, attribute, standing), (open, value) => ({
      ...open,
      input: withValueAt(open.input, attribute.path, value),
    }))
  for (const attribute of tokens)
    combined = combine(combined, [...candidatesOf(action, attribute, standing)], (open, value) =>
      forgedClaim(open, attribute, value),
    )
  return combined
}

function combine(
  open: readonly Open[],
  values: readonly unknown[],
  put: (open: Open, value: unknown) => Open,
): readonly Open[] {
  return values.length === 0 ? open : open.flatMap(each => values.map(value => put(each, value))).slice(0, 500)
}

function forgedClaim(open: Open, { path }: Attribute, value: unknown): Open {
  const forged = withValueAt(open.forged, path, value)
  return typeof forged === 'object' && forged !== null ? { ...open, forged: { ...forged } } : open
}

function isLogin([first = '']: readonly string[]): boolean {
  return first === 'acr' || first === 'auth_time' || first === 'amr'
}

/** Decides a request as the policy does. */
export function decideTrial({ model, action }: Governed, trial: ConditionTrial, without?: string): Decision {
  const rules = action.rules.filter(({ name }) => name !== without)
  const judged: PolicyModel = { ...model, actions: new Map([[action.name, { ...action, rules }]]) }
  const claims = { ...strongLogin(model), ...trial.claims, ...trial.forged }
  const decision = createEvaluator(judged).decide(
    action.name,
    { scope: action.requirement.anyOf[0], claims },
    { resource: trial.object?.attributes ?? {}, input: trial.input, facts: trial.facts, now: plannedNow },
  )
  if (decision instanceof Promise) throw new TypeError('a fact without a source was waited for')
  return decision
}

function strongLogin({ levels }: PolicyModel): Readonly<Record<string, unknown>> {
  const acr = levels.at(-1)
  return { auth_time: plannedNow, ...(acr !== undefined && { acr }) }
}

/** A request that everything allows. */
export function allowedTrial(governed: Governed, objects?: readonly KnownObject[]): ConditionTrial | undefined {
  return trialsOf(governed, objects).find(trial => decideTrial(governed, trial).kind === 'allow')
}

/** A request that one rule alone forbids. */
export function forbiddenTrial(
  governed: Governed,
  rule: string,
  objects?: readonly KnownObject[],
): ConditionTrial | undefined {
  return trialsOf(governed, objects).find(trial => {
    const decision = decideTrial(governed, trial)
    return (
      decision.kind === 'forbidden' && decision.rule === rule && decideTrial(governed, trial, rule).kind === 'allow'
    )
  })
}

/** What of an action cannot be put into a call, in words; `undefined` where all can. */
export function whyNotArranged({ operation, action }: Governed): string | undefined {
  const lost = attributesOf(action, 'input').find(({ path }) => placeOf(operation, path[0] ?? '') === undefined)
  if (lost !== undefined)
    return `nobody says where the input \`${lost.path.join('.')}\` stands in the call; name its place`
  const needsObject = attributesOf(action, 'resource').length > 0
  if (needsObject && placeOf(operation, action.resource) === undefined)
    return `nobody says where the call names its \`${action.resource}\`; name its place`
  return undefined
}
