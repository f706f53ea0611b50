import type { Circumstances, Decision, TokenView } from '../decision.ts'
import { compileAction } from '../evaluation/compile-action.ts'
import { printOperand } from '../explanation/print-expression.ts'
import { printValue } from '../explanation/print-value.ts'
import type { Expression } from '../expression.ts'
import { attributesIn, comparisonsIn } from '../expression-parts.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { type Assigned, type Assignment, assign, surroundingsOf, type Trial, trialOf } from './assignment.ts'
import { type Goal, type Search, solve } from './solve.ts'
import { candidatesOf } from './values.ts'
import { type Variant, variantsOf } from './variants.ts'

/** A request at which a rule could turn, and what the policy decides about it. */
export type BoundaryCase = {
  readonly rule: string
  /** `input.newPrice 1201` */
  readonly about: string
  readonly what: Variant['what']
  readonly token: TokenView
  readonly circumstances: Circumstances
  readonly expected: Decision
}

/** Seconds since the epoch in every case; logins are told relative to it. */
const now = 1_800_000_000
const mostBases = 24
const mostSteps = 5000

/**
 * Makes the requests that a test of an action should send: for each comparison the values just before, at and just behind
 * its limit, a missing value and one of the wrong type, with everything else such that the comparison matters where that
 * can be had.
 * @throws {RangeError} for an action that the policy does not know
 * @example
 * boundaryCases(shop.model, 'item.updatePrice') // newPrice 799, 800, 1200, 1201 where the price is 1000
 */
export function boundaryCases(model: PolicyModel, name: string): readonly BoundaryCase[] {
  const action = model.actions.get(name)
  if (action === undefined) throw new RangeError(`the policy knows no action \`${name}\``)
  const bench = createBench(model, action)
  return [
    ...action.rules.flatMap(rule => casesOfRule(rule, bench)),
    ...action.rules.flatMap(rule => loginCases(rule, bench)),
  ]
}

/** What every search of one action works with. */
type Reading = Omit<Search, 'maySpend'>

/** What all cases of one action are made with. */
type Bench = {
  readonly model: PolicyModel
  readonly action: ActionModel
  readonly search: Reading
  readonly bases: readonly Assignment[]
  readonly trial: (assignment: Assignment) => Trial
  readonly decide: (assignment: Assignment) => Decision
}

function createBench(model: PolicyModel, action: ActionModel): Bench {
  const [scope] = action.requirement.anyOf
  const { decideRules } = compileAction(action, model)
  const trial = (assignment: Assignment) => trialOf(action, assignment, { scope, now })
  const decide = (assignment: Assignment): Decision => {
    const surroundings = surroundingsOf(trial(assignment), action)
    const decision = decideRules(surroundings, now)
    if (decision === undefined) throw new TypeError('a fact was wanted where all are given')
    return decision
  }
  const read = (assignment: Assignment) => surroundingsOf(trial(assignment), action)
  const search = { candidates: candidatesOf(action, model), levels: model.levels, read }
  return { model, action, search, trial, decide, bases: findBases(action, search, model) }
}

/** Requests that pass every rule, and requests that pass every rule but one, each in several ways. */
function findBases(action: ActionModel, search: Reading, model: PolicyModel): readonly Assignment[] {
  const goals = action.rules.map(goalOf)
  const turned = goals.map((goal, at) => goals.with(at, { ...goal, wanted: !goal.wanted }))
  const start = strongLogin(action, model)
  return [goals, ...turned].flatMap(wanted => [
    ...solve(simplestFirst(wanted), start, { ...search, maySpend: budget() }).take(mostBases),
  ])
}

/** What few attributes decide leaves little to try again. */
function simplestFirst(goals: readonly Goal[]): readonly Goal[] {
  return goals.toSorted((a, b) => attributesIn(a.expression).length - attributesIn(b.expression).length)
}

/** Keeps a search short where conditions contradict each other. */
function budget(): Search['maySpend'] {
  let steps = mostSteps
  return () => steps-- > 0
}

