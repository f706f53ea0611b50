import { greatestSkew } from '../evaluation/step-up.ts'
import type { Attribute, Expression, Operand, Scalar } from '../expression.ts'
import { comparisonsIn, operandsOf } from '../expression-parts.ts'
import type { ActionModel } from '../model.ts'

/** An attribute, and values of which each stands for all that the conditions cannot tell from it. */
export type Variable = { readonly attribute: Attribute; readonly values: readonly unknown[] }

/** The values worth trying on some conditions. */
export type ConditionValues = {
  readonly variables: readonly Variable[]
  /** Whether the values stand for all there are; else something may be overlooked. */
  readonly isComplete: boolean
}

/** What the conditions of an action are tried in. */
export type Setting = { readonly levels: readonly string[]; readonly now: number }

/**
 * Finds the values worth trying on the conditions of some actions: what they name, a little less and a little more, others
 * that they do not name, nothing at all. Attributes that are compared with each other get the same values.
 */
export function valuesFor(actions: readonly ActionModel[], setting: Setting): ConditionValues {
  const conditions = actions.flatMap(({ rules }) =>
    rules.map(rule => (rule.kind === 'stepUp' ? rule.unless : rule.condition)),
  )
  const comparisons = [...conditions.flatMap(comparisonsIn), ...actions.flatMap(action => loginsOf(action, setting))]
  const groups = groupUp(comparisons)
  const values = groups.map(group => valuesOf(group, setting))
  const attributes = groups.flatMap(group => [...group.attributes.values()])
  const hasTwoTypes = new Set(actions.map(({ detailType }) => detailType)).size > 1
  return {
    variables: values.flatMap(({ variables }) => variables),
    isComplete: values.every(({ isComplete }) => isComplete) && !attributes.some(isEntangled) && !hasTwoTypes,
  }

  function isEntangled({ source, path }: Attribute): boolean {
    if (path.length === 0 || (source === 'details' && path[0] === 'type')) return true
    return attributes.some(
      other =>
        other.source === source && other.path.length > path.length && path.every((name, at) => name === other.path[at]),
    )
  }
}

// what a step-up rule reads of the token, as if it were conditions
function loginsOf({ rules }: ActionModel, { levels, now }: Setting): readonly Expression[] {
  return rules.flatMap((rule): Expression[] => {
    if (rule.kind !== 'stepUp') return []
    const strength: Expression = { kind: 'in', item: claim('acr'), list: { kind: 'literal', value: levels } }
    if (rule.maxAge === undefined) return [strength]
    const oldest: Operand = { kind: 'literal', value: now - rule.maxAge }
    const latest: Operand = { kind: 'literal', value: now + greatestSkew }
    return [
      strength,
      { kind: 'compare', by: 'gte', left: claim('auth_time'), right: oldest },
      { kind: 'compare', by: 'lte', left: claim('auth_time'), right: latest },
    ]
  })
}

function claim(name: string): Attribute {
  return { kind: 'attribute', source: 'token', path: [name] }
}

/** Attributes that are compared with each other, directly or by way of others, and all that is said about them. */
type Group = { readonly attributes: Map<string, Attribute>; readonly comparisons: Expression[] }

function groupUp(comparisons: readonly Expression[]): readonly Group[] {
  let groups: readonly Group[] = []
  for (const comparison of comparisons) {
    const attributes = operandsOf(comparison).flatMap(attributeOf)
    if (attributes.length === 0) continue
    const keyed = attributes.map((attribute): [string, Attribute] => [keyOf(attribute), attribute])
    const joined = groups.filter(group => keyed.some(([key]) => group.attributes.has(key)))
    const merged: Group = {
      attributes: new Map([...joined.flatMap(group => [...group.attributes]), ...keyed]),
      comparisons: [...joined.flatMap(group => group.comparisons), comparison],
    }
    groups = [...groups.filter(group => !joined.includes(group)), merged]
  }
  return groups
}

function keyOf({ source, path }: Attribute): string {
  return JSON.stringify([source, ...path])
}

function attributeOf(operand: Operand): readonly Attribute[] {
  if (operand.kind === 'attribute') return [operand]
  return operand.kind === 'level' ? attributeOf(operand.of) : []
}

