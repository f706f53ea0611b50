import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { compareRules, type Example, type RuleVerdicts, type Verdict } from './condition-search.ts'
import { type CoverageChange, newlyCovered } from './coverage-changes.ts'
import { normalise } from './normalise.ts'
import { distinctTokens } from './scope-tokens.ts'
import { newlySufficient } from './sufficient-sets.ts'

/** Something that tokens can do under one of two policies and not under the other. */
export type ReachChange =
  /** Only one of the policies has the action; the sets of scope-tokens open it there, where its rules hold. */
  | { readonly kind: 'action'; readonly action: string; readonly sets: readonly (readonly string[])[] }
  /** Scope that is enough under one policy only: the weakest sets; not all of them where there are hundreds. */
  | {
      readonly kind: 'scope'
      readonly action: string
      readonly sets: readonly (readonly string[])[]
      readonly isComplete: boolean
    }
  /** Circumstances that one policy allows and the other does not. */
  | {
      readonly kind: 'rules'
      readonly action: string
      readonly rules: readonly RuleChange[]
      readonly example: Example
    }

/** A rule that is not what it was. */
export type RuleChange = {
  readonly change: 'added' | 'removed' | 'changed'
  readonly kind: Rule['kind']
  readonly name: string
}

/** Rules of an action that are not what they were, and what that means for who may do it. */
export type RulesDiff = {
  readonly action: string
  readonly rules: readonly RuleChange[]
  readonly widens: Verdict['answer']
  readonly narrows: Verdict['answer']
}

/** What a change of a policy changes. */
export type PolicyDiff = {
  /** What can be done now that could not be done before. */
  readonly widened: readonly ReachChange[]
  /** What could be done before and cannot be done now. */
  readonly narrowed: readonly ReachChange[]
  /** All actions whose rules changed; `unknown` says honestly that it could not be told. */
  readonly rules: readonly RulesDiff[]
  /** What scopes cover by the catalogue now and did not before, and the other way round. */
  readonly coverage: { readonly gained: readonly CoverageChange[]; readonly lost: readonly CoverageChange[] }
}

/**
 * Tells what a change of a policy opens and closes: exact over every set of scopes, and for conditions by examples, which
 * prove a change, or by trying everything that the conditions can tell apart, which proves that there is none.
 * @example
 * diff(before, after).widened // which tokens reach what they did not reach before
 */
export function diff(before: PolicyModel, after: PolicyModel): PolicyDiff {
  const tokens = distinctTokens(before, after)
  const names = [...new Set([...before.actions.keys(), ...after.actions.keys()])]
  const compared = names.flatMap(action => compareActions({ before, after }, action))
  const [forth, back] = [
    { from: before, to: after },
    { from: after, to: before },
  ] as const
  const reachChanges = (step: typeof forth | typeof back): readonly ReachChange[] =>
    names.flatMap(action => scopeChanges(step, action, tokens))
  return {
    widened: [...reachChanges(forth), ...compared.flatMap(one => exampleOf(one, one.verdicts.widens))],
    narrowed: [...reachChanges(back), ...compared.flatMap(one => exampleOf(one, one.verdicts.narrows))],
    rules: compared.map(({ action, rules, verdicts: { widens, narrows } }) => ({
      action,
      rules,
      widens: widens.answer,
      narrows: narrows.answer,
    })),
    coverage: { gained: newlyCovered(forth, tokens), lost: newlyCovered(back, tokens) },
  }
}

type Pair = { readonly before: PolicyModel; readonly after: PolicyModel }
type Step = { readonly from: PolicyModel; readonly to: PolicyModel }

function scopeChanges(step: Step, action: string, tokens: readonly string[]): readonly ReachChange[] {
  const { sets, isComplete } = newlySufficient(step, action, tokens)
  if (sets.length === 0) return []
  if (!step.from.actions.has(action)) return [{ kind: 'action', action, sets }]
  return [{ kind: 'scope', action, sets, isComplete }]
}

type Compared = {
  readonly action: string
  readonly rules: readonly RuleChange[]
  readonly verdicts: RuleVerdicts
}

function compareActions({ before, after }: Pair, name: string): readonly Compared[] {
  const [old, fresh] = [before.actions.get(name), after.actions.get(name)]
  if (old === undefined || fresh === undefined) return []
  const rules = ruleChanges(old, fresh)
  const isSameOrder = JSON.stringify(before.levels) === JSON.stringify(after.levels)
  if (rules.length === 0 && old.detailType === fresh.detailType && (isSameOrder || fresh.rules.length === 0)) return []
  const verdicts = compareRules({ before: { action: old, model: before }, after: { action: fresh, model: after } })
  const isSettled = rules.length === 0 && verdicts.widens.answer === 'no' && verdicts.narrows.answer === 'no'
  return isSettled ? [] : [{ action: name, rules, verdicts }]
}

function exampleOf({ action, rules }: Compared, verdict: Verdict): readonly ReachChange[] {
  return verdict.answer === 'yes' ? [{ kind: 'rules', action, rules, example: verdict.example }] : []
}

function ruleChanges(before: ActionModel, after: ActionModel): readonly RuleChange[] {
  const find = (rules: readonly Rule[], { kind, name }: Rule) =>
    rules.find(rule => rule.kind === kind && rule.name === name)
  const removed = before.rules.filter(rule => find(after.rules, rule) === undefined)
  const added = after.rules.filter(rule => find(before.rules, rule) === undefined)
  const changed = after.rules.filter(rule => {
    const old = find(before.rules, rule)
    return old !== undefined && textOf(old) !== textOf(rule)
  })
  const as = (change: RuleChange['change']) => (rule: Rule) => ({ change, kind: rule.kind, name: rule.name })
  return [...removed.map(as('removed')), ...added.map(as('added')), ...changed.map(as('changed'))]
}

function textOf(rule: Rule): string {
  if (rule.kind !== 'stepUp') return JSON.stringify(normalise(rule.condition))
  return JSON.stringify([rule.acr, rule.maxAge, normalise(rule.unless)])
}
