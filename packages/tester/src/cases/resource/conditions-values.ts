import {
  type ActionModel,
  type Attribute,
  attributesIn,
  comparisonsIn,
  type Expression,
  type Operand,
  operandsOf,
  type Rule,
} from '@ambit/policy'
import { isScalar, valueAtPath } from './call-values.ts'
import type { Standing } from './conditions-trial.ts'

/** The condition of a rule. */
export function conditionOf(rule: Rule): Expression {
  return rule.kind === 'stepUp' ? rule.unless : rule.condition
}

/** What the rules of an action read from a source, each once. */
export function attributesOf({ rules }: ActionModel, source: Attribute['source']): readonly Attribute[] {
  const found = rules.flatMap(rule => attributesIn(conditionOf(rule))).filter(each => each.source === source)
  return [...new Map(found.map(attribute => [attribute.path.join('.'), attribute])).values()]
}

/** The values at which something could turn for an attribute, where one stands. */
export function candidatesOf({ rules }: ActionModel, attribute: Attribute, standing: Standing): readonly unknown[] {
  const values = rules
    .flatMap(rule => comparisonsIn(conditionOf(rule)))
    .filter(each => operandsOf(each).some(operand => isSame(operand, attribute)))
    .flatMap(each => turning(each, attribute, standing))
  return [...new Set(values)]
}

function isSame(operand: Operand, attribute: Attribute): boolean {
  const inner = operand.kind === 'level' ? operand.of : operand
  if (inner.kind !== 'attribute') return false
  return inner.source === attribute.source && inner.path.join('.') === attribute.path.join('.')
}

function turning(comparison: Expression, attribute: Attribute, standing: Standing): readonly unknown[] {
  if (comparison.kind === 'is') return [comparison.value, !comparison.value]
  if (comparison.kind === 'present') return ['tester', undefined]
  const others = operandsOf(comparison).filter(operand => !isSame(operand, attribute))
  const known = others.flatMap(operand => [readOperand(operand, standing)].flat()).filter(isScalar)
  if (comparison.kind === 'within') return known.filter(isNumber).flatMap(base => edgesWithin(base, comparison.percent))
  return known.flatMap((value): readonly unknown[] =>
    typeof value === 'number' ? aroundNumber(value) : [value, `not ${String(value)}`],
  )
}

/** What lies clearly on either side comes before what lies just beside: a limit that is off by one is another question. */
function aroundNumber(value: number): readonly number[] {
  const far = Math.max(Math.abs(value), 10)
  return [value, value + far, value - far, value - 1, value + 1]
}

/**
 * The values just inside and just outside of what is within some percent of a base, and the base itself. The limit itself is left
 * out where it is no number that a computer has exactly: there everybody may round as they like.
 */
function edgesWithin(base: number, percent: number): readonly number[] {
  const span = (Math.abs(base) * percent) / 100
  const [low, high] = [round(base - span), round(base + span)]
  const exact = [low, high].filter(limit => Math.abs(limit - base) * 100 === percent * Math.abs(base))
  const far = [base + 2 * span, base - 2 * span].map(round)
  const near = [low + 0.01, high - 0.01, low - 0.01, high + 0.01, low - 1, high + 1].map(round)
  return [base, ...far, ...exact, ...near]
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

/** What an operand has where one stands; what is still open has no value. */
function readOperand(operand: Operand, { object, claims, facts }: Standing): unknown {
  if (operand.kind === 'literal') return operand.value
  if (operand.kind === 'level') return readOperand(operand.of, { object, claims, facts })
  const roots = { token: claims, resource: object?.attributes, input: undefined, fact: facts, details: undefined }
  return valueAtPath(roots[operand.source], operand.path)
}

/** The numbers at which a condition about an input could turn, and those that programs stumble over. */
export function numericEdges(action: ActionModel, attribute: Attribute, standing: Standing): readonly unknown[] {
  const own = candidatesOf(action, attribute, standing).filter(isNumber)
  const [some = 1] = own
  return [...new Set([...own, 0, -1, Math.trunc(some) + 0.5, 2 ** 53, String(some)])]
}

/** Whether any condition compares an attribute as a number. */
export function isNumeric(action: ActionModel, attribute: Attribute, standing: Standing): boolean {
  return candidatesOf(action, attribute, standing).some(isNumber)
}
