import { caseIds } from '../catalogue/case-id.ts'
import { mayNotWrite } from '../catalogue/plan-on.ts'
import { type CaseText, isProbe, nameOfProbe, type Probe, type Skip, type TestCase } from '../catalogue/test-case.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { Target } from '../target/target.ts'
import { readSelector, type Selector } from './selector.ts'
import { stableNumber } from './stable-hash.ts'

/** Which part of everything is wanted. */
export type Selection = {
  /**
   * Selectors of `readSelector`. Those about cases are alternatives, and so are those about operations; where both are given,
   * both must fit.
   */
  readonly only?: readonly string[]
  /** Whatever fits one of these is left out. */
  readonly skip?: readonly string[]
  /** The `index`th of `of` parts, from 1. All parts together are the whole, and no probe is in two. */
  readonly shard?: { readonly index: number; readonly of: number }
  /** Decides the order of what may come in any order, and every value that is random and no secret. */
  readonly seed?: string
}

/** A probe in a plan, under a name that no other has. */
export type PlannedProbe = { readonly name: string; readonly probe: Probe }

/** What is going to be tried, and what is not and why. */
export type Plan = {
  readonly seed: string
  readonly target: Target
  readonly probes: readonly PlannedProbe[]
  readonly skips: readonly Skip[]
  /** The words of every case in it. */
  readonly cases: readonly CaseText[]
  /** What is tried besides where these operations say nothing of their guard: the cases choose others. */
  readonly beyond?: (open: ReadonlySet<string>) => readonly PlannedProbe[]
}

/** A plan, or what is wrong with what was asked for. */
export type PlanOutcome =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

/** The seed where none is given. */
export const defaultSeed = '1'

/**
 * Plans all cases on a target. Nothing is sent and no clock is looked at: the same cases, target and selection give the same
 * plan, in whatever order the cases come.
 */
export function makePlan(cases: readonly TestCase[], target: Target, selection: Selection = {}): PlanOutcome {
  const { only = [], skip = [], shard, seed = defaultSeed } = selection
  const selectable = { cases, operations: target.api?.operations ?? [] }
  const readings = [...only, ...skip].map(text => readSelector(text, selectable))
  const problems = readings.flatMap(reading => (reading.kind === 'unknown' ? [reading.problem] : []))
  if (shard !== undefined && !isShard(shard)) problems.push(`there is no part ${shard.index} of ${shard.of}`)
  if (problems.length > 0) return { kind: 'refused', problems }
  const selectors = readings.flatMap(reading => (reading.kind === 'selector' ? [reading.selector] : []))
  const wanted = { only: selectors.slice(0, only.length), skip: selectors.slice(only.length) }
  const chosen = cases.filter(text => isCaseWanted(text, wanted)).toSorted(byCatalogue)
  const planFor = (some: Target): Plan => {
    const planned = chosen.flatMap(each => planCase(each, some, wanted))
    const mine = shard === undefined ? planned : planned.filter(each => isInShard(each, shard))
    return planOf(mine, { seed, target, cases: chosen })
  }
  const plan = planFor(target)
  return { kind: 'plan', plan: { ...plan, beyond: open => beyond(plan, open, planFor) } }
}

/**
 * The same tests of the same cases on other operations, where these had been left out; not what looks different only because
 * operations are missing.
 */
function beyond(
  { target, probes }: Plan,
  open: ReadonlySet<string>,
  planFor: (target: Target) => Plan,
): readonly PlannedProbe[] {
  const { api } = target
  if (api === undefined || open.size === 0) return []
  const operations = api.operations.filter(({ key }) => !open.has(key))
  const nameOf = (...parts: readonly (string | undefined)[]) => JSON.stringify(parts)
  const tried = new Set(probes.map(({ probe: { caseId, operation } }) => nameOf(caseId, operation)))
  const there = probes.filter(({ probe: { operation = '' } }) => open.has(operation))
  const lost = new Set(there.map(({ probe: { caseId, variant } }) => nameOf(caseId, variant)))
  return planFor({ ...target, api: { ...api, operations } }).probes.filter(
    ({ probe: { caseId, operation = '', variant } }) =>
      lost.has(nameOf(caseId, variant)) && !tried.has(nameOf(caseId, operation)) && !open.has(operation),
  )
}

