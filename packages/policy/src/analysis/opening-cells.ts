import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { ActionModel, PolicyModel } from '../model.ts'
import { minimalAlternatives } from './minimal-alternatives.ts'
import { distinctTokens, setOf } from './scope-tokens.ts'

/** What one scope does for one action. */
export type OpeningCell = {
  readonly action: string
  /** The declared name of the scope. */
  readonly scope: string
  /** Whether the scope opens the action alone, or is part of a set that does. */
  readonly opens: 'alone' | 'in_part'
  /** Whether the action asks for the scope itself, or for something that the scope covers. */
  readonly by: 'itself' | 'coverage'
}

/** Tells what each scope does for each action; where it does nothing there is no cell. */
export function openingCells(policy: PolicyModel): readonly OpeningCell[] {
  const { catalogue, actions } = policy
  const tokens = Map.groupBy(distinctTokens(policy), token => catalogue.definition(token)?.name ?? token)
  return [...actions.values()].flatMap(action => {
    const alternatives = minimalAlternatives(catalogue, action.requirement).filter(({ size }) => size > 0)
    return catalogue.names.flatMap(scope => {
      const cell = cellOf(catalogue, alternatives, { scope, tokens: tokens.get(scope) ?? [] })
      return cell === undefined ? [] : [{ action: action.name, scope, ...cell }]
    })
  })
}

/** Tells whether an action asks for a good token and no scope. */
export function needsNoScope({ requirement }: ActionModel): boolean {
  return requirement.anyOf.some(({ size }) => size === 0)
}

type Column = { readonly scope: string; readonly tokens: readonly string[] }

function cellOf(
  catalogue: Catalogue,
  alternatives: readonly ScopeSet[],
  { scope, tokens }: Column,
): Pick<OpeningCell, 'opens' | 'by'> | undefined {
  const sets = tokens.map(token => setOf(catalogue, [token]))
  const isOwn = (token: string): boolean => catalogue.definition(token)?.name === scope
  const whole = alternatives.filter(alternative => sets.some(held => catalogue.covers(held, alternative)))
  if (whole.length > 0) {
    const isItself = whole.some(alternative => alternative.tokens.every(isOwn))
    return { opens: 'alone', by: isItself ? 'itself' : 'coverage' }
  }
  const parts = alternatives
    .flatMap(alternative => alternative.tokens)
    .filter(token => sets.some(held => catalogue.covers(held, setOf(catalogue, [token]))))
  return parts.length === 0 ? undefined : { opens: 'in_part', by: parts.some(isOwn) ? 'itself' : 'coverage' }
}
