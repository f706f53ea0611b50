import { type Catalogue, nearestAlternative, type ScopeSet } from '@ambit/scope'
import type { Decision } from '../decision.ts'
import type { ActionModel, PolicyModel } from '../model.ts'
import { type Condition, compileExpression } from './compile-expression.ts'
import { detailsOf } from './details.ts'
import { type GateRule, orderRules } from './order.ts'
import type { Outcome } from './outcome.ts'
import type { Surroundings } from './read.ts'
import { askForLogin, isLoginEnough, type StepUpRule } from './step-up.ts'

/** Decides the rules of an action; undefined where a fact is wanted first. */
type DecideRules = (surroundings: Surroundings, now: number) => Decision | undefined

/** An action that is ready to be decided. */
export type CompiledAction = {
  readonly model: ActionModel
  /** Decides by scope alone; undefined where scope is no obstacle. */
  readonly decideScope: (held: ScopeSet) => Decision | undefined
  readonly decideRules: DecideRules
}

const allow: Decision = Object.freeze({ kind: 'allow' })

/** Makes an action ready: what can be worked out without a request is worked out here. */
export function compileAction(model: ActionModel, { catalogue, levels }: PolicyModel): CompiledAction {
  const order = orderRules(model)
  const decideAll = inOrder([
    ...order.before.map(rule => compileGate(rule, model, levels)),
    ...(order.stepUps.length > 0 ? [compileStepUps(order.stepUps, levels)] : []),
    ...order.after.map(rule => compileGate(rule, model, levels)),
  ])
  const { detailType } = model
  const decideRules = detailType === undefined ? decideAll : forAnyDetail(decideAll, detailType)
  return { model, decideScope: compileScope(model, catalogue), decideRules }
}

/** Makes the question whether scope stands in the way of an action. */
export function compileScope(model: ActionModel, catalogue: Catalogue): CompiledAction['decideScope'] {
  const { anyOf } = model.requirement
  return held => {
    for (const alternative of anyOf) if (catalogue.covers(held, alternative)) return undefined
    const { scope, missing } = nearestAlternative(catalogue, held, model.requirement)
    return { kind: 'insufficient_scope', needed: scope, missing }
  }
}

type Step = (surroundings: Surroundings, now: number) => Decision | undefined

/** Asks step after step; each one refuses, or wants a fact, or leaves the answer to the next. */
function inOrder(steps: readonly Step[]): DecideRules {
  return (surroundings, now) => {
    for (const step of steps) {
      const refusal = step(surroundings, now)
      if (refusal !== undefined || surroundings.wanted !== undefined) return refusal
    }
    return allow
  }
}

function compileGate(rule: GateRule, { isHidden }: ActionModel, levels: readonly string[]): Step {
  const condition = compileExpression(rule.condition, levels)
  const pass: Outcome = rule.kind === 'when' ? 'true' : 'false'
  const refusal: Decision = Object.freeze({ kind: 'forbidden', rule: rule.name, isHidden })
  return surroundings => {
    const outcome = outcomeIn(condition, surroundings)
    return outcome === pass || surroundings.wanted !== undefined ? undefined : refusal
  }
}

function compileStepUps(rules: readonly StepUpRule[], levels: readonly string[]): Step {
  const compiled = rules.map(rule => ({ rule, unless: compileExpression(rule.unless, levels) }))
  return (surroundings, now) => {
    const { claims } = surroundings
    const unmet: StepUpRule[] = []
    for (const { rule, unless } of compiled) {
      if (isLoginEnough(rule, levels, { claims, now })) continue
      const outcome = outcomeIn(unless, surroundings)
      if (surroundings.wanted !== undefined) return undefined
      if (outcome !== 'true') unmet.push(rule)
    }
    const [first, ...others] = unmet
    return first === undefined ? undefined : askForLogin([first, ...others], levels)
  }
}

/** What throws while it is read, such as a getter of the application's data, counts as an error. */
function outcomeIn(condition: Condition, surroundings: Surroundings): Outcome {
  try {
    return condition(surroundings)
  } catch {
    return 'error'
  }
}

/**
 * One authorization detail that satisfies all rules is enough; each is judged alone, so that two of them never add up.
 * @spec RFC 9396 §2
 */
function forAnyDetail(decideAll: DecideRules, type: string): DecideRules {
  return (surroundings, now) => {
    let best: Decision | undefined
    let bestDetail: unknown
    for (const details of detailsOf(surroundings.claims, type)) {
      surroundings.details = details
      const decision = decideAll(surroundings, now)
      if (decision === undefined || decision.kind === 'allow') return decision
      const isBetter = best === undefined || (best.kind === 'forbidden' && decision.kind === 'step_up')
      if (!isBetter) continue
      best = decision
      bestDetail = details
    }
    surroundings.details = bestDetail
    return best ?? decideAll(surroundings, now)
  }
}
