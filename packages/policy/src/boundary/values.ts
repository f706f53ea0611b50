import type { Attribute, Expression, Literal, Operand, Scalar } from '../expression.ts'
import { comparisonsIn } from '../expression-parts.ts'
import type { ActionModel, PolicyModel } from '../model.ts'
import { keyOf } from './assignment.ts'

const texts = ['one', 'another']
const numbers = [1000, 999, 1001, 0]

/** The values that are worth trying for each attribute of an action, by key. */
export type Candidates = ReadonlyMap<string, { readonly attribute: Attribute; readonly values: readonly unknown[] }>

/** Collects what is worth trying from everything that an action's conditions say about each attribute. */
export function candidatesOf({ rules }: ActionModel, { levels }: PolicyModel): Candidates {
  const comparisons = rules.flatMap(rule => comparisonsIn(rule.kind === 'stepUp' ? rule.unless : rule.condition))
  const found = new Map<string, { readonly attribute: Attribute; readonly values: Set<unknown> }>()
  const numeric = new Set(comparisons.filter(wantsNumbers).flatMap(attributesDirectlyIn).map(keyOf))
  const add = (attribute: Attribute, values: readonly unknown[]) => {
    const entry = found.get(keyOf(attribute)) ?? { attribute, values: new Set() }
    for (const value of values) entry.values.add(value)
    found.set(keyOf(attribute), entry)
  }
  const plain = (attribute: Attribute): readonly Scalar[] => (numeric.has(keyOf(attribute)) ? numbers : texts)
  for (const comparison of comparisons) suggest(comparison, { levels, plain, add })
  // once for each pair reaches whatever a chain of comparisons connects
  const pairs = comparisons.map(attributesDirectlyIn).filter(({ length }) => length === 2)
  for (const _ of pairs) for (const pair of pairs) shareValues(pair)
  return new Map([...found].map(([key, { attribute, values }]) => [key, { attribute, values: [...values] }]))

  /** What is compared with each other is tried with each other's values. */
  function shareValues(attributes: readonly Attribute[]): void {
    const values = attributes.flatMap(attribute => [...(found.get(keyOf(attribute))?.values ?? [])])
    for (const attribute of attributes) add(attribute, values)
  }
}

/** A value of another type than the one given, which a careless program could take for the same. */
export function ofWrongType(value: unknown): unknown {
  if (Array.isArray(value)) return value[0] ?? 'one'
  return typeof value === 'string' ? 7 : String(value)
}

/** Values on both sides of a literal. */
export function around(value: Scalar): readonly Scalar[] {
  if (typeof value === 'number') return [value, value - 1, value + 1]
  return typeof value === 'boolean' ? [value, !value] : [value, `not ${value}`]
}

/** The whole numbers just inside and just outside of what is within some percent of a base. */
export function limitsOf(percent: number, base: number): readonly number[] {
  const allowed = (percent * Math.abs(base)) / 100
  const [lowest, highest] = [Math.ceil(base - allowed), Math.floor(base + allowed)]
  return [...new Set([lowest - 1, lowest, highest, highest + 1])]
}

type Suggesting = {
  readonly levels: readonly string[]
  readonly plain: (attribute: Attribute) => readonly Scalar[]
  readonly add: (attribute: Attribute, values: readonly unknown[]) => void
}

function suggest(comparison: Expression, suggesting: Suggesting): void {
  const { add, plain } = suggesting
  if (comparison.kind === 'compare') suggestComparison(comparison, suggesting)
  if (comparison.kind === 'within')
    for (const side of attributesDirectlyIn(comparison)) add(side, comparedNumbers(comparison))
  if (comparison.kind === 'is' && comparison.of.kind === 'attribute')
    add(comparison.of, [comparison.value, !comparison.value])
  if (comparison.kind === 'present' && comparison.of.kind === 'attribute')
    add(comparison.of, [...plain(comparison.of), undefined])
  if (comparison.kind !== 'in') return
  const { item, list } = comparison
  const items = item.kind === 'literal' ? around(firstOf(item)) : item.kind === 'attribute' ? plain(item) : []
  const listed = list.kind === 'literal' ? [list.value].flat() : items
  if (item.kind === 'attribute') add(item, [...listed, ...listed.slice(0, 1).flatMap(around)])
  if (list.kind === 'attribute') add(list, [...listed.map(one => [one]), [...listed]])
}

function suggestComparison(
  { left, right }: Extract<Expression, { kind: 'compare' }>,
  { levels, plain, add }: Suggesting,
): void {
  for (const [one, other] of [[left, right] as const, [right, left] as const]) {
    if (one.kind === 'level' && one.of.kind === 'attribute') add(one.of, [...levels, 'another'])
    if (one.kind !== 'attribute') continue
    if (other.kind === 'literal') add(one, around(firstOf(other)))
    if (other.kind === 'attribute') add(one, plain(one))
  }
}

function comparedNumbers({ left, percent, right }: Extract<Expression, { kind: 'within' }>): readonly number[] {
  const base = right.kind === 'literal' ? Number(right.value) : (numbers[0] ?? 0)
  const own = left.kind === 'literal' ? [Number(left.value)] : []
  return [base, ...own, ...limitsOf(percent, base)]
}

function firstOf({ value }: Literal): Scalar {
  return [value].flat()[0] ?? ''
}

function wantsNumbers(comparison: Expression): boolean {
  if (comparison.kind === 'within') return true
  if (comparison.kind !== 'compare') return false
  const isOrder = comparison.by !== 'eq' && comparison.by !== 'ne'
  return isOrder || [comparison.left, comparison.right].some(isNumber)
}

function isNumber(operand: Operand): boolean {
  return operand.kind === 'literal' && typeof operand.value === 'number'
}

function attributesDirectlyIn(comparison: Expression): readonly Attribute[] {
  if (comparison.kind !== 'compare' && comparison.kind !== 'within') return []
  return [comparison.left, comparison.right].filter(operand => operand.kind === 'attribute')
}
