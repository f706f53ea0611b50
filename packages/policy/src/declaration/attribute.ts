import { isFiniteNumber, isListOfOneType, isScalar } from '../evaluation/outcome.ts'
import type { Attribute, Comparison, Expression, Literal, Operand, Source } from '../expression.ts'
import { Condition } from './condition.ts'

/** An attribute whose type nobody has looked at: it has any member, and any operator until it is called. */
export type UncheckedAttribute = (...args: readonly unknown[]) => unknown

const attributeOf = new WeakMap<object, Attribute>()

/**
 * Makes an attribute that records what is done with it: members lead further down, and a call builds the condition of
 * the operator that its last name stands for. So `input.in.eq('x')` reads the member `in`, and `input.in([…])` compares.
 */
export function recordAttribute(source: Source, path: readonly string[] = []): UncheckedAttribute {
  const members = new Map<string, UncheckedAttribute>()
  const node: UncheckedAttribute = new Proxy<UncheckedAttribute>(() => undefined, {
    get: (_, name) => {
      if (typeof name === 'symbol') return refuseSymbol(name)
      const known = members.get(name) ?? recordAttribute(source, [...path, name])
      members.set(name, known)
      return known
    },
    apply: (_, _this, args: readonly unknown[]) => callOperator({ kind: 'attribute', source, path }, args),
    defineProperty: () => false,
  })
  attributeOf.set(node, { kind: 'attribute', source, path })
  return node
}

function refuseSymbol(name: symbol): undefined {
  if (name !== Symbol.toPrimitive) return undefined
  throw new TypeError(
    'an attribute has no value while a policy is declared; compare with its operators, such as `lt` or `eq`',
  )
}

function callOperator({ source, path }: Attribute, args: readonly unknown[]): unknown {
  const name = path.at(-1) ?? ''
  const of: Attribute = { kind: 'attribute', source, path: path.slice(0, -1) }
  if (name === 'at') return recordAttribute(source, [...of.path, readName(args[0])])
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (operator === undefined)
    throw new TypeError(
      `\`${name}\` is no operator; there are ${Object.keys(operators)
        .map(key => `\`${key}\``)
        .join(', ')} and \`at\``,
    )
  if (args.length !== operator.takes)
    throw new TypeError(`\`${name}\` takes ${operator.takes} value(s), and here are ${args.length}`)
  return new Condition(operator.build(of, args))
}

type Operator = {
  readonly takes: number
  readonly build: (of: Attribute, args: readonly unknown[]) => Expression
}

const operators: Readonly<Record<string, Operator>> = {
  eq: { takes: 1, build: (of, [other]) => compare('eq', of, readScalar(other)) },
  ne: { takes: 1, build: (of, [other]) => compare('ne', of, readScalar(other)) },
  lt: { takes: 1, build: (of, [other]) => order('lt', of, other) },
  lte: { takes: 1, build: (of, [other]) => order('lte', of, other) },
  gt: { takes: 1, build: (of, [other]) => order('gt', of, other) },
  gte: { takes: 1, build: (of, [other]) => order('gte', of, other) },
  within: {
    takes: 2,
    build: (of, [percent, base]) => ({
      kind: 'within',
      left: of,
      percent: readPercent(percent),
      right: readNumber(base),
    }),
  },
  in: { takes: 1, build: (of, [list]) => ({ kind: 'in', item: of, list: readList(list) }) },
  contains: { takes: 1, build: (of, [item]) => ({ kind: 'in', item: readScalar(item), list: of }) },
  isTrue: { takes: 0, build: of => ({ kind: 'is', value: true, of }) },
  isFalse: { takes: 0, build: of => ({ kind: 'is', value: false, of }) },
  present: { takes: 0, build: of => ({ kind: 'present', of }) },
}

function compare(by: Comparison, left: Operand, right: Operand): Expression {
  return { kind: 'compare', by, left, right }
}

/** Orders numbers; classes of authentication are ordered by the policy's levels. */
function order(by: Comparison, of: Attribute, other: unknown): Expression {
  const isClass = of.source === 'token' && of.path.length === 1 && of.path[0] === 'acr'
  if (!isClass) return compare(by, of, readNumber(other))
  if (typeof other !== 'string') throw new TypeError('one of the policy’s levels is wanted')
  return compare(by, { kind: 'level', of }, { kind: 'level', of: { kind: 'literal', value: other } })
}

function readScalar(value: unknown): Attribute | Literal {
  const attribute = findAttribute(value)
  if (attribute !== undefined) return attribute
  if (!isScalar(value)) throw new TypeError('an attribute, a text, a finite number or a boolean is wanted')
  return { kind: 'literal', value }
}

function readNumber(value: unknown): Attribute | Literal {
  const attribute = findAttribute(value)
  if (attribute !== undefined) return attribute
  if (!isFiniteNumber(value)) throw new TypeError('an attribute or a finite number is wanted')
  return { kind: 'literal', value }
}

function readPercent(value: unknown): number {
  if (!isFiniteNumber(value) || value < 0) throw new TypeError('a percentage of at least 0 is wanted')
  return value
}

function readList(value: unknown): Attribute | Literal {
  const attribute = findAttribute(value)
  if (attribute !== undefined) return attribute
  if (!isListOfOneType(value) || value.length === 0)
    throw new TypeError('an attribute, or a list of texts or numbers that is not empty, is wanted')
  return { kind: 'literal', value: Object.freeze([...value]) }
}

function readName(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('`at` wants the name of a member')
  return value
}

function findAttribute(value: unknown): Attribute | undefined {
  return typeof value === 'function' ? attributeOf.get(value) : undefined
}
