import { greatestSkew } from '../evaluation/step-up.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { conditionText, type Dialect, type Writing } from './cedar-condition.ts'
import { hasText, quote } from './cedar-text.ts'

/** One Cedar policy. */
export type CedarPolicy = {
  /** Unique in its policy: the action, and the rule where there is one. */
  readonly id: string
  readonly text: string
}

/** Names what stands in the way: scope, or a rule by its place. */
export type Obstacle = 'scope' | number

/** Names the policy that forbids where something stands in the way of an action. */
export function idOf(action: string, obstacle?: Obstacle): string {
  return obstacle === undefined ? action : `${action}#${obstacle}`
}

/**
 * Writes the policy that permits an action: all that must hold stands in it, so that whatever is an error leaves the action
 * denied. A Cedar policy that forbids is skipped where it is an error.
 */
export function permitText(action: ActionModel, model: PolicyModel, dialect: Dialect): CedarPolicy {
  const clauses = action.rules.map(rule =>
    rule.kind === 'forbid'
      ? `unless { ${ruleText(rule, { dialect, levels: model.levels })} }`
      : `when { ${ruleText(rule, { dialect, levels: model.levels })} }`,
  )
  const scope = `when { ${scopeText(action)} }`
  return { id: idOf(action.name), text: policyText('permit', action, {}, [scope, ...clauses]) }
}

/** Writes the policy that forbids an action where one rule stands in its way, for the reasons that an answer lists. */
export function forbidText(
  action: ActionModel,
  { rule, place }: { readonly rule: Rule; readonly place: number },
  writing: Writing,
): CedarPolicy {
  const word = rule.kind === 'forbid' ? 'when' : 'unless'
  const annotations = { answer: rule.kind === 'stepUp' ? 'step_up' : 'forbidden', rule: rule.name }
  const clause = `${word} { ${ruleText(rule, writing)} }`
  return { id: idOf(action.name, place), text: policyText('forbid', action, annotations, [clause]) }
}

/** Writes the policy that forbids an action where scope is missing. */
export function scopeForbidText(action: ActionModel): CedarPolicy {
  const clause = `unless { ${scopeText(action)} }`
  const annotations = { answer: 'insufficient_scope' }
  return { id: idOf(action.name, 'scope'), text: policyText('forbid', action, annotations, [clause]) }
}

function policyText(
  effect: 'permit' | 'forbid',
  { name }: ActionModel,
  annotations: Readonly<Record<string, string>>,
  clauses: readonly string[],
): string {
  const notes = Object.entries(annotations).map(([key, value]) => `@${key}(${quote(value)})`)
  const head = `${effect} (principal, action == Action::${quote(name)}, resource)`
  return `${[...notes, head, ...clauses].join('\n')};`
}

function scopeText({ requirement }: ActionModel): string {
  if (requirement.anyOf.some(({ size }) => size === 0)) return 'true'
  const alternatives = requirement.anyOf.map(({ tokens: [first = '', ...others] }) =>
    others.length === 0
      ? `context.scope.contains(${quote(first)})`
      : `context.scope.containsAll([${[first, ...others].map(quote).join(', ')}])`,
  )
  return alternatives.join(' || ')
}

function ruleText(rule: Rule, writing: Writing): string {
  if (rule.kind !== 'stepUp') return conditionText(rule.condition, writing)
  const login = [...strengthText(rule, writing), ...freshnessText(rule, writing.dialect)]
  return `(${login.join(' && ') || 'true'}) || (${conditionText(rule.unless, writing)})`
}

type StepUp = Extract<Rule, { kind: 'stepUp' }>

function strengthText({ acr }: StepUp, { dialect, levels }: Writing): readonly string[] {
  if (acr === undefined) return []
  const rank = levels.indexOf(acr)
  if (rank === -1) return ['false']
  const enough = `[${levels.slice(rank).map(quote).join(', ')}].contains(${dialect.scalar(claims.acr, 'string')})`
  return [...isThere(dialect, 'acr', 'string'), enough]
}

function freshnessText({ maxAge }: StepUp, dialect: Dialect): readonly string[] {
  if (maxAge === undefined) return []
  const age = `context.now - ${dialect.scalar(claims.auth_time, 'long')}`
  const limits = [`${age} <= ${maxAge}`, `${age} >= -${greatestSkew}`]
  return [...isThere(dialect, 'auth_time', 'long'), hasText('context', 'now'), ...limits]
}

const claims = {
  acr: { kind: 'attribute', source: 'token', path: ['acr'] },
  auth_time: { kind: 'attribute', source: 'token', path: ['auth_time'] },
} as const

function isThere(dialect: Dialect, claim: keyof typeof claims, type: 'string' | 'long'): readonly string[] {
  const isOfType = dialect.isOfType(claims[claim], type)
  return [`(${dialect.has(claims[claim])})`, ...(isOfType === undefined ? [] : [isOfType])]
}
