import type { Comparison, Expression, Operand, Source } from '../expression.ts'
import { printValue } from './print-value.ts'

/** Prints one side of a comparison. */
export type PrintOperand = (operand: Operand) => string

/** A condition that is not made of others. */
export type SingleExpression = Exclude<Expression, { kind: 'and' | 'or' | 'not' }>

const signs: Readonly<Record<Comparison, string>> = { eq: '=', ne: '≠', lt: '<', lte: '≤', gt: '>', gte: '≥' }

/**
 * Prints a condition as people read it; `resource` is what the kind of object is called.
 * @example
 * printExpression(rule.condition, 'item') // item.locked is true and token.tier ≠ "internal"
 */
export function printExpression(expression: Expression, resource: string): string {
  const print = (operand: Operand): string => printOperand(operand, resource)
  return printParts(expression, print)
}

/** Prints an operand without the value that it has. */
export function printOperand(operand: Operand, resource: string): string {
  if (operand.kind === 'literal') return printValue(operand.value)
  if (operand.kind === 'level') return printOperand(operand.of, resource)
  const { source, path } = operand
  return [sourceName(source, resource), ...path].join('.')
}

/** Prints a condition that is not made of others. */
export function printComparison(expression: SingleExpression, print: PrintOperand): string {
  switch (expression.kind) {
    case 'constant':
      return expression.value ? 'always' : 'never'
    case 'compare':
      return `${print(expression.left)} ${signs[expression.by]} ${print(expression.right)}`
    case 'within':
      return `${print(expression.left)} within ${expression.percent} % of ${print(expression.right)}`
    case 'in':
      return `${print(expression.item)} in ${print(expression.list)}`
    case 'is':
      return `${print(expression.of)} is ${expression.value}`
    case 'present':
      return `${print(expression.of)} is there`
  }
}

/** Puts a part that would be misread into parentheses. */
export function enclose(text: string, part: Expression, whole: 'and' | 'or' | 'not'): string {
  const isMade = part.kind === 'and' || part.kind === 'or'
  return isMade && part.kind !== whole ? `(${text})` : text
}

function printParts(expression: Expression, print: PrintOperand): string {
  if (expression.kind === 'not') return `not (${printParts(expression.of, print)})`
  if (expression.kind !== 'and' && expression.kind !== 'or') return printComparison(expression, print)
  const { kind } = expression
  const parts = kind === 'and' ? expression.all : expression.any
  return parts.map(part => enclose(printParts(part, print), part, kind)).join(` ${kind} `)
}

function sourceName(source: Source, resource: string): string {
  return source === 'resource' ? resource : source
}
