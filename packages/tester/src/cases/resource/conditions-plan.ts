import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { Target } from '../../target/target.ts'
import { type Governed, governedBy, whyNotArranged } from './conditions-trial.ts'
import { orSkip, skipOn } from './probe-on.ts'

/** Makes the probes of an operation that the policy governs. */
type PlanGoverned = (governed: Governed, target: Target) => readonly (Probe | Skip)[]

const nothing = 'no operation says which action of the policy it is'

/** What is planned on each operation, and why nothing is where no action gives reason to. */
export type GovernedPlan = { readonly plan: PlanGoverned; readonly none: string }

/** A case on every operation of which the policy's action is known and can be put into a call. */
export function caseOnGoverned(text: CaseText, governed: GovernedPlan): TestCase {
  return { ...text, plan: target => planOnGoverned(text, target, governed) }
}

/** Plans a case on every operation that the policy governs. */
export function planOnGoverned(
  text: CaseText,
  target: Target,
  { plan, none }: GovernedPlan,
): readonly (Probe | Skip)[] {
  return planOnApi(text, target, api => {
    const isKnown = api.operations.some(operation => governedBy(operation, api, target) !== undefined)
    const planned = api.operations.filter(isGuarded).flatMap((operation): readonly (Probe | Skip)[] => {
      const governed = governedBy(operation, api, target)
      if (governed === undefined) return []
      if (operation.isWrite && !target.mayWrite) return [skipOn(text, mayNotWrite, operation)]
      const lack = whyNotArranged(governed)
      return lack === undefined ? plan(governed, target) : [skipOn(text, lack, operation)]
    })
    return orSkip(text, planned, isKnown ? none : nothing)
  })
}
