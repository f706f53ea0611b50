// JSON Schema 2020-12 §6, §10; OpenAPI 3.2 §4.24, §4.25
import type { Schema } from '../target/api-operation.ts'
import { flattenSchema } from './flatten-schema.ts'
import { isObject, type SchemaObject, schemaIn, schemasIn, targetOf } from './resolve-schema.ts'
import { sampleNumber } from './sample-number.ts'
import { sampleString } from './sample-string.ts'
import { statedValue } from './stated-value.ts'

/** A value that fits a schema, and the places in it that were made up; or why there is none. */
export type Sample =
  | { readonly kind: 'value'; readonly value: unknown; readonly guesses: readonly string[] }
  | { readonly kind: 'none'; readonly reason: string }

type Trail = { readonly above: readonly Schema[]; readonly budget: { left: number } }

const deepest = 12
const mostValues = 2000
const mostItems = 100

/**
 * Makes a value for a request: what the document states before what its limits allow, required members only where it names
 * any, nothing that is read-only. The same schema always gives the same value.
 */
export function sampleValue(schema: Schema): Sample {
  return sample(schema, { above: [], budget: { left: mostValues } })
}

function sample(schema: Schema, trail: Trail): Sample {
  const known = targetOf(schema)
  if (trail.above.includes(known) && isObject(known)) return none('its schema asks for itself without end')
  if (trail.above.length >= deepest || trail.budget.left-- <= 0) return none('its schema is too large')
  const flat = flattenSchema(schema)
  if (flat === false) return none('its schema allows nothing')
  return sampleFlat(flat, { ...trail, above: [...trail.above, known] })
}

function sampleFlat(schema: SchemaObject, trail: Trail): Sample {
  const stated = statedValue(schema)
  if (stated !== undefined) return { kind: 'value', value: stated.value, guesses: [] }
  if (Array.isArray(schema['enum']) && schema['enum'].length === 0) return none('its schema allows nothing')
  for (const keyword of ['oneOf', 'anyOf'] as const)
    if (Array.isArray(schema[keyword])) return sampleBranch(schema, keyword, trail)
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, trail)
    case 'array':
      return sampleArray(schema, trail)
    case 'number':
    case 'integer':
      return sampleAnyNumber(schema)
    case 'boolean':
      return { kind: 'value', value: false, guesses: [] }
    case 'null':
      return { kind: 'value', value: null, guesses: [] }
    default:
      return sampleText(schema)
  }
}

/** The first alternative that a value can be made for; null only where nothing else is left. */
function sampleBranch(schema: SchemaObject, keyword: 'oneOf' | 'anyOf', trail: Trail): Sample {
  const { [keyword]: branches, discriminator, ...rest } = schema
  let last = none('none of its alternatives can be made')
  const ordered = schemasIn(branches).toSorted((a, b) => Number(isNull(a)) - Number(isNull(b)))
  for (const branch of ordered) {
    if (trail.budget.left-- <= 0) return last
    const known = targetOf(branch)
    const flat = trail.above.includes(known) ? false : flattenSchema({ ...rest, allOf: [branch] })
    if (flat === false) continue
    const made = sampleFlat(flat, { ...trail, above: [...trail.above, known] })
    if (made.kind === 'value') return { ...made, value: named(made.value, discriminator, branch) }
    last = made
  }
  return last
}

function isNull(schema: Schema): boolean {
  return isObject(schema) && (schema['type'] === 'null' || schema['const'] === null)
}

/** Writes the name of the alternative where the discriminator wants it. @spec OpenAPI 3.2 §4.25 */
function named(value: unknown, discriminator: unknown, branch: Schema): unknown {
  const reference = isObject(branch) ? branch['$ref'] : undefined
  const property = isObject(discriminator) ? discriminator['propertyName'] : undefined
  if (!isObject(value) || !isObject(discriminator) || typeof property !== 'string' || typeof reference !== 'string')
    return value
  const mapping = isObject(discriminator['mapping']) ? discriminator['mapping'] : {}
  const own = reference.slice(reference.lastIndexOf('/') + 1)
  const [name = own] = Object.keys(mapping).filter(each => mapping[each] === reference || mapping[each] === own)
  return { ...value, [property]: name }
}

