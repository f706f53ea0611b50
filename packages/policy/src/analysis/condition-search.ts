import { type CompiledAction, compileAction } from '../evaluation/compile-action.ts'
import type { ActionModel, PolicyModel } from '../model.ts'
import { type ConditionValues, type Variable, valuesFor } from './condition-values.ts'

/** Circumstances under which one policy allows an action and another does not; what is not there is missing. */
export type Example = {
  readonly claims: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
  readonly input: Readonly<Record<string, unknown>>
  readonly facts: Readonly<Record<string, unknown>>
  readonly now: number
}

/** Whether rules allow something that others do not. `unknown`: nothing was found, and not everything could be tried. */
export type Verdict = { readonly answer: 'yes'; readonly example: Example } | { readonly answer: 'no' | 'unknown' }

/** What a change of rules does. */
export type RuleVerdicts = { readonly widens: Verdict; readonly narrows: Verdict }

/** One action under two policies. */
export type RulePair = {
  readonly before: { readonly action: ActionModel; readonly model: PolicyModel }
  readonly after: { readonly action: ActionModel; readonly model: PolicyModel }
}

const NOW = 1_000_000_000
/** How many circumstances are tried: all of them if there are not more than `all`, else some. */
type Trials = { readonly all: number; readonly some: number }

const USUAL_TRIALS: Trials = { all: 200_000, some: 50_000 }

/**
 * Compares the rules of an action before and after a change, scope aside, by trying values on both sides of everything that
 * the conditions can tell apart.
 */
export function compareRules({ before, after }: RulePair, trials = USUAL_TRIALS): RuleVerdicts {
  const levels = [...new Set([...before.model.levels, ...after.model.levels])]
  const values = valuesFor([before.action, after.action], { levels, now: NOW })
  const [old, fresh] = [compileAction(before.action, before.model), compileAction(after.action, after.model)]
  const types = [before.action, after.action].flatMap(({ detailType }) => detailType ?? [])
  const found: { widens?: Example; narrows?: Example } = {}
  for (const chosen of trialsOf(values.variables, trials)) {
    const example = exampleOf(values.variables, chosen, types)
    const [was, is] = [allows(old, example), allows(fresh, example)]
    if (is && !was) found.widens ??= example
    if (was && !is) found.narrows ??= example
    if (found.widens !== undefined && found.narrows !== undefined) break
  }
  const isCertain = values.isComplete && countTrials(values.variables) <= trials.all
  return { widens: verdictOf(found.widens, isCertain), narrows: verdictOf(found.narrows, isCertain) }
}

function verdictOf(example: Example | undefined, isCertain: boolean): Verdict {
  if (example !== undefined) return { answer: 'yes', example }
  return { answer: isCertain ? 'no' : 'unknown' }
}

function countTrials(variables: ConditionValues['variables']): number {
  return variables.reduce((count, { values }) => count * values.length, 1)
}

/** Gives the place of a value for each variable: all combinations, or as many as can be tried, spread over all. */
function* trialsOf(variables: readonly Variable[], { all, some }: Trials): Generator<readonly number[]> {
  const total = countTrials(variables)
  const isAll = total <= all
  let state = 1
  for (let trial = 0; trial < (isAll ? total : some); trial++) {
    let rest = trial
    yield variables.map(({ values: { length } }) => {
      if (isAll) {
        const place = rest % length
        rest = Math.floor(rest / length)
        return place
      }
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * length)
    })
  }
}

function exampleOf(variables: readonly Variable[], chosen: readonly number[], types: readonly string[]): Example {
  const roots: Record<Variable['attribute']['source'], Record<string, unknown>> = {
    token: {},
    resource: {},
    input: {},
    fact: {},
    details: {},
  }
  for (const [index, { attribute, values }] of variables.entries()) {
    const value = values[chosen[index] ?? 0]
    if (value !== undefined) put(roots[attribute.source], attribute.path, value)
  }
  const details = types.map(type => ({ ...roots.details, type }))
  const claims = details.length === 0 ? roots.token : { ...roots.token, authorization_details: details }
  return { claims, resource: roots.resource, input: roots.input, facts: roots.fact, now: NOW }
}

function put(target: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (name === undefined) return
  const inner: Record<string, unknown> = rest.length === 0 ? {} : { ...asRecord(target[name]) }
  if (rest.length > 0) put(inner, rest, value)
  // defined, not assigned: an attribute may be called `__proto__`
  Object.defineProperty(target, name, {
    value: rest.length === 0 ? value : inner,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function asRecord(value: unknown): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function allows({ decideRules }: CompiledAction, { claims, resource, input, facts, now }: Example): boolean {
  const surroundings = { claims, resource, input, facts, details: undefined, loadable: NONE, wanted: undefined }
  return decideRules(surroundings, now)?.kind === 'allow'
}

const NONE: ReadonlySet<string> = new Set()
