// JSON Schema 2020-12 §7.3, §10.2, §10.3; OpenAPI 3.2 §4.24
import { resolveSchema } from '../../call/resolve-schema.ts'
import type { Schema } from '../../target/api-operation.ts'

/** What a schema says of one value beside its type. */
export type SchemaView = {
  /** What the value is shown as; absent where the schema hides nothing. */
  readonly kind?: string
  /** The schemas of a member, or of the elements where no name is given. */
  readonly inside: (member?: string) => SchemaView
}

const formats: ReadonlyMap<string, string> = new Map([
  ['password', 'password'],
  ['email', 'email address'],
  ['idn-email', 'email address'],
  ['phone', 'phone number'],
  ['iban', 'bank account'],
  ['credit-card', 'card number'],
])

/** Reads several schemas that hold for the same value at once, as `allOf` and its like make them. */
export function viewOf(...schemas: readonly unknown[]): SchemaView {
  const budget = { left: mostParts }
  const all = schemas.flatMap(schema => partsOf(schema, budget, 0))
  const kind = all.map(kindOf).find(each => each !== undefined)
  return {
    ...(kind === undefined ? {} : { kind }),
    inside: member => viewOf(...all.flatMap(schema => insideOf(schema, member))),
  }
}

/** A view that hides nothing. */
export const unknownSchema: SchemaView = { inside: () => unknownSchema }

/** The schema of an answer: that of its status, of its class (`4XX`), or the default one. */
export function responseView(responses: Readonly<Record<string, Schema | undefined>>, status: number): SchemaView {
  return viewOf(responses[String(status)] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses.default)
}

type SchemaObject = Readonly<Record<string, unknown>>

/** Schemas that are looked at for one value: a small document can combine more than any memory holds. */
const mostParts = 500

function partsOf(written: unknown, budget: { left: number }, depth: number): readonly SchemaObject[] {
  const schema = isObject(written) ? resolveSchema(written) : undefined
  if (!isObject(schema) || depth > 8 || budget.left <= 0) return []
  budget.left -= 1
  const combined = ['allOf', 'anyOf', 'oneOf'].flatMap(name => listOf(schema[name]).slice(0, mostParts))
  return [schema, ...combined.flatMap(part => partsOf(part, budget, depth + 1))]
}

function kindOf(schema: SchemaObject): string | undefined {
  const format = typeof schema.format === 'string' ? formats.get(schema.format) : undefined
  if (format !== undefined) return format
  if (schema['x-pii'] === true || typeof schema['x-pii'] === 'string') return 'personal data'
  return schema['x-sensitive'] === true ? 'hidden value' : undefined
}

function insideOf(schema: SchemaObject, member: string | undefined): readonly unknown[] {
  if (member === undefined) return [schema.items, ...listOf(schema.prefixItems)]
  const { properties } = schema
  return isObject(properties) && Object.hasOwn(properties, member)
    ? [properties[member]]
    : [schema.additionalProperties]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
