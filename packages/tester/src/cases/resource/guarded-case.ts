import { planOnGuards, planOnOperations, skipOf } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, PowerLevel, Target } from '../../target/target.ts'

/** One thing that a case tries on an operation. */
export type Trial = {
  /** Absent where the case tries one thing only. */
  readonly variant?: string
  /** Where the case can be tried with less, but this not. */
  readonly level?: PowerLevel
  readonly isExclusive?: boolean
  readonly run: (context: ProbeContext, operation: ApiOperation) => Promise<Judgement>
}

/** Says what is tried on an operation, or why nothing is. */
export type TrialsOf = (operation: ApiOperation, api: ApiTarget, target: Target) => readonly Trial[] | string

/** A case that is tried on every operation that wants a token. */
export function caseOnOperations(text: CaseText, trials: readonly Trial[] | TrialsOf): TestCase {
  return { ...text, plan: target => planOnOperations(text, target, planner(text, target, trials)) }
}

/** A case about the guard, tried on one operation of each. */
export function caseOnGuards(text: CaseText, trials: readonly Trial[] | TrialsOf): TestCase {
  return { ...text, plan: target => planOnGuards(text, target, planner(text, target, trials)) }
}

function planner(text: CaseText, target: Target, trials: readonly Trial[] | TrialsOf) {
  return (operation: ApiOperation, api: ApiTarget): readonly (Probe | Skip)[] => {
    const wanted = typeof trials === 'function' ? trials(operation, api, target) : trials
    if (typeof wanted === 'string') return [{ caseId: text.id, operation: operation.key, reason: wanted }]
    return wanted.flatMap(trial => planTrial(text, target, { operation, trial }))
  }
}

type OnOperation = { readonly operation: ApiOperation; readonly trial: Trial }

function planTrial({ id }: CaseText, target: Target, { operation, trial }: OnOperation): readonly (Probe | Skip)[] {
  const { variant, level, isExclusive, run } = trial
  const skip = level && skipOf({ id, level }, target)
  if (skip !== undefined)
    return [{ ...skip, operation: operation.key, reason: variant ? `${variant}: ${skip.reason}` : skip.reason }]
  const probe: Probe = {
    caseId: id,
    operation: operation.key,
    ...(variant !== undefined && { variant }),
    isWrite: operation.isWrite,
    control: operation.key,
    ...(isExclusive !== undefined && { isExclusive }),
    run: context => run(context, operation),
  }
  return [probe]
}
