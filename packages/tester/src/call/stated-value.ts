// JSON Schema 2020-12 §6.1, §9.2, §9.5; OpenAPI 3.2 §4.24
import type { SchemaObject } from './resolve-schema.ts'

/** A value that the document itself gives. */
export type StatedValue = { readonly value: unknown }

const mostParts = 10_000
const mostValues = 1000

/**
 * The value that a schema gives by an example, its default, its only value or the first of its values. A null counts only where
 * it is the only value: as a default or example it means that there is none.
 */
export function statedValue(schema: SchemaObject): StatedValue | undefined {
  const examples: readonly unknown[] = Array.isArray(schema['examples']) ? schema['examples'] : []
  const given = [schema['example'], ...examples, schema['default']].find(isGiven)
  if (given !== undefined) return { value: given }
  if (Object.hasOwn(schema, 'const') && isSmall(schema['const'])) return { value: schema['const'] }
  const values: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'].slice(0, mostValues) : []
  const value = values.find(isGiven) ?? values.find(isSmall)
  return value === undefined ? undefined : { value }
}

/** Whether a value was given that is small enough to be sent: one text of YAML can stand for more than any memory holds. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && isSmall(value)
}

function isSmall(value: unknown): boolean {
  return countParts(value, mostParts) > 0
}

/** What is left of a limit when each part of a value has taken one. */
function countParts(value: unknown, limit: number): number {
  if (limit <= 0 || typeof value !== 'object' || value === null) return limit - 1
  let left = limit - 1
  for (const part of Object.values(value)) {
    if (left <= 0) return left
    left = countParts(part, left)
  }
  return left
}
