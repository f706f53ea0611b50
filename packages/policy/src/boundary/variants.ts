import { readerOf, type Surroundings } from '../evaluation/read.ts'
import type { Attribute, Expression, Operand, Scalar } from '../expression.ts'
import { attributesIn, operandsOf } from '../expression-parts.ts'
import { type Assigned, keyOf } from './assignment.ts'
import { around, type Candidates, limitsOf, ofWrongType } from './values.ts'

/** One attribute set to a value at which something could change, or to one that is no value at all. */
export type Variant = Assigned & { readonly what: 'boundary' | 'missing' | 'wrong type' }

/** What is around the comparison that is varied. */
type VariedIn = {
  readonly surroundings: Surroundings
  readonly levels: readonly string[]
  readonly candidates: Candidates
}

/** Gives the values at which a comparison could turn, around what the others have in these surroundings. */
export function variantsOf(comparison: Expression, { surroundings, levels, candidates }: VariedIn): readonly Variant[] {
  const read = (operand: Operand) => readerOf(operand, levels)(surroundings)
  const broken = attributesIn(comparison).flatMap(attribute => brokenValues(attribute, read(attribute)))
  if (comparison.kind === 'present') return [...presentValues(comparison.of, candidates), ...broken]
  return [...turningPoints(comparison, read, levels), ...broken]
}

type ReadOperand = (operand: Operand) => unknown

function presentValues(of: Operand, candidates: Candidates): readonly Variant[] {
  if (of.kind !== 'attribute') return []
  const values = candidates.get(keyOf(of))?.values ?? []
  return valuesFor(of, values.filter(value => value !== undefined).slice(0, 1))
}

function turningPoints(comparison: Expression, read: ReadOperand, levels: readonly string[]): readonly Variant[] {
  const side = operandsOf(comparison).find(operand => operand.kind !== 'literal')
  if (side?.kind === 'level') return side.of.kind === 'attribute' ? valuesFor(side.of, [...levels, 'another']) : []
  if (side?.kind !== 'attribute') return []
  const other = operandsOf(comparison).find(operand => operand !== side)
  if (comparison.kind === 'is') return valuesFor(side, [true, false])
  if (comparison.kind === 'in') return valuesInList(comparison, read)
  const limit = other === undefined ? undefined : read(other)
  if (comparison.kind === 'within')
    return typeof limit === 'number' && side === comparison.left
      ? valuesFor(side, limitsOf(comparison.percent, limit))
      : []
  return isScalarValue(limit) ? valuesFor(side, around(limit)) : []
}

function valuesInList({ item, list }: Extract<Expression, { kind: 'in' }>, read: ReadOperand): readonly Variant[] {
  const listed = [read(list)].flat().filter(isScalarValue)
  const wanted = read(item)
  if (item.kind === 'attribute') return valuesFor(item, [...listed, ...listed.slice(0, 1).flatMap(around)])
  if (list.kind !== 'attribute' || !isScalarValue(wanted)) return []
  return valuesFor(list, [[wanted], around(wanted).slice(1), []])
}

function valuesFor(attribute: Attribute, values: readonly unknown[]): readonly Variant[] {
  return [...new Set(values)].map(value => ({ attribute, value, what: 'boundary' }))
}

function brokenValues(attribute: Attribute, value: unknown): readonly Variant[] {
  return [
    { attribute, value: undefined, what: 'missing' },
    { attribute, value: ofWrongType(value), what: 'wrong type' },
  ]
}

function isScalarValue(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