function goalOf(rule: Rule): Goal {
  if (rule.kind === 'stepUp') return { expression: rule.unless, wanted: false }
  return { expression: rule.condition, wanted: rule.kind === 'when' }
}

/** The best login that there is, unless a condition reads it and wants another. */
function strongLogin({ rules }: ActionModel, { levels }: PolicyModel): Assignment {
  const acr = levels.at(-1)
  const isAsked = rules.some(({ kind }) => kind === 'stepUp')
  if (!isAsked) return new Map()
  return assign(new Map(), login('auth_time', now), ...(acr === undefined ? [] : [login('acr', acr)]))
}

function login(name: 'acr' | 'auth_time', value: unknown): Assigned {
  return { attribute: { kind: 'attribute', source: 'token', path: [name] }, value }
}

function casesOfRule(rule: Rule, bench: Bench): readonly BoundaryCase[] {
  const condition = rule.kind === 'stepUp' ? rule.unless : rule.condition
  const isWeak = rule.kind === 'stepUp'
  return comparisonsIn(condition)
    .filter(({ kind }) => kind !== 'constant')
    .flatMap(comparison => {
      const base = chooseBase(comparison, bench, isWeak ? weaken : whole)
      return base === undefined ? [] : casesAt(rule, comparison, { bench, base })
    })
}

/** A step-up's exception matters only where the login is not enough. */
function weaken(base: Assignment): Assignment {
  return assign(base, login('auth_time', undefined), login('acr', undefined))
}

function whole(base: Assignment): Assignment {
  return base
}

/** Prefers a request in which the comparison changes the decision. */
function chooseBase(
  comparison: Expression,
  bench: Bench,
  prepare: (base: Assignment) => Assignment,
): Assignment | undefined {
  const bases = bench.bases.map(prepare)
  const matters = (base: Assignment) => {
    const kinds = variants(comparison, bench, base)
      .filter(({ what }) => what === 'boundary')
      .map(variant => bench.decide(assign(base, variant)).kind)
    return new Set(kinds).size > 1
  }
  return bases.find(matters) ?? bases[0]
}

function variants(comparison: Expression, { search, model }: Bench, base: Assignment): readonly Variant[] {
  const { candidates, read } = search
  return variantsOf(comparison, { surroundings: read(base), levels: model.levels, candidates })
}

function casesAt(
  rule: Rule,
  comparison: Expression,
  { bench, base }: { readonly bench: Bench; readonly base: Assignment },
): readonly BoundaryCase[] {
  return variants(comparison, bench, base).map(variant => caseOf(rule, variant, { bench, base }))
}

function caseOf(
  rule: Rule,
  { attribute, value, what }: Variant,
  { bench, base }: { readonly bench: Bench; readonly base: Assignment },
): BoundaryCase {
  const assignment = assign(base, { attribute, value })
  const about = `${printOperand(attribute, bench.action.resource)} ${printValue(value, attribute.path)}`
  return { rule: rule.name, about, what, ...bench.trial(assignment), expected: bench.decide(assignment) }
}

/** The logins at which a step-up turns, where no exception holds. */
function loginCases(rule: Rule, bench: Bench): readonly BoundaryCase[] {
  if (rule.kind !== 'stepUp') return []
  const [base] = bench.bases
  if (base === undefined) return []
  const classes = rule.acr === undefined ? [] : [...bench.model.levels, 'another']
  const times = rule.maxAge === undefined ? [] : [now - rule.maxAge, now - rule.maxAge - 1]
  const turning = [...classes.map(acr => login('acr', acr)), ...times.map(at => login('auth_time', at))]
  const names = [
    ...(rule.acr === undefined ? [] : ['acr' as const]),
    ...(rule.maxAge === undefined ? [] : ['auth_time' as const]),
  ]
  const all: readonly Variant[] = [
    ...turning.map(assigned => ({ ...assigned, what: 'boundary' as const })),
    ...names.map(name => ({ ...login(name, undefined), what: 'missing' as const })),
    ...names.map(name => ({ ...login(name, name === 'acr' ? 7 : String(now)), what: 'wrong type' as const })),
  ]
  return all.map(variant => caseOf(rule, variant, { bench, base }))
}