type Wanted = { readonly only: readonly Selector[]; readonly skip: readonly Selector[] }
type Shard = { readonly index: number; readonly of: number }

function isShard({ index, of }: Shard): boolean {
  return Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of
}

function isCaseWanted(text: CaseText, { only, skip }: Wanted): boolean {
  const ours = only.filter(({ kind }) => kind === 'case')
  const fits = (selector: Selector) => selector.kind === 'case' && selector.fits(text)
  return (ours.length === 0 || ours.some(fits)) && !skip.some(fits)
}

function isOperationWanted(operation: ApiOperation, { only, skip }: Wanted): boolean {
  const ours = only.filter(({ kind }) => kind === 'operation')
  const fits = (selector: Selector) => selector.kind === 'operation' && selector.fits(operation)
  return (ours.length === 0 || ours.some(fits)) && !skip.some(fits)
}

/**
 * One case, on the operations that are wanted. A case that looks at one operation of each guard may have chosen others: then
 * it chooses again among those that are wanted.
 */
function planCase(each: TestCase, target: Target, wanted: Wanted): readonly (Probe | Skip)[] {
  const { api } = target
  const isNarrow = [...wanted.only, ...wanted.skip].some(({ kind }) => kind === 'operation')
  if (api === undefined || !isNarrow) return onlyAllowed(each.plan(target), target)
  const operations = api.operations.filter(operation => isOperationWanted(operation, wanted))
  const keys = new Set(operations.map(({ key }) => key))
  const asksForOperations = wanted.only.some(({ kind }) => kind === 'operation')
  const fits = ({ operation }: Probe | Skip) => (operation === undefined ? !asksForOperations : keys.has(operation))
  const fitting = each.plan(target).filter(fits)
  if (fitting.some(isProbe)) return onlyAllowed(fitting, target)
  const again = each.plan({ ...target, api: { ...api, operations } }).filter(fits)
  return onlyAllowed(again.some(isProbe) ? again : fitting, target)
}

/** Probes that may change something are skips where writing is not allowed, whatever their case thinks. */
function onlyAllowed(planned: readonly (Probe | Skip)[], { mayWrite }: Target): readonly (Probe | Skip)[] {
  if (mayWrite) return planned
  return planned.map(each => {
    if (!isProbe(each) || !each.isWrite) return each
    const { caseId, operation } = each
    return { caseId, ...(operation === undefined ? {} : { operation }), reason: mayNotWrite }
  })
}

/** What belongs to one operation stays in one part, so that its positive control is made once. */
function isInShard(planned: Probe | Skip, { index, of }: Shard): boolean {
  return stableNumber(unitOf(planned)) % of === index - 1
}

function unitOf(planned: Probe | Skip): string {
  const control = isProbe(planned) ? planned.control : undefined
  return control ?? planned.operation ?? planned.caseId
}

type PlanParts = Pick<Plan, 'seed' | 'target'> & { readonly cases: readonly TestCase[] }

function planOf(planned: readonly (Probe | Skip)[], { seed, target, cases }: PlanParts): Plan {
  const names = new Map<string, number>()
  const probes = planned.filter(isProbe).map(probe => {
    const name = nameOfProbe(probe)
    const count = (names.get(name) ?? 0) + 1
    names.set(name, count)
    return { name: count === 1 ? name : `${name} (${count})`, probe }
  })
  const skips = planned.flatMap(each => (isProbe(each) ? [] : [onlySkip(each)]))
  return { seed, target, probes, skips: withoutTwins(skips), cases: cases.map(textOf) }
}

function onlySkip({ caseId, operation, reason }: Skip): Skip {
  return { caseId, ...(operation === undefined ? {} : { operation }), reason }
}

function withoutTwins(skips: readonly Skip[]): readonly Skip[] {
  return [...new Map(skips.map(skip => [JSON.stringify([skip.caseId, skip.operation, skip.reason]), skip])).values()]
}

function textOf({ id, title, why, remedy, severity, level, sources, tags }: TestCase): CaseText {
  return { id, title, why, remedy, severity, level, sources, tags }
}

const rank = new Map(caseIds.map((id, index) => [id, index]))

/** Orders by the catalogue. */
function byCatalogue(a: Pick<CaseText, 'id'>, b: Pick<CaseText, 'id'>): number {
  return (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0)
}
