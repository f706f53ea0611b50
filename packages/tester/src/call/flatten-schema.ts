// JSON Schema 2020-12 §10.2.1.1
import type { Schema } from '../target/api-operation.ts'
import { isObject, resolveSchema, type SchemaObject, schemasIn, targetOf } from './resolve-schema.ts'

/** A schema without `$ref` and `allOf` at its top; `false` where nothing fits it. */
export function flattenSchema(schema: Schema): SchemaObject | false {
  return flatten(schema, { above: [], budget: { left: mostParts } })
}

const mostParts = 1000
const mostBranches = 50

type Trail = { readonly above: readonly Schema[]; readonly budget: { left: number } }

/** A ring adds nothing, and neither does what is beyond any sensible size. */
function flatten(schema: Schema, { above, budget }: Trail): SchemaObject | false {
  const known = targetOf(schema)
  if ((isObject(known) && above.includes(known)) || budget.left-- <= 0) return {}
  const resolved = resolveSchema(schema)
  if (resolved === false) return false
  if (resolved === true) return {}
  const { allOf, ...own } = resolved
  let whole: SchemaObject = own
  for (const part of schemasIn(allOf)) {
    const flat = flatten(part, { above: [...above, known], budget })
    if (flat === false) return false
    whole = merge(whole, flat)
  }
  return whole
}

type Merge = (a: unknown, b: unknown) => unknown

const larger: Merge = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : b)
const smaller: Merge = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : b)
const both: Merge = (a, b) => (Array.isArray(a) && Array.isArray(b) ? [...new Set([...listOf(a), ...listOf(b)])] : b)
const shared: Merge = (a, b) => {
  const other = new Set(listOf(b))
  return listOf(a).filter(each => other.has(each) || (each === 'integer' && other.has('number')))
}

/** How two statements about one thing become one; for others the second one counts. */
const merges: Readonly<Record<string, Merge>> = {
  minimum: larger,
  exclusiveMinimum: larger,
  minLength: larger,
  minItems: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
  required: both,
  enum: shared,
  type: (a, b) => {
    const types = shared(a, b)
    return Array.isArray(types) && types.length > 0 ? types : shared(b, a)
  },
  oneOf: mergeBranches,
  anyOf: mergeBranches,
  properties: mergeProperties,
  items: (a, b) => ({ allOf: [a, b] }),
}

function merge(first: SchemaObject, second: SchemaObject): SchemaObject {
  // a map, since a member may be called `__proto__`
  const whole = new Map(Object.entries(first))
  for (const [name, value] of Object.entries(second)) {
    const rule = Object.hasOwn(merges, name) ? merges[name] : undefined
    whole.set(name, whole.has(name) && rule !== undefined ? rule(whole.get(name), value) : value)
  }
  return Object.fromEntries(whole)
}

/** Each alternative of the one with each of the other. */
function mergeBranches(a: unknown, b: unknown): unknown {
  if (a === b) return a
  const [ours, others] = [listOf(a).slice(0, mostBranches), listOf(b).slice(0, mostBranches)]
  const pairs = ours.flatMap(first => others.map(second => ({ allOf: [first, second] })))
  return pairs.slice(0, mostBranches)
}

function mergeProperties(a: unknown, b: unknown): unknown {
  if (!isObject(a) || !isObject(b)) return isObject(b) ? b : a
  const whole = new Map(Object.entries(a))
  for (const [name, value] of Object.entries(b))
    whole.set(name, whole.has(name) && whole.get(name) !== value ? { allOf: [whole.get(name), value] } : value)
  return Object.fromEntries(whole)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
