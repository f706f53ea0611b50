import { compileExpression } from '../evaluation/compile-expression.ts'
import { isFiniteNumber, isListOfOneType, isScalar, type Outcome } from '../evaluation/outcome.ts'
import { readerOf, type Surroundings } from '../evaluation/read.ts'
import type { Attribute, Expression, Operand } from '../expression.ts'
import { operandsOf } from '../expression-parts.ts'

/** What a condition may still come to. */
type Possible = Readonly<Record<Outcome, boolean>>

/** What is left of a condition: it comes to the same as the whole, whatever the unknown values turn out to be. */
export type Reduced = { readonly expression: Expression; readonly possible: Possible }

/** What is known while a condition is reduced. */
export type Known = {
  readonly surroundings: Surroundings
  readonly levels: readonly string[]
  readonly isKnown: (attribute: Attribute) => boolean
}

const anything: Possible = { true: true, false: true, error: true }

/** Decides as much of a condition as is known, and leaves the rest. */
export function reduceExpression(expression: Expression, known: Known): Reduced {
  switch (expression.kind) {
    case 'and':
      return reduceChain(expression.all, andChain, known)
    case 'or':
      return reduceChain(expression.any, orChain, known)
    case 'not': {
      const { expression: of, possible } = reduceExpression(expression.of, known)
      return settle({ kind: 'not', of }, { true: possible.false, false: possible.true, error: possible.error })
    }
    case 'constant':
    case 'compare':
    case 'within':
    case 'in':
    case 'is':
    case 'present':
      return reduceComparison(expression, known)
  }
}

/** Gives the outcome where only one is left. */
function onlyOutcome(possible: Possible): Outcome | undefined {
  const left = outcomes.filter(outcome => possible[outcome])
  return left.length === 1 ? left[0] : undefined
}

const outcomes = ['true', 'false', 'error'] as const satisfies readonly Outcome[]

/** An error stays as it was written, because a tree has no other way to say it. */
function settle(expression: Expression, possible: Possible): Reduced {
  const only = onlyOutcome(possible)
  const isPlain = only === 'true' || only === 'false'
  return { expression: isPlain ? { kind: 'constant', value: only === 'true' } : expression, possible }
}

function reduceComparison(expression: Expression, known: Known): Reduced {
  const operands = operandsOf(expression)
  const isOpen = operands.some(operand => !isKnownOperand(operand, known))
  if (!isOpen) return settle(expression, justOne(decideKnown(expression, known)))
  if (expression.kind === 'present') return { expression, possible: { ...anything, error: isFact(expression.of) } }
  const values = operands.filter(operand => isKnownOperand(operand, known)).map(operand => valueOf(operand, known))
  const isUsable = expression.kind === 'in' ? isUsableInList(expression, known) : values.every(usableBy(expression))
  if (!isUsable) return { expression, possible: justOne('error') }
  return { expression: fillIn(expression, known), possible: anything }
}

/** What may turn out to be impossible to load. */
function isFact(operand: Operand): boolean {
  return operand.kind === 'attribute' && operand.source === 'fact'
}

function decideKnown(expression: Expression, { surroundings, levels }: Known): Outcome {
  try {
    return compileExpression(expression, levels)(surroundings)
  } catch {
    return 'error'
  }
}

function isKnownOperand(operand: Operand, known: Known): boolean {
  if (operand.kind === 'literal') return true
  return operand.kind === 'level' ? isKnownOperand(operand.of, known) : known.isKnown(operand)
}

/** What throws while it is read is as good as missing. */
function valueOf(operand: Operand, { surroundings, levels }: Known): unknown {
  try {
    return readerOf(operand, levels)(surroundings)
  } catch {
    return undefined
  }
}

function usableBy(expression: Expression): (value: unknown) => boolean {
  const isEquality = expression.kind === 'compare' && (expression.by === 'eq' || expression.by === 'ne')
  return isEquality ? isScalar : isFiniteNumber
}

function isUsableInList({ item, list }: Extract<Expression, { kind: 'in' }>, known: Known): boolean {
  const isItemUsable = !isKnownOperand(item, known) || isScalar(valueOf(item, known))
  const values = isKnownOperand(list, known) ? valueOf(list, known) : []
  return isItemUsable && isListOfOneType(values)
}

/** Writes values that are known in the place of their attributes, as far as a tree can hold them. */
function fillIn(expression: Expression, known: Known): Expression {
  const fill = (operand: Operand): Operand => fillOperand(operand, known)
  if (expression.kind === 'compare' || expression.kind === 'within')
    return { ...expression, left: fill(expression.left), right: fill(expression.right) }
  if (expression.kind === 'in') return { ...expression, item: fill(expression.item), list: fill(expression.list) }
  return expression
}

function fillOperand(operand: Operand, known: Known): Operand {
  const value = valueOf(operand, known)
  if (isScalar(value)) return { kind: 'literal', value }
  return isListOfOneType(value) ? { kind: 'literal', value } : operand
}

type ChainKind = {
  /** What lets the chain go on, and what stops it. */
  readonly neutral: 'true' | 'false'
  readonly final: 'true' | 'false'
  readonly join: (parts: readonly Expression[]) => Expression
}

const andChain: ChainKind = { neutral: 'true', final: 'false', join: all => ({ kind: 'and', all }) }
const orChain: ChainKind = { neutral: 'false', final: 'true', join: any => ({ kind: 'or', any }) }

/** Drops parts that change nothing, and everything behind a part at which the reading stops in any case. */
function reduceChain(parts: readonly Expression[], { neutral, final, join }: ChainKind, known: Known): Reduced {
  const left: Expression[] = []
  let mayFinish = false
  let mayFail = false
  let mayGoOn = true
  for (const part of parts) {
    const { expression, possible } = reduceExpression(part, known)
    if (onlyOutcome(possible) === neutral) continue
    left.push(expression)
    mayFinish ||= possible[final]
    mayFail ||= possible.error
    mayGoOn = possible[neutral]
    if (!mayGoOn) break
  }
  const [first, ...others] = left
  const possible = { ...justOne('error'), [neutral]: mayGoOn, [final]: mayFinish, error: mayFail }
  return settle(first !== undefined && others.length === 0 ? first : join(left), possible)
}

function justOne(outcome: Outcome): Possible {
  return { true: outcome === 'true', false: outcome === 'false', error: outcome === 'error' }
}