function typeOf(schema: SchemaObject): string {
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type']]
  const stated: unknown = types.find(each => each !== 'null') ?? types[0]
  if (typeof stated === 'string') return stated
  const has = (...names: readonly string[]) => names.some(name => Object.hasOwn(schema, name))
  if (has('properties', 'required', 'additionalProperties', 'minProperties')) return 'object'
  if (has('items', 'prefixItems', 'minItems')) return 'array'
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number'
  return 'string'
}

function sampleObject(schema: SchemaObject, trail: Trail): Sample {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const stated: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  const required = stated.filter(name => typeof name === 'string')
  const wanted = required.length > 0 ? required : Object.keys(properties)
  const members: [string, unknown][] = []
  const guesses: string[] = []
  for (const name of wanted) {
    const property = Object.hasOwn(properties, name) ? schemaIn(properties[name]) : additionalIn(schema)
    if (isReadOnly(property)) continue
    const made = sample(property, trail)
    if (made.kind === 'none' && required.includes(name)) return none(`\`${name}\`: ${made.reason}`)
    if (made.kind === 'none') continue
    members.push([name, made.value])
    guesses.push(...made.guesses.map(place => `.${name}${place}`))
  }
  const least = typeof schema['minProperties'] === 'number' ? schema['minProperties'] : 0
  for (let count = 1; members.length < Math.min(least, mostItems); count++) {
    members.push([`key${count}`, 'sample'])
    guesses.push(`.key${count}`)
  }
  return { kind: 'value', value: Object.fromEntries(members), guesses }
}

function additionalIn(schema: SchemaObject): Schema {
  const additional = schemaIn(schema['additionalProperties'])
  return additional === false ? true : additional
}

function isReadOnly(schema: Schema): boolean {
  const flat = flattenSchema(schema)
  return flat !== false && flat['readOnly'] === true
}

function sampleArray(schema: SchemaObject, trail: Trail): Sample {
  const { minItems, maxItems, prefixItems, items } = schema
  const least = typeof minItems === 'number' ? minItems : 0
  const prefix = schemasIn(prefixItems)
  const count = Math.min(Math.max(1, least, prefix.length), typeof maxItems === 'number' ? maxItems : Infinity)
  if (count < least || least > mostItems) return none(`no list of ${least} is made`)
  const values: unknown[] = []
  const guesses: string[] = []
  for (let index = 0; index < count; index++) {
    const made = sample(prefix[index] ?? schemaIn(items), trail)
    if (made.kind === 'none' && index < least) return made
    if (made.kind === 'none') break
    values.push(schema['uniqueItems'] === true ? distinct(made.value, index, items) : made.value)
    guesses.push(...made.guesses.map(place => `[${index}]${place}`))
  }
  return { kind: 'value', value: values, guesses }
}

/** The value for the place in a list whose values all differ. */
function distinct(value: unknown, index: number, items: unknown): unknown {
  const flat = flattenSchema(schemaIn(items))
  const listed: unknown = flat === false ? undefined : flat['enum']
  if (Array.isArray(listed)) return listed[index] ?? value
  if (index === 0) return value
  if (typeof value === 'number') return value + index
  return typeof value === 'string' ? `${value}${index}` : value
}

function sampleAnyNumber(schema: SchemaObject): Sample {
  const value = sampleNumber(schema, typeOf(schema) === 'integer')
  return value === undefined ? none('no number lies within its limits') : { kind: 'value', value, guesses: [''] }
}

function sampleText(schema: SchemaObject): Sample {
  const made = sampleString(schema)
  return made.kind === 'none' ? made : { kind: 'value', value: made.text, guesses: made.isGuess ? [''] : [] }
}

function none(reason: string): Sample {
  return { kind: 'none', reason }
}
