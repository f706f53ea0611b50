import type { Expression } from '../expression.ts'
import { compareValues, isAmong, isBoolean, isWithin, negate, type Outcome, outcomeOf } from './outcome.ts'
import { notLoaded, type Read, readerOf, type Surroundings, unavailable } from './read.ts'

/** Decides a condition. It does not throw, unless the data's own getters or proxies do. */
export type Condition = (surroundings: Surroundings) => Outcome

/** Turns a condition into a function, once; no code is made from text, so any content security policy bears it. */
export function compileExpression(expression: Expression, levels: readonly string[]): Condition {
  switch (expression.kind) {
    case 'constant':
      return constant(outcomeOf(expression.value))
    case 'compare':
      return compileComparison(expression, levels)
    case 'within': {
      const [left, right] = [readerOf(expression.left, levels), readerOf(expression.right, levels)]
      return surroundings => isWithin(left(surroundings), expression.percent, right(surroundings))
    }
    case 'in': {
      const [item, list] = [readerOf(expression.item, levels), readerOf(expression.list, levels)]
      return surroundings => isAmong(item(surroundings), list(surroundings))
    }
    case 'is': {
      const read = readerOf(expression.of, levels)
      return surroundings => isBoolean(read(surroundings), expression.value)
    }
    case 'present':
      return presence(readerOf(expression.of, levels))
    case 'and':
      return chain(
        expression.all.map(part => compileExpression(part, levels)),
        'true',
      )
    case 'or':
      return chain(
        expression.any.map(part => compileExpression(part, levels)),
        'false',
      )
    case 'not': {
      const condition = compileExpression(expression.of, levels)
      return surroundings => negate(condition(surroundings))
    }
  }
}

function constant(outcome: Outcome): Condition {
  return () => outcome
}

function compileComparison(
  { by, left, right }: Extract<Expression, { kind: 'compare' }>,
  levels: readonly string[],
): Condition {
  const [readLeft, readRight] = [readerOf(left, levels), readerOf(right, levels)]
  return surroundings => compareValues(by, readLeft(surroundings), readRight(surroundings))
}

function presence(read: Read): Condition {
  return surroundings => {
    const value = read(surroundings)
    const isUnknown = value === notLoaded || value === unavailable
    return isUnknown ? 'error' : outcomeOf(value !== undefined && value !== null)
  }
}

/** Goes on while the parts come out as `neutral`, and takes the first other outcome. */
function chain(parts: readonly Condition[], neutral: Outcome): Condition {
  const [first, second] = parts
  if (first === undefined) return constant(neutral)
  if (second === undefined) return first
  return surroundings => {
    for (const part of parts) {
      const outcome = part(surroundings)
      if (outcome !== neutral) return outcome
    }
    return neutral
  }
}
