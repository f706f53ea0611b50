// OpenAPI 3.1 §4.8.12, §4.8.24
import { flattenSchema } from '../../call/flatten-schema.ts'
import { calledBody, valueOf } from '../../call/operation-values.ts'
import { isObject, type SchemaObject, schemaIn } from '../../call/resolve-schema.ts'
import type { ApiOperation, ApiParameter, Schema } from '../../target/api-operation.ts'

/** A value without parts, and the members that lead to it. */
export type Leaf = { readonly path: readonly string[]; readonly value: string | number | boolean }

/** The body of the positive call; `undefined` where there is none. */
export function bodyOf(operation: ApiOperation): unknown {
  const { body } = operation
  const value = body === undefined || calledBody(operation) === undefined ? undefined : valueOf(body)
  return value?.kind === 'value' ? value.value : undefined
}

/** The value of a parameter in the positive call, as text. */
export function textOfParameter(parameter: ApiParameter): string | undefined {
  const value = valueOf(parameter)
  return value.kind === 'value' && isScalar(value.value) ? String(value.value) : undefined
}

/** The parameters in the path, in the order in which they stand there. */
export function pathParameters({ path, parameters }: ApiOperation): readonly ApiParameter[] {
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name)
  return names.flatMap(name => parameters.filter(each => each.in === 'path' && each.name === name))
}

/** The members of an object that a schema describes, or of the items of a list. */
export function propertiesOf(schema: Schema | undefined): ReadonlyMap<string, SchemaObject> {
  const flat = schema === undefined ? false : flattenSchema(schema)
  if (flat === false) return new Map()
  if (!isObject(flat['properties']))
    return flat['items'] === undefined ? new Map() : propertiesOf(schemaIn(flat['items']))
  return new Map(
    Object.entries(flat['properties']).map(([name, each]) => {
      const property = flattenSchema(schemaIn(each))
      return [name, property === false ? {} : property]
    }),
  )
}

/** The schema of the answer when all is well. */
export function answerSchema({ responses }: ApiOperation): Schema | undefined {
  const status = Object.keys(responses).find(each => each.startsWith('2'))
  return status === undefined ? undefined : responses[status]
}

/** Every text, number and boolean in a value, with where it stands. */
export function leavesOf(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (isScalar(value)) return [{ path, value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => leavesOf(each, [...path, name]))
}

/** The value with another one at a place. */
export function withValueAt(value: unknown, [first, ...others]: readonly string[], put: unknown): unknown {
  if (first === undefined) return put
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (String(index) === first ? withValueAt(each, others, put) : each))
  const members = isObject(value) ? value : {}
  return { ...members, [first]: withValueAt(members[first], others, put) }
}

/** The value at a place. */
export function valueAtPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, name)) return undefined
    return Object.entries(inner).find(([key]) => key === name)?.[1]
  }, value)
}

/** Whether a value is a text, a number or a boolean. */
export function isScalar(value: unknown): value is Leaf['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
