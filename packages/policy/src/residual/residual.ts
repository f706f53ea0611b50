import type { Circumstances, Decision, TokenView } from '../decision.ts'
import { compileScope } from '../evaluation/compile-action.ts'
import { detailsOf } from '../evaluation/details.ts'
import { type GateRule, orderRules } from '../evaluation/order.ts'
import type { Surroundings } from '../evaluation/read.ts'
import { askForLogin, isLoginEnough, type StepUpRule } from '../evaluation/step-up.ts'
import type { Expression } from '../expression.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { type Known, type Reduced, reduceExpression } from './reduce.ts'

/** What is known beside the token; whatever is left out may turn out to be anything. */
export type KnownCircumstances = Omit<Circumstances, 'requestFacts'>

/** A rule of which something is open. For `forbid` the condition must not hold, for `stepUp` it is the exception. */
export type RemainingRule = { readonly kind: Rule['kind']; readonly name: string; readonly condition: Expression }

/** What must still hold for the action to be allowed. */
export type Remaining = {
  readonly rules: readonly RemainingRule[]
  /** All of them as one condition: allowed where it comes to true, and only there. */
  readonly condition: Expression
}

/** Whether a token may do an action, as far as that can be told. */
export type Residual =
  | { readonly kind: 'yes' }
  /** Whatever the rest is; `decision` is what stands in the way first. */
  | { readonly kind: 'no'; readonly decision: Decision }
  /** Where one of these holds: one for each authorization detail that may do, else just one. */
  | { readonly kind: 'if'; readonly anyOf: readonly [Remaining, ...Remaining[]] }

type Judged = { readonly refusal: Decision } | { readonly rules: readonly RemainingRule[] }

type Candidate = { readonly action: ActionModel; readonly known: Known; readonly now: number }

/**
 * Decides an action as far as the token and what else is known say.
 * @throws {RangeError} for an action that the policy does not know
 * @example
 * residualOf(shop.model, 'item.read', { token, known: { now } }) // if item.store = "s1"
 */
export function residualOf(
  model: PolicyModel,
  name: string,
  { token, known }: { readonly token: TokenView; readonly known: KnownCircumstances },
): Residual {
  const action = model.actions.get(name)
  if (action === undefined) throw new RangeError(`the policy knows no action \`${name}\``)
  const refusal = compileScope(action, model.catalogue)(token.scope)
  if (refusal !== undefined) return { kind: 'no', decision: refusal }
  const details = action.detailType === undefined ? [] : detailsOf(token.claims, action.detailType)
  const candidates = details.length === 0 ? [undefined] : details
  return sumUp(
    candidates.map(detail => {
      const surroundings = surround(token, known, detail)
      return judge(model, {
        action,
        now: known.now,
        known: { surroundings, levels: model.levels, isKnown: knowing(known) },
      })
    }),
  )
}

function surround(token: TokenView, { resource, input, facts }: KnownCircumstances, details: unknown): Surroundings {
  return { claims: token.claims, resource, input, facts, details, loadable: new Set(), wanted: undefined }
}

function knowing(known: KnownCircumstances): Known['isKnown'] {
  return ({ source, path }) => {
    if (source === 'fact') return known.facts !== undefined && Object.hasOwn(known.facts, path[0] ?? '')
    return source === 'token' || source === 'details' || Object.hasOwn(known, source)
  }
}

function judge({ levels }: PolicyModel, candidate: Candidate): Judged {
  const { before, stepUps, after } = orderRules(candidate.action)
  const gate = (rule: GateRule) => judgeGate(rule, candidate)
  return firstRefusal([...before.map(gate), judgeLogin(stepUps, levels, candidate), ...after.map(gate)])
}

function judgeGate(rule: GateRule, { action, known }: Candidate): Judged {
  const { kind, name } = rule
  const pass = kind === 'when' ? 'true' : 'false'
  const { expression: condition, possible } = reduceExpression(rule.condition, known)
  if (!possible[pass]) return { refusal: { kind: 'forbidden', rule: name, isHidden: action.isHidden } }
  return { rules: isSettled(possible, pass) ? [] : [{ kind, name, condition }] }
}

function judgeLogin(stepUps: readonly StepUpRule[], levels: readonly string[], { known, now }: Candidate): Judged {
  const { claims } = known.surroundings
  const wanted = stepUps
    .filter(rule => !isLoginEnough(rule, levels, { claims, now }))
    .map(rule => ({ rule, ...reduceExpression(rule.unless, known) }))
  const [first, ...others] = wanted.filter(({ possible }) => !possible.true).map(({ rule }) => rule)
  if (first !== undefined) return { refusal: askForLogin([first, ...others], levels) }
  const open = wanted.filter(({ possible }) => !isSettled(possible, 'true'))
  return { rules: open.map(({ rule: { kind, name }, expression: condition }) => ({ kind, name, condition })) }
}

function isSettled(possible: Reduced['possible'], outcome: 'true' | 'false'): boolean {
  return possible[outcome] && !possible.error && !possible[outcome === 'true' ? 'false' : 'true']
}

function firstRefusal(judged: readonly Judged[]): Judged {
  const refused = judged.find(one => 'refusal' in one)
  return refused ?? { rules: judged.flatMap(one => ('rules' in one ? one.rules : [])) }
}

function sumUp(judged: readonly Judged[]): Residual {
  const open = judged.flatMap(one => ('rules' in one ? [one.rules] : []))
  if (open.some(rules => rules.length === 0)) return { kind: 'yes' }
  const [first, ...others] = open.map(rules => ({ rules, condition: joinRules(rules) }))
  if (first !== undefined) return { kind: 'if', anyOf: [first, ...others] }
  const refusals = judged.flatMap(one => ('refusal' in one ? [one.refusal] : []))
  const decision = refusals.find(({ kind }) => kind === 'step_up') ?? refusals[0]
  if (decision === undefined) throw new TypeError('nothing was judged')
  return { kind: 'no', decision }
}

function joinRules(rules: readonly RemainingRule[]): Expression {
  const all = rules.map(
    ({ kind, condition }): Expression => (kind === 'forbid' ? { kind: 'not', of: condition } : condition),
  )
  const [first, ...others] = all
  return first !== undefined && others.length === 0 ? first : { kind: 'and', all }
}
