import type { CaseId } from '../catalogue/case-id.ts'
import type { Plan } from './make-plan.ts'

/** A plan in numbers, for a run that only prints it. */
export type PlanCounts = {
  readonly probes: number
  readonly skips: number
  /** Probes that may change something. */
  readonly writes: number
  /** Operations whose positive control is made. */
  readonly controls: number
  readonly cases: readonly {
    readonly caseId: CaseId
    readonly title: string
    readonly probes: number
    readonly skips: number
  }[]
  /** Absent operation: what is about the API or the server as a whole. */
  readonly operations: readonly {
    readonly operation: string | undefined
    readonly probes: number
    readonly skips: number
  }[]
  /** Why something is not tried, and how often that is the reason; the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number; readonly cases: readonly CaseId[] }[]
}

/** Counts a plan by case, by operation, and by the reason of what is skipped. */
export function countsOf({ probes, skips, cases, target }: Plan): PlanCounts {
  const made = probes.map(({ probe }) => probe)
  const count = <T>(all: readonly T[], fits: (each: T) => boolean) => all.filter(fits).length
  const keys = [...(target.api?.operations ?? []).map(({ key }) => key), undefined]
  const counted = keys.map(operation => ({
    operation,
    probes: count(made, probe => probe.operation === operation),
    skips: count(skips, skip => skip.operation === operation),
  }))
  return {
    probes: made.length,
    skips: skips.length,
    writes: count(made, ({ isWrite }) => isWrite),
    controls: new Set(made.flatMap(({ control = [] }) => control)).size,
    cases: cases.map(({ id, title }) => ({
      caseId: id,
      title,
      probes: count(made, ({ caseId }) => caseId === id),
      skips: count(skips, ({ caseId }) => caseId === id),
    })),
    operations: counted.filter(each => each.probes + each.skips > 0),
    reasons: [...Map.groupBy(skips, ({ reason }) => reason)]
      .map(([reason, same]) => ({ reason, count: same.length, cases: [...new Set(same.map(({ caseId }) => caseId))] }))
      .toSorted((a, b) => b.count - a.count),
  }
}
