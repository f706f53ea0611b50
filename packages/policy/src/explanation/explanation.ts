import type { Decision } from '../decision.ts'
import type { Rule } from '../model.ts'

/** What a condition came to in an explanation; a fact that no rule came to was not loaded. */
export type ExplainedOutcome = 'true' | 'false' | 'error' | 'not loaded'

/** One comparison that was read, with the values that it compared. */
export type ExplainedComparison = { readonly text: string; readonly outcome: ExplainedOutcome }

/** What became of one rule. */
export type ExplainedRule = {
  readonly kind: Rule['kind']
  readonly name: string
  /** What the condition came to; for a step-up whether the login is enough or none is wanted. */
  readonly outcome: ExplainedOutcome
  /** Whether this rule made the decision. */
  readonly decides: boolean
  /** The whole condition with its values. */
  readonly text: string
  readonly comparisons: readonly ExplainedComparison[]
}

/** Why a decision is as it is, as data: for the operator's log, never for the client. */
export type Explanation = {
  readonly action: string
  readonly decision: Decision
  readonly scope: {
    /** The alternative nearest to what the token has. */
    readonly needed: string
    readonly held: string
    readonly missing: string
  }
  /** In the order in which they are asked. */
  readonly rules: readonly ExplainedRule[]
}

/** Prints an explanation, a line for the scope, each rule and the decision. */
export function printExplanation({ action, decision, scope, rules }: Explanation): string {
  const lack = scope.missing === '' ? 'covered' : `lacks ${scope.missing}`
  return [
    action,
    `  scope: needs ${scope.needed || 'nothing'}, has ${scope.held || 'nothing'} → ${lack}`,
    ...rules.map(
      rule => `  ${rule.kind} ${rule.name}: ${rule.text} → ${rule.outcome}${rule.decides ? ', decides' : ''}`,
    ),
    `  → ${printDecision(decision)}`,
  ].join('\n')
}

/** Prints a decision on one line. */
export function printDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'allow':
      return 'allow'
    case 'insufficient_scope':
      return `insufficient_scope: ${decision.missing.tokens.join(' ')} is missing`
    case 'step_up':
      return `step_up: ${stepUpText(decision)}`
    case 'forbidden':
      return `forbidden by ${decision.rule}${decision.isHidden ? ', hidden' : ''}`
  }
}

function stepUpText({ acr, maxAge }: Extract<Decision, { kind: 'step_up' }>): string {
  const parts = [acr, maxAge === undefined ? undefined : `a login at most ${maxAge} s ago`]
  return `${parts.filter(part => part !== undefined).join(' and ')} is wanted`
}
