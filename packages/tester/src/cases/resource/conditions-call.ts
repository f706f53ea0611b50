// RFC 9470 §3
import type { Decision } from '@ambit/policy'
import { isObject } from '../../call/resolve-schema.ts'
import type { Judgement } from '../../catalogue/test-case.ts'
import { judgeAcceptance, judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { KnownHolder, KnownObject } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, type CallTrial, forgedToken, heldToken, jsonOf, type Supply, statusOf } from './attempt.ts'
import { answerSchema, pathParameters, propertiesOf } from './call-values.ts'
import { changeOf, type Placed, placeOf } from './conditions-places.ts'
import { type ConditionTrial, type Governed, plannedNow } from './conditions-trial.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'

/** The call that a request of the policy comes to; `undefined` where a value fits no place. */
export function callOfTrial({ operation, action }: Governed, trial: ConditionTrial): CallTrial | undefined {
  const objectPlace = trial.object === undefined ? undefined : placeOf(operation, action.resource)
  const placed: readonly Placed[] = [
    ...(trial.object === undefined ? [] : parentsOf(operation, trial.object)),
    ...(trial.object !== undefined && objectPlace !== undefined
      ? [{ place: objectPlace, value: trial.object.id }]
      : []),
    ...inputsOf(operation, trial.input),
  ]
  const change = changeOf(operation, placed)
  return change === undefined ? undefined : { operation, change, token: tokenOfTrial(operation, trial) }
}

function inputsOf(operation: ApiOperation, input: unknown): readonly Placed[] {
  if (!isObject(input)) return []
  return Object.entries(input).flatMap(([name, value]) => {
    const place = placeOf(operation, name)
    return place === undefined ? [] : [{ place, value }]
  })
}

/** The other parameters of the path that the object itself tells: its store, its owner. */
function parentsOf(operation: ApiOperation, { attributes }: KnownObject): readonly Placed[] {
  return pathParameters(operation).flatMap(({ name }) =>
    attributes[name] === undefined ? [] : [{ place: { in: 'path' as const, path: [name] }, value: attributes[name] }],
  )
}

/** The holder's own token, or a forged one where the request wants claims that the holder's tokens do not have. */
function tokenOfTrial(operation: ApiOperation, { holder, claims, forged }: ConditionTrial): Supply {
  return context => {
    const scope = context.leastScope(operation)
    if (Object.keys(forged).length === 0) return heldToken(operation, scope, { holder })(context)
    return forgedToken(operation, { holder, scope, claims: atPresent({ ...claims, ...forged }, context.now()) })(
      context,
    )
  }
}

/** The claims with the time of the login as far from now as it was in the plan. */
export function atPresent(claims: Readonly<Record<string, unknown>>, now: number): Readonly<Record<string, unknown>> {
  const { auth_time: at } = claims
  return typeof at === 'number' ? { ...claims, auth_time: Math.floor(now / 1000) + at - plannedNow } : claims
}

/** Sends a request of the policy. */
export async function sendTrial(
  context: ProbeContext,
  governed: Governed,
  trial: ConditionTrial,
): Promise<Awaited<ReturnType<typeof attempt>>> {
  const call = callOfTrial(governed, trial)
  if (call !== undefined) return attempt(context, call)
  return { kind: 'not_sent', judgement: inconclusive('a value of the trial fits no place in the call') }
}

/** Complaints about the call itself; where the policy forbids as well they are a refusal like any other. */
const malformed: ReadonlySet<number | undefined> = new Set([400, 409, 422])

/** Whether an answer complains of the form of the call. */
export function isMalformed(exchange: Exchange): boolean {
  return malformed.has(statusOf(exchange))
}

/** Judges an answer by what the policy decides. */
export function judgeDecision(exchange: Exchange, decision: Decision, sent: string): Judgement {
  const status = statusOf(exchange)
  const evidence = [exchange]
  if (isMalformed(exchange))
    return decision.kind === 'allow'
      ? inconclusive(`${sent} was answered by ${status}, which tells of the call and not of the policy`, exchange)
      : { verdict: 'pass', reason: `${sent} was refused by ${status}`, evidence }
  if (decision.kind === 'allow') return { ...judgeAcceptance(exchange, sent) }
  if (decision.kind === 'step_up')
    return judgeRefusal(exchange, { statuses: [401], error: 'insufficient_user_authentication', sent })
  const statuses = decision.kind === 'forbidden' && decision.isHidden ? ([404, 403] as const) : ([403, 404] as const)
  return judgeRefusal(exchange, { statuses, sent, accepted: 'was allowed' })
}

/** The objects as they are now, where an operation shows them; as the configuration says, where none does. */
export async function refreshObjects(
  context: ProbeContext,
  { api, action }: Governed,
  only?: KnownObject['id'],
): Promise<readonly KnownObject[]> {
  const ours = (api.objects ?? []).filter(({ kind }) => kind === action.resource)
  const known = only === undefined ? ours : ours.filter(({ id }) => id === only)
  const reader = readerOf(api.operations, action.resource)
  if (reader === undefined) return known
  const refreshed: KnownObject[] = []
  for (const object of known) refreshed.push(await refresh(context, { object, reader, holders: api.holders ?? [] }))
  return refreshed
}

/** The operation that shows one object of a kind. */
function readerOf(operations: readonly ApiOperation[], kind: string): ApiOperation | undefined {
  return operations.find(
    each => each.method === 'GET' && placeOf(each, kind)?.in === 'path' && propertiesOf(answerSchema(each)).size > 0,
  )
}

type Refreshing = {
  readonly object: KnownObject
  readonly reader: ApiOperation
  readonly holders: readonly KnownHolder[]
}

async function refresh(context: ProbeContext, { object, reader, holders }: Refreshing): Promise<KnownObject> {
  const place = placeOf(reader, object.kind)
  const change = changeOf(reader, [
    ...parentsOf(reader, object),
    ...(place === undefined ? [] : [{ place, value: object.id }]),
  ])
  for (const { holder } of holders) {
    const token = heldToken(reader, context.leastScope(reader), { holder })
    const made = await attempt(context, { operation: reader, token, ...(change && { change }) })
    const answer = made.kind === 'sent' && isAccepted(made.exchange) ? jsonOf(made.exchange) : undefined
    if (!isObject(answer)) continue
    const names = Object.keys(object.attributes).filter(name => Object.hasOwn(answer, name))
    return {
      ...object,
      attributes: { ...object.attributes, ...Object.fromEntries(names.map(name => [name, answer[name]])) },
    }
  }
  return object
}
