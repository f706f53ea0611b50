import { type ApiOperation, alternativesOf } from '../target/api-operation.ts'
import type { ApiTarget, PowerLevel, Target } from '../target/target.ts'
import type { CaseText, Probe, Skip } from './test-case.ts'

type Planned = readonly (Probe | Skip)[]
/** Makes the probes of one operation, or says why there are none. */
export type PlanOperation = (operation: ApiOperation, api: ApiTarget) => Planned

const missing: Readonly<Record<PowerLevel, string>> = {
  S: 'there is nothing to read',
  L0: 'no authorization server and client are configured',
  L1: 'it needs tokens of a test issuer that the API trusts, and none is configured',
  L2: "it needs the API's policy, and none is configured",
}

/** Why a case cannot be tried at all on a target; `undefined` where it can. */
export function skipOf({ id, level }: Pick<CaseText, 'id' | 'level'>, { levels }: Target): Skip | undefined {
  return levels.has(level) ? undefined : { caseId: id, reason: missing[level] }
}

/** Plans a case on every operation that wants a token; what writes is left out where writing is not allowed. */
export function planOnOperations(text: CaseText, target: Target, plan: PlanOperation): Planned {
  return planOn(text, target, { choose: api => api.operations.filter(isGuarded), plan })
}

/**
 * Plans a case that is about the guard and not about one operation: on one operation of each guard (same schemes, same
 * resource), or on each operation where the target's depth says so.
 */
export function planOnGuards(text: CaseText, target: Target, plan: PlanOperation): Planned {
  const choose = (api: ApiTarget) => {
    const guarded = api.operations.filter(isGuarded)
    return target.depth === 'operation' ? guarded : representatives(guarded, target.mayWrite)
  }
  return planOn(text, target, { choose, plan })
}

/** Plans a case on the API as a whole. */
export function planOnApi(text: CaseText, target: Target, plan: (api: ApiTarget) => Planned): Planned {
  const skip = skipOf(text, target)
  if (skip !== undefined) return [skip]
  return target.api === undefined ? [{ caseId: text.id, reason: 'no API is under test' }] : plan(target.api)
}

type Choice = { readonly choose: (api: ApiTarget) => readonly ApiOperation[]; readonly plan: PlanOperation }

function planOn(text: CaseText, target: Target, { choose, plan }: Choice): Planned {
  return planOnApi(text, target, api => {
    const chosen = choose(api)
    if (chosen.length === 0) return [{ caseId: text.id, reason: 'no operation wants a token' }]
    return chosen.flatMap((operation): Planned => {
      if (operation.isWrite && !target.mayWrite)
        return [{ caseId: text.id, operation: operation.key, reason: mayNotWrite }]
      return plan(operation, api)
    })
  })
}

/** Why an operation that writes is left alone. */
export const mayNotWrite = 'it may change something, and writing was not allowed'

/** Whether an operation wants a token, alone or as one of several ways. */
export function isGuarded({ enforcement }: ApiOperation): boolean {
  return enforcement.kind === 'token'
}

/** One operation of each guard: the simplest that can be called. */
function representatives(operations: readonly ApiOperation[], mayWrite: boolean): readonly ApiOperation[] {
  const guards = Map.groupBy(operations, ({ resource, schemes }) => JSON.stringify([resource, [...schemes].sort()]))
  return [...guards.values()].flatMap(same => {
    const callable = same.filter(({ isWrite }) => mayWrite || !isWrite)
    const chosen = (callable.length > 0 ? callable : same).toSorted((a, b) => difficulty(a) - difficulty(b))[0]
    return chosen === undefined ? [] : [chosen]
  })
}

function difficulty(operation: ApiOperation): number {
  const hasNoScope = alternativesOf(operation).some(scopes => scopes.length === 0)
  const unknown = operation.parameters.filter(({ isRequired, example }) => isRequired && example === undefined).length
  return (
    (operation.isWrite ? 100 : 0) + unknown * 10 + (operation.body?.isRequired === true ? 5 : 0) + (hasNoScope ? 1 : 0)
  )
}