function valuesOf({ attributes, comparisons }: Group, setting: Setting): ConditionValues {
  const literals = comparisons.flatMap(comparison => literalsOf(comparison, setting))
  const scalars = scalarsFor(attributes.size, comparisons, literals)
  const variables = [...attributes].map(([key, attribute]): Variable => {
    const uses = comparisons.filter(comparison =>
      operandsOf(comparison)
        .flatMap(attributeOf)
        .some(one => keyOf(one) === key),
    )
    const isList = uses.some(use => use.kind === 'in' && isAttribute(use.list, key))
    const isScalar = uses.some(use => !(use.kind === 'in' && isAttribute(use.list, key)))
    const odd = uses.some(({ kind }) => kind === 'present') ? [{}] : []
    return { attribute, values: [...(isScalar ? scalars : []), ...(isList ? listsOf(scalars) : []), ...odd, undefined] }
  })
  const isLarge = variables.some(({ values }) => values.some(value => Array.isArray(value))) && scalars.length > 4
  return { variables, isComplete: comparisons.every(isPlain) && !isLarge }
}

function isAttribute(operand: Operand, key: string): boolean {
  return operand.kind === 'attribute' && keyOf(operand) === key
}

// a percentage has too many boundaries, and lists or levels beside attributes too many combinations, to try them all
function isPlain(comparison: Expression): boolean {
  const operands = operandsOf(comparison)
  if (comparison.kind === 'within') return false
  if (comparison.kind === 'in')
    return !(attributeOf(comparison.list).length > 0 && attributeOf(comparison.item).length > 0)
  return !operands.some(({ kind }) => kind === 'level') || operands.flatMap(attributeOf).length < 2
}

function literalsOf(comparison: Expression, { levels }: Setting): readonly Scalar[] {
  const operands = operandsOf(comparison)
  const named = operands.flatMap((operand): readonly Scalar[] => {
    if (operand.kind === 'literal') return [operand.value].flat()
    return operand.kind === 'level' ? levels : []
  })
  const ranks = operands.some(({ kind }) => kind === 'level') ? levels.map((_, rank) => rank) : []
  if (comparison.kind === 'is') return [...named, true, false]
  return comparison.kind === 'within' ? [...named, ...aroundPercent(comparison.percent, named)] : [...named, ...ranks]
}

function aroundPercent(percent: number, named: readonly Scalar[]): readonly number[] {
  const bases = [1000, ...named.filter(value => typeof value === 'number')]
  return bases.flatMap(base => [base, (base * (100 - percent)) / 100, (base * (100 + percent)) / 100])
}

function scalarsFor(size: number, comparisons: readonly Expression[], literals: readonly Scalar[]): readonly Scalar[] {
  const strings = literals.filter(value => typeof value === 'string')
  const numbers = literals.filter(value => typeof value === 'number')
  const isOrdered = comparisons.some(one => one.kind === 'within' || (one.kind === 'compare' && /^[lg]t/.test(one.by)))
  const others = Array.from({ length: size }, (_, index) => `other ${index + 1}`)
  const mayBeOdd = size > 1 && (literals.length > 0 || isOrdered)
  return [
    ...new Set(strings),
    ...(strings.length > 0 || !isOrdered || mayBeOdd ? others.filter(other => !strings.includes(other)) : []),
    ...(numbers.length > 0 || isOrdered || mayBeOdd ? withGaps(numbers, size) : []),
    ...(literals.some(value => typeof value === 'boolean') ? [true, false] : []),
  ]
}

/** The numbers, and between, below and above them as many others as there are attributes to tell apart. */
function withGaps(numbers: readonly number[], count: number): readonly number[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const steps = Array.from({ length: count }, (_, index) => index + 1)
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)]
  const between = sorted.flatMap((low, index) => {
    const high = sorted[index + 1]
    return high === undefined ? [] : steps.map(step => low + ((high - low) * step) / (count + 1))
  })
  return [...sorted, ...between, ...steps.map(step => last + step), ...steps.map(step => first - step)]
}

function listsOf(scalars: readonly Scalar[]): readonly (readonly Scalar[])[] {
  const kinds = Map.groupBy(scalars, value => typeof value)
  return [[], ...[...kinds.values()].flatMap(kind => sublists(kind.slice(0, 4)))]
}

function sublists<T>(items: readonly T[]): readonly (readonly T[])[] {
  const all = items.reduce<readonly (readonly T[])[]>(
    (lists, item) => [...lists, ...lists.map(list => [...list, item])],
    [[]],
  )
  return all.slice(1)
}
