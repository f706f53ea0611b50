import { readsLogin } from '../expression-parts.ts'
import type { ActionModel, Rule } from '../model.ts'
import type { StepUpRule } from './step-up.ts'

/** A rule that lets through or refuses. */
export type GateRule = Exclude<Rule, StepUpRule>

/** The rules of an action in the order in which they are asked. */
export type RuleOrder = {
  /** What no login can change: where one of these refuses, the user is not asked to log in for nothing. */
  readonly before: readonly GateRule[]
  readonly stepUps: readonly StepUpRule[]
  /** What reads how the user logged in: asked once the login is good enough. */
  readonly after: readonly GateRule[]
}

/** Puts the rules of an action in the order in which they are asked; within a part they stay as declared. */
export function orderRules({ rules }: ActionModel): RuleOrder {
  const gates = rules.filter(isGate)
  return {
    before: gates.filter(({ condition }) => !readsLogin(condition)),
    stepUps: rules.filter(isStepUp),
    after: gates.filter(({ condition }) => readsLogin(condition)),
  }
}

function isStepUp(rule: Rule): rule is StepUpRule {
  return rule.kind === 'stepUp'
}

function isGate(rule: Rule): rule is GateRule {
  return rule.kind !== 'stepUp'
}
