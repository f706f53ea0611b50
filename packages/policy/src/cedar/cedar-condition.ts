import type { Attribute, Comparison, Expression, Operand, Scalar } from '../expression.ts'
import { attributesIn } from '../expression-parts.ts'
import { type CedarScalar, failingText, literalText, quote, scalarType } from './cedar-text.ts'

/** How the attributes that conditions read are found in a Cedar request. */
export type Dialect = {
  /** Writes the value of an attribute; an error where it is missing or of another type. */
  readonly scalar: (attribute: Attribute, type: CedarScalar) => string
  /** Writes the list of an attribute; an error where it is missing or holds anything of another type. */
  readonly list: (attribute: Attribute, type: CedarScalar) => string
  /** Writes the question whether an attribute is there and has a value. */
  readonly has: (attribute: Attribute) => string
  /** Writes the question whether an attribute that is there has this type; `undefined` where the type is settled. */
  readonly isOfType: (attribute: Attribute, type: CedarScalar) => string | undefined
  /** The type of an attribute where it is settled. */
  readonly typeOf: (attribute: Attribute) => CedarScalar | undefined
  /** Writes a comparison so that it is an error, and known to be one beforehand, where an attribute in it is missing. */
  readonly guard: (attributes: readonly Attribute[], text: string) => string
}

/** What conditions are written with. */
export type Writing = { readonly dialect: Dialect; readonly levels: readonly string[] }

/** Writes a condition in Cedar: it comes to true, false or an error exactly where the condition does. */
export function conditionText(expression: Expression, writing: Writing): string {
  switch (expression.kind) {
    case 'constant':
      return String(expression.value)
    case 'and':
      return chain(expression.all, ' && ', writing) ?? 'true'
    case 'or':
      return chain(expression.any, ' || ', writing) ?? 'false'
    case 'not':
      return `!(${conditionText(expression.of, writing)})`
    case 'present':
      return presenceText(expression.of, writing)
    case 'compare':
    case 'within':
    case 'in':
    case 'is':
      return writing.dialect.guard(attributesIn(expression), singleText(expression, writing))
  }
}

type Single = Extract<Expression, { kind: 'compare' | 'within' | 'in' | 'is' }>

function singleText(expression: Single, writing: Writing): string {
  switch (expression.kind) {
    case 'compare':
      return comparisonText(expression, writing)
    case 'within':
      return withinText(expression, writing)
    case 'in':
      return membershipText(expression, writing)
    case 'is': {
      const text = scalarText(expression.of, 'bool', writing)
      return expression.value ? text : `!${text}`
    }
  }
}

function chain(parts: readonly Expression[], by: string, writing: Writing): string | undefined {
  return parts.length === 0 ? undefined : parts.map(part => `(${conditionText(part, writing)})`).join(by)
}

const signs = {
  eq: '==',
  ne: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
} as const satisfies Readonly<Record<Comparison, string>>

const types = ['string', 'long', 'bool'] as const satisfies readonly CedarScalar[]

function comparisonText({ by, left, right }: Extract<Expression, { kind: 'compare' }>, writing: Writing): string {
  const compared = (type: CedarScalar): string =>
    `${scalarText(left, type, writing)} ${signs[by]} ${scalarText(right, type, writing)}`
  if (by !== 'eq' && by !== 'ne') return compared('long')
  const type = settledType(left, writing) ?? settledType(right, writing)
  return type === undefined ? byType(left, compared, writing) : compared(type)
}

function withinText(expression: Extract<Expression, { kind: 'within' }>, writing: Writing): string {
  const left = scalarText(expression.left, 'long', writing)
  const right = scalarText(expression.right, 'long', writing)
  const difference = `(if ${left} >= ${right} then ${left} - ${right} else ${right} - ${left})`
  return `100 * ${difference} <= ${literalText(expression.percent)} * (if ${right} >= 0 then ${right} else 0 - ${right})`
}

function membershipText({ item, list }: Extract<Expression, { kind: 'in' }>, writing: Writing): string {
  const contained = (type: CedarScalar): string =>
    `${listText(list, type, writing)}.contains(${scalarText(item, type, writing)})`
  const type = settledType(item, writing) ?? listType(list)
  return type === undefined ? byType(item, contained, writing) : contained(type)
}

/** Asks for the type when the request is there; what is of no type fails in the last branch. */
function byType(operand: Operand, write: (type: CedarScalar) => string, { dialect }: Writing): string {
  const isOfType = (type: CedarScalar): string =>
    (operand.kind === 'attribute' ? dialect.isOfType(operand, type) : undefined) ?? 'true'
  const [first, second, last] = types
  return `(if ${isOfType(first)} then ${write(first)} else (if ${isOfType(second)} then ${write(second)} else ${write(last)}))`
}

function presenceText(operand: Operand, { dialect, levels }: Writing): string {
  if (operand.kind === 'literal') return 'true'
  if (operand.kind === 'attribute') return dialect.has(operand)
  const { of } = operand
  if (of.kind === 'literal') return String(levels.some(level => level === of.value))
  const isText = dialect.isOfType(of, 'string')
  const known = `[${levels.map(quote).join(', ')}].contains(${dialect.scalar(of, 'string')})`
  return [`(${dialect.has(of)})`, ...(isText === undefined ? [] : [isText]), known].join(' && ')
}

function settledType(operand: Operand, { dialect }: Writing): CedarScalar | undefined {
  if (operand.kind === 'level') return 'long'
  if (operand.kind === 'attribute') return dialect.typeOf(operand)
  return isScalar(operand.value) ? scalarType(operand.value) : 'string'
}

function listType(operand: Operand): CedarScalar | undefined {
  const first = operand.kind === 'literal' ? [operand.value].flat()[0] : undefined
  return first === undefined ? undefined : scalarType(first)
}

function scalarText(operand: Operand, type: CedarScalar, writing: Writing): string {
  if (operand.kind === 'attribute') return writing.dialect.scalar(operand, type)
  if (operand.kind === 'level') return type === 'long' ? levelText(operand.of, writing) : failingText(type)
  const { value } = operand
  return isScalar(value) && scalarType(value) === type ? literalText(value) : failingText(type)
}

function listText(operand: Operand, type: CedarScalar, { dialect }: Writing): string {
  if (operand.kind === 'attribute') return dialect.list(operand, type)
  if (operand.kind === 'level' || isScalar(operand.value)) return `[${failingText(type)}]`
  const isOfType = operand.value.every(value => scalarType(value) === type)
  return isOfType ? `[${operand.value.map(literalText).join(', ')}]` : `[${failingText(type)}]`
}

/** How high a class stands; a class that is none of the levels fails. */
function levelText(of: Operand, writing: Writing): string {
  const text = scalarText(of, 'string', writing)
  return writing.levels.reduceRight(
    (otherwise, level, rank) => `(if ${text} == ${quote(level)} then ${rank} else ${otherwise})`,
    failingText('long'),
  )
}

function isScalar(value: Scalar | readonly Scalar[]): value is Scalar {
  return typeof value !== 'object'
}
