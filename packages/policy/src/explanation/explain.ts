import { nearestAlternative, printScope, type ScopeSet } from '@ambit/scope'
import type { Decision } from '../decision.ts'
import { type GateRule, orderRules } from '../evaluation/order.ts'
import { memberOf } from '../evaluation/read.ts'
import { isLoginEnough, type StepUpRule } from '../evaluation/step-up.ts'
import type { Traced } from '../evaluation/traced.ts'
import type { ActionModel, PolicyModel } from '../model.ts'
import { type ExplainedWith, explainExpression } from './explain-expression.ts'
import type { ExplainedRule, Explanation } from './explanation.ts'
import { printValue } from './print-value.ts'

/** What an explanation is about. */
export type Explained = {
  readonly action: ActionModel
  readonly held: ScopeSet
  readonly now: number
  readonly traced: Traced
}

/** Explains a decision that was made, rule by rule. */
export function explainDecision(model: PolicyModel, { action, held, now, traced }: Explained): Explanation {
  const { decision, surroundings, loaded } = traced
  const { scope, missing } = nearestAlternative(model.catalogue, held, action.requirement)
  const explained = { surroundings, levels: model.levels, resource: action.resource, loaded }
  const { before, stepUps, after } = orderRules(action)
  return {
    action: action.name,
    decision,
    scope: { needed: printScope(scope), held: printScope(held), missing: printScope(missing) },
    rules: [
      ...before.map(rule => explainGate(rule, decision, explained)),
      ...stepUps.map(rule => explainStepUp(rule, { decision, now }, explained)),
      ...after.map(rule => explainGate(rule, decision, explained)),
    ],
  }
}

function explainGate(rule: GateRule, decision: Decision, explained: ExplainedWith): ExplainedRule {
  const { kind, name, condition } = rule
  const decides = decision.kind === 'forbidden' && decision.rule === name
  return { kind, name, decides, ...explainExpression(condition, explained) }
}

type Login = { readonly decision: Decision; readonly now: number }

function explainStepUp(rule: StepUpRule, { decision, now }: Login, explained: ExplainedWith): ExplainedRule {
  const { kind, name, unless } = rule
  const { claims } = explained.surroundings
  const login = describeLogin(rule, claims, now)
  const decides = decision.kind === 'step_up' && decision.rule === name
  if (isLoginEnough(rule, explained.levels, { claims, now }))
    return { kind, name, outcome: 'true', decides, text: login, comparisons: [] }
  const { text, ...excuse } = explainExpression(unless, explained)
  return { kind, name, decides, ...excuse, text: `${login} is not enough, unless ${text}` }
}

function describeLogin({ acr, maxAge }: StepUpRule, claims: unknown, now: number): string {
  const at = memberOf(claims, 'auth_time')
  const age = typeof at === 'number' ? `${now - at} s` : '(missing)'
  const parts = [
    ...(acr === undefined ? [] : [`token.acr ${printValue(memberOf(claims, 'acr'))} for ${printValue(acr)}`]),
    ...(maxAge === undefined ? [] : [`age of the login ${age} of ${maxAge} s`]),
  ]
  return parts.join(' and ')
}
