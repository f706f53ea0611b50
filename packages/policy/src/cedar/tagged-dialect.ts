import type { Attribute, Scalar, Source } from '../expression.ts'
import type { Dialect } from './cedar-condition.ts'
import { hasText, isCedarValue, isIdentifier, memberText, scalarType } from './cedar-text.ts'

/**
 * Attributes whose types nobody knows: each is a record of one member, which is called by its type. Cedar has no way to ask
 * a value for its type, and calls values of two types just different where a condition calls that an error.
 */
export const taggedDialect: Dialect = {
  scalar: (attribute, type) => `${textOf(attribute)}.${type}`,
  list: (attribute, type) => `${textOf(attribute)}.${type}s`,
  has: ({ source, path }) => hasText(roots[source], keyOf(path)),
  isOfType: (attribute, type) => `${textOf(attribute)} has ${type}`,
  typeOf: () => undefined,
  guard: (_, text) => text,
}

const roots = {
  token: 'context.token',
  resource: 'context.resource',
  input: 'context.input',
  fact: 'context.fact',
  details: 'context.details',
} as const satisfies Readonly<Record<Source, string>>

/** A value as the tagged dialect has it. */
export type TaggedValue = Record<string, Scalar | Scalar[]>

/** Names an attribute within its source; no two paths have one name. */
export function keyOf(path: readonly string[]): string {
  return path.length > 0 && path.every(isIdentifier) ? path.join('.') : JSON.stringify(path)
}

/** Writes a value with its type; one that Cedar cannot hold is there, and fails whatever is compared with it. */
export function tagValue(value: unknown): TaggedValue {
  if (!Array.isArray(value)) return isHeld(value) ? { [scalarType(value)]: plain(value) } : incomparable
  const items: readonly unknown[] = Array.from(value)
  const held = items.filter(isHeld)
  if (held.length < items.length || new Set(held.map(scalarType)).size > 1) return incomparable
  const [first] = held
  return first === undefined ? emptyList : { [`${scalarType(first)}s`]: held.map(plain) }
}

const incomparable: TaggedValue = { other: true }
const emptyList: TaggedValue = { strings: [], longs: [], bools: [] }

function textOf({ source, path }: Attribute): string {
  return memberText(roots[source], keyOf(path))
}

function isHeld(value: unknown): value is Scalar {
  return (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && isCedarValue(value)
}

// zero has two signs, of which Cedar knows one
function plain(value: Scalar): Scalar {
  return value === 0 ? 0 : value
}
