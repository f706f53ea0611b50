import { compileExpression } from '../evaluation/compile-expression.ts'
import type { Surroundings } from '../evaluation/read.ts'
import type { Expression } from '../expression.ts'
import { attributesIn } from '../expression-parts.ts'
import { type Assignment, assign, keyOf } from './assignment.ts'
import type { Candidates } from './values.ts'

/** A condition and what it shall come to. */
export type Goal = { readonly expression: Expression; readonly wanted: boolean }

/** What a search works with. */
export type Search = {
  readonly candidates: Candidates
  readonly levels: readonly string[]
  readonly read: (assignment: Assignment) => Surroundings
  /** Told before each step; the search ends where it says no. */
  readonly maySpend: () => boolean
}

/** Gives assignments with which all goals are reached, one after the other, as far as the candidates allow. */
export function* solve(
  goals: readonly Goal[],
  assignment: Assignment,
  search: Search,
): Generator<Assignment, void, undefined> {
  const [first, ...others] = goals
  if (first === undefined) {
    yield assignment
    return
  }
  const { expression, wanted } = first
  if (expression.kind === 'and' || expression.kind === 'or') {
    for (const split of splitChain(expression, wanted)) yield* solve([...split, ...others], assignment, search)
    return
  }
  if (expression.kind === 'not') {
    yield* solve([{ expression: expression.of, wanted: !wanted }, ...others], assignment, search)
    return
  }
  const condition = compileExpression(expression, search.levels)
  for (const extended of assignments(expression, assignment, search)) {
    if (!search.maySpend()) return
    if (condition(search.read(extended)) === String(wanted)) yield* solve(others, extended, search)
  }
}

/** The ways to make a chain come out as wanted: all parts go on, or one stops it and those before it go on. */
function splitChain(chain: Extract<Expression, { kind: 'and' | 'or' }>, wanted: boolean): readonly (readonly Goal[])[] {
  const parts = chain.kind === 'and' ? chain.all : chain.any
  const goesOn = chain.kind === 'and'
  const onward = parts.map(expression => ({ expression, wanted: goesOn }))
  if (wanted === goesOn) return [onward]
  return parts.map((expression, at) => [...onward.slice(0, at), { expression, wanted }])
}

function* assignments(
  comparison: Expression,
  assignment: Assignment,
  { candidates }: Search,
): Generator<Assignment, void, undefined> {
  const open = attributesIn(comparison).filter(attribute => !assignment.has(keyOf(attribute)))
  const [first, second] = open
  if (first === undefined) {
    yield assignment
    return
  }
  for (const value of candidates.get(keyOf(first))?.values ?? []) {
    const one = assign(assignment, { attribute: first, value })
    if (second === undefined) yield one
    else
      for (const other of candidates.get(keyOf(second))?.values ?? [])
        yield assign(one, { attribute: second, value: other })
  }
}
