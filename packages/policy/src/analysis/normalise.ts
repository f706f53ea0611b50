import type { Comparison, Expression } from '../expression.ts'

/**
 * Writes a condition in one of the ways that mean the same: no double negation, no condition inside one of its own kind,
 * no comparison that is negated where its opposite would do. What is an error stays one.
 */
export function normalise(expression: Expression): Expression {
  switch (expression.kind) {
    case 'not':
      return negate(normalise(expression.of))
    case 'and': {
      const all = expression.all.map(normalise).flatMap(part => (part.kind === 'and' ? part.all : [part]))
      return all.length === 1 && all[0] !== undefined ? all[0] : { kind: 'and', all }
    }
    case 'or': {
      const any = expression.any.map(normalise).flatMap(part => (part.kind === 'or' ? part.any : [part]))
      return any.length === 1 && any[0] !== undefined ? any[0] : { kind: 'or', any }
    }
    case 'constant':
    case 'compare':
    case 'within':
    case 'in':
    case 'is':
    case 'present':
      return expression
  }
}

const opposites = {
  eq: 'ne',
  ne: 'eq',
  lt: 'gte',
  lte: 'gt',
  gt: 'lte',
  gte: 'lt',
} as const satisfies Readonly<Record<Comparison, Comparison>>

// an error goes through a negation, and so do the places where a list of conditions stops
function negate(expression: Expression): Expression {
  switch (expression.kind) {
    case 'not':
      return expression.of
    case 'constant':
      return { ...expression, value: !expression.value }
    case 'compare':
      return { ...expression, by: opposites[expression.by] }
    case 'is':
      return { ...expression, value: !expression.value }
    case 'and':
      return { kind: 'or', any: expression.all.map(negate) }
    case 'or':
      return { kind: 'and', all: expression.any.map(negate) }
    case 'within':
    case 'in':
    case 'present':
      return { kind: 'not', of: expression }
  }
}
