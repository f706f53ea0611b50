// JSON Schema 2020-12 §8.2.3; OpenAPI 3.2 §4.24
import type { Schema } from '../target/api-operation.ts'

/** A schema that is no boolean. */
export type SchemaObject = Readonly<Record<string, unknown>>

const targets = new WeakMap<SchemaObject, () => Schema>()
const longestChain = 10

/** Tells whether a value is an object with named members. */
export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schema in a place where one belongs; anything that is none allows everything. */
export function schemaIn(value: unknown): Schema {
  return isObject(value) || typeof value === 'boolean' ? value : true
}

/** The schemas in a list or in an object of schemas by name. */
export function schemasIn(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.map(schemaIn) : []
}

/** Remembers what a schema's `$ref` leads to. It is looked up when it is needed, so that a ring of references is no ring of values. */
export function bindReference(schema: SchemaObject, target: () => Schema): void {
  targets.set(schema, target)
}

/** Follows plain references to what they mean. The same schema always gives the same object: rings show by it. */
export function targetOf(schema: Schema): Schema {
  let current = schema
  for (let step = 0; step < longestChain; step++) {
    const target = isObject(current) ? targets.get(current) : undefined
    if (target === undefined) return current
    current = target()
  }
  return true
}

/**
 * The schema without a `$ref` at its top; what stands beside the reference counts as well. Where nobody knows what the reference
 * leads to, anything is allowed.
 */
export function resolveSchema(schema: Schema): Schema {
  if (!isObject(schema) || typeof schema['$ref'] !== 'string') return schema
  const { $ref: _, ...beside } = schema
  const target = targetOf(schema)
  const meant = target === schema || (isObject(target) && typeof target['$ref'] === 'string') ? true : target
  if (Object.keys(beside).length === 0) return meant
  return { ...beside, allOf: [meant, ...schemasIn(beside['allOf'])] }
}
