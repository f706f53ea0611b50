import type { Attribute, Expression, Operand, Scalar } from '../expression.ts'
import { comparisonsIn, operandsOf } from '../expression-parts.ts'
import type { ActionModel, PolicyModel } from '../model.ts'
import { CedarError } from './cedar-error.ts'
import { type CedarScalar, scalarType } from './cedar-text.ts'

/** The type of an attribute in Cedar: of one value, or of a list of such. */
export type CedarType = CedarScalar | `${CedarScalar}s`

/** An attribute of the token, of a kind of object, or of what comes with an action. */
export type TypedAttribute = {
  /** `token`, the kind of object, or the action with the source: `item.updatePrice input`. */
  readonly place: string
  readonly path: readonly string[]
  readonly type: CedarType
  /** Whether conditions ask if it is there. */
  readonly isOptional: boolean
}

/** What is known about the attributes that a policy reads. */
export type AttributeTypes = {
  readonly all: readonly TypedAttribute[]
  readonly find: (action: ActionModel, attribute: Attribute) => TypedAttribute | undefined
}

/**
 * Works out the types of attributes from what they are compared with; one that is compared with nothing of a known type is
 * a text, unless `given` says otherwise.
 * @throws {CedarError} where an attribute would have two types, or a type and attributes of its own
 */
export function inferTypes(model: PolicyModel, given: Readonly<Record<string, CedarType>>): AttributeTypes {
  const uses = [...model.actions.values()].flatMap(usesIn)
  const record = uses.find(use => isCompared(use) && (use.attribute.path.length === 0 || uses.some(isInside(use))))
  if (record !== undefined) throw new CedarError(`\`${record.name}\` is compared, and is a record in Cedar`)
  const types = settle(uses, new Map(Object.entries(given)))
  const optional = new Set(uses.filter(({ isAsked }) => isAsked).map(({ name }) => name))
  const all = new Map(
    uses.map(({ name, place, attribute: { path } }): [string, TypedAttribute] => [
      name,
      { place, path, type: types.get(name) ?? 'string', isOptional: optional.has(name) },
    ]),
  )
  return { all: [...all.values()], find: (action, attribute) => all.get(nameOf(action, attribute)) }
}

/** Names an attribute: `token.store`, `item.price`, `item.updatePrice input.newPrice`. */
function nameOf(action: ActionModel, attribute: Attribute): string {
  return [placeOf(action, attribute), ...attribute.path].join('.')
}

function placeOf({ name, resource }: ActionModel, { source }: Attribute): string {
  if (source === 'token') return source
  return source === 'resource' ? resource : `${name} ${source}`
}

/** One place where an attribute is read, with what it says about its type. */
type Use = {
  readonly name: string
  readonly place: string
  readonly attribute: Attribute
  readonly isAsked: boolean
  readonly type: CedarType | undefined
  /** Other attributes with values of the same type. */
  readonly alike: readonly string[]
  readonly isList: boolean
}

function isCompared({ isAsked, type }: Use): boolean {
  return !isAsked || type !== undefined
}

function isInside({ place, attribute: { path } }: Use): (other: Use) => boolean {
  return other =>
    other.place === place &&
    other.attribute.path.length > path.length &&
    path.every((name, index) => name === other.attribute.path[index])
}

function usesIn(action: ActionModel): readonly Use[] {
  return action.rules.flatMap(rule => {
    const condition = rule.kind === 'stepUp' ? rule.unless : rule.condition
    const login: readonly Expression[] = rule.kind === 'stepUp' ? loginClaims : []
    return [...comparisonsIn(condition), ...login].flatMap(comparison => usesBy(action, comparison))
  })
}

const loginClaims: readonly Expression[] = ['acr', 'auth_time'].map(name => ({
  kind: 'present',
  of: { kind: 'attribute', source: 'token', path: [name] },
}))

function usesBy(action: ActionModel, comparison: Expression): readonly Use[] {
  const operands = operandsOf(comparison)
  return operands.flatMap((operand, index): readonly Use[] => {
    const attribute = operand.kind === 'level' ? operand.of : operand
    if (attribute.kind !== 'attribute') return []
    const other = operands[index === 0 ? 1 : 0]
    const isEqual = comparison.kind === 'in' || (comparison.kind === 'compare' && /^(eq|ne)$/.test(comparison.by))
    const isLinked = isEqual && operand.kind === 'attribute' && other?.kind === 'attribute'
    return [
      {
        name: nameOf(action, attribute),
        place: placeOf(action, attribute),
        attribute,
        isAsked: comparison.kind === 'present',
        type: operand.kind === 'level' ? 'string' : typeBy(comparison, attribute, other),
        alike: isLinked ? [nameOf(action, other)] : [],
        isList: comparison.kind === 'in' && operand === comparison.list,
      },
    ]
  })
}

function typeBy(
  comparison: Expression,
  { source, path }: Attribute,
  other: Operand | undefined,
): CedarType | undefined {
  const [claim] = source === 'token' && path.length === 1 ? path : []
  if (claim === 'auth_time') return 'long'
  if (claim === 'acr') return 'string'
  if (comparison.kind === 'is') return 'bool'
  if (comparison.kind === 'within') return 'long'
  if (comparison.kind === 'compare' && comparison.by !== 'eq' && comparison.by !== 'ne') return 'long'
  if (other?.kind === 'level') return 'long'
  return other?.kind === 'literal' ? scalarType(firstOf(other.value)) : undefined
}

function firstOf(value: Scalar | readonly Scalar[]): Scalar {
  return typeof value === 'object' ? (value[0] ?? '') : value
}

function settle(uses: readonly Use[], types: Map<string, CedarType>): ReadonlyMap<string, CedarType> {
  let isSettled = false
  const learn = ({ name, isList }: Use, type: CedarType | undefined) => {
    if (type === undefined) return
    const own: CedarType = isList ? `${itemType(type)}s` : itemType(type)
    const known = types.get(name)
    if (known !== undefined && known !== own) throw new CedarError(`\`${name}\` is used as ${known} and as ${own}`)
    if (known === undefined) isSettled = false
    types.set(name, own)
  }
  while (!isSettled) {
    isSettled = true
    for (const use of uses) {
      learn(use, use.type)
      for (const other of use.alike) learn(use, types.get(other))
    }
  }
  for (const use of uses.filter(({ isAsked }) => !isAsked)) learn(use, types.get(use.name) ?? 'string')
  return types
}

/** The type of the values of a list, or of the value itself. */
export function itemType(type: CedarType): CedarScalar {
  if (type === 'strings' || type === 'string') return 'string'
  return type === 'longs' || type === 'long' ? 'long' : 'bool'
}
