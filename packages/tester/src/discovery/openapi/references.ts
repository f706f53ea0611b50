// OpenAPI 3.2 §4.23; JSON Schema 2020-12 §8.2.3
import { pointerIn, valueAt } from '@ambit/policy'
import { isObject, type SchemaObject } from '../../call/resolve-schema.ts'
import { pointerTo } from './json-value.ts'

/** An object whose `$ref` stands for something else, and where it stands. */
export type FoundReference = {
  readonly holder: SchemaObject
  readonly pointer: string
  readonly reference: string
}

/** Members whose own members have free names: no name below them is a keyword. */
const nameMaps: ReadonlySet<string> = new Set([
  'paths',
  'webhooks',
  'pathItems',
  'schemas',
  'definitions',
  '$defs',
  'properties',
  'patternProperties',
  'dependentSchemas',
  'responses',
  'parameters',
  'examples',
  'requestBodies',
  'headers',
  'securitySchemes',
  'securityDefinitions',
  'links',
  'callbacks',
  'mediaTypes',
  'content',
  'encoding',
  'variables',
  'scopes',
])

/** Members whose value is data, as extensions are: a `$ref` within it is a part of the data. */
const dataMembers: ReadonlySet<string> = new Set(['example', 'default', 'enum', 'const', 'value', 'dataValue'])

type Step = { readonly value: unknown; readonly pointer: string; readonly isNameMap: boolean }

/** Where a search begins, and what was looked at before; which grows. */
export type ReferenceSearch = { readonly from?: string; readonly seen?: Set<object> }

/**
 * Finds every reference of a document, each object once, whatever rings its values form. What a reference leads to is looked at as
 * well, be it within data.
 */
export function referencesIn(
  document: unknown,
  { from = '', seen = new Set() }: ReferenceSearch = {},
): readonly FoundReference[] {
  const found: FoundReference[] = []
  const steps: Step[] = [{ value: valueAt(document, from), pointer: from, isNameMap: false }]
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const { value, pointer, isNameMap } = step
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    const reference: unknown = isObject(value) && !isNameMap ? value['$ref'] : undefined
    if (isObject(value) && typeof reference === 'string') {
      found.push({ holder: value, pointer, reference })
      for (const next of stepsTo(document, reference)) steps.push(next)
    }
    for (const next of stepsInto(step, value)) steps.push(next)
  }
  return found
}

function stepsTo(document: unknown, reference: string): readonly Step[] {
  const pointer = reference.startsWith('#') ? pointerIn(reference.slice(1)) : undefined
  return pointer === undefined ? [] : [{ value: valueAt(document, pointer), pointer, isNameMap: false }]
}

function stepsInto({ pointer, isNameMap }: Step, value: object): readonly Step[] {
  const isList = Array.isArray(value)
  return Object.entries(value)
    .filter(([name]) => isList || isNameMap || !(dataMembers.has(name) || name.startsWith('x-')))
    .map(([name, member]: [string, unknown]) => ({
      value: member,
      pointer: pointerTo(pointer, name),
      isNameMap: !isList && !isNameMap && nameMaps.has(name) && isObject(member),
    }))
}
