import { nearestAlternative } from '@ambit/scope'
import type { Circumstances, Decision, TokenView } from '../decision.ts'
import { detailsOf } from '../evaluation/details.ts'
import { orderRules } from '../evaluation/order.ts'
import { askForLogin, type StepUpRule } from '../evaluation/step-up.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { CedarError, checkExpressible } from './cedar-error.ts'
import type { CedarAnswer, CedarModule } from './cedar-module.ts'
import { type CedarPolicy, forbidText, idOf, type Obstacle, permitText, scopeForbidText } from './cedar-policies.ts'
import { type CedarSources, requestWriter } from './cedar-request.ts'
import { taggedDialect } from './tagged-dialect.ts'

/** Decides the actions of a policy by Cedar. */
export type CedarJudge = {
  /**
   * Decides whether a token may do an action. Facts are what the circumstances say; none are loaded.
   * @throws {CedarError} where Cedar gives no decision; that is not a permission
   * @throws {RangeError} for an action that the policy does not know
   */
  readonly decide: (action: string, token: TokenView, circumstances: Circumstances) => Decision
}

/**
 * Makes a judge that decides as the policy does, and reads conditions on its own: Cedar evaluates them.
 *
 * What Cedar cannot hold denies where the policy might allow: fractions, numbers beyond 2^53, texts with half a character.
 * @throws {CedarError} where the policy cannot be said in Cedar
 * @example
 * const judge = cedarJudge(await import('@cedar-policy/cedar-wasm/nodejs'), shop.model)
 */
export function cedarJudge(cedar: CedarModule, model: PolicyModel): CedarJudge {
  checkExpressible(model)
  const judges = new Map([...model.actions].map(([name, action]) => [name, judgeAction(cedar, model, action)]))
  return {
    decide(name, token, circumstances) {
      const judge = judges.get(name)
      if (judge === undefined) throw new RangeError(`the policy knows no action \`${name}\``)
      return judge(token, circumstances)
    },
  }
}

type JudgeAction = (token: TokenView, circumstances: Circumstances) => Decision

function judgeAction(cedar: CedarModule, model: PolicyModel, action: ActionModel): JudgeAction {
  const policies = policiesOf(action, model)
  const preparsedPolicySetId = uniqueName(policies)
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]))
  const prepared = cedar.preparsePolicySet(preparsedPolicySetId, { staticPolicies })
  if (prepared.type !== 'success') throw new CedarError(`Cedar cannot read \`${action.name}\`: ${problemsOf(prepared)}`)
  const write = requestWriter(action, model.catalogue)
  const ask = (sources: CedarSources): ReadonlySet<Obstacle> =>
    obstaclesIn(action, cedar.statefulIsAuthorized({ ...write(sources), preparsedPolicySetId }))
  const { detailType } = action
  return (token, circumstances) => {
    const found = detailType === undefined ? [] : detailsOf(token.claims, detailType)
    const decisions = (found.length === 0 ? [undefined] : found).map(details =>
      decisionFrom(ask({ token, circumstances, details }), { model, action, token }),
    )
    return decisions.reduce(better)
  }
}

// one authorization detail that is enough is enough; of two that are not, a new login may help with one
function better(best: Decision, other: Decision): Decision {
  const isBetter = other.kind === 'allow' || (other.kind === 'step_up' && best.kind === 'forbidden')
  return best.kind !== 'allow' && isBetter ? other : best
}

function policiesOf(action: ActionModel, model: PolicyModel): readonly CedarPolicy[] {
  const writing = { dialect: taggedDialect, levels: model.levels }
  return [
    permitText(action, model, taggedDialect),
    scopeForbidText(action),
    ...action.rules.map((rule, place) => forbidText(action, { rule, place }, writing)),
  ]
}

/** Names a set of policies by what it says: the names are known to all who use the module, and two may be the same only then. */
function uniqueName(policies: readonly CedarPolicy[]): string {
  counter++
  return `ambit ${counter} ${hashOf(policies.map(({ id, text }) => `${id}\n${text}`).join('\n'))}`
}

let counter = 0

// FNV-1a; what it must tell apart is not chosen by strangers
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(16)
}

/** Reads what stands in the way out of an answer: what forbids, and what was an error and so was skipped. */
function obstaclesIn(action: ActionModel, answer: CedarAnswer): ReadonlySet<Obstacle> {
  if (answer.type !== 'success' || answer.response === undefined)
    throw new CedarError(`Cedar gives no decision: ${problemsOf(answer)}`)
  const { decision, diagnostics } = answer.response
  const named = new Set([...diagnostics.reason, ...diagnostics.errors.map(({ policyId }) => policyId)])
  const all: readonly Obstacle[] = ['scope', ...action.rules.keys()]
  const obstacles = new Set(all.filter(obstacle => named.has(idOf(action.name, obstacle))))
  const isAllowed = decision === 'allow' && diagnostics.errors.length === 0
  if (isAllowed !== (obstacles.size === 0))
    throw new CedarError(`Cedar's reasons do not fit its answer \`${decision}\``)
  return obstacles
}

function problemsOf({ errors = [] }: CedarAnswer): string {
  return errors.map(({ message }) => message).join('; ')
}

type Question = { readonly model: PolicyModel; readonly action: ActionModel; readonly token: TokenView }

function decisionFrom(obstacles: ReadonlySet<Obstacle>, { model, action, token }: Question): Decision {
  if (obstacles.has('scope')) {
    const { scope, missing } = nearestAlternative(model.catalogue, token.scope, action.requirement)
    return { kind: 'insufficient_scope', needed: scope, missing }
  }
  const { before, stepUps, after } = orderRules(action)
  const isInTheWay = (rule: Rule): boolean => obstacles.has(action.rules.indexOf(rule))
  const forbid = (rules: readonly Rule[]): Decision | undefined => {
    const rule = rules.find(isInTheWay)
    return rule && { kind: 'forbidden', rule: rule.name, isHidden: action.isHidden }
  }
  return forbid(before) ?? askAgain(stepUps.filter(isInTheWay), model) ?? forbid(after) ?? { kind: 'allow' }
}

function askAgain([first, ...others]: readonly StepUpRule[], { levels }: PolicyModel): Decision | undefined {
  return first === undefined ? undefined : askForLogin([first, ...others], levels)
}
