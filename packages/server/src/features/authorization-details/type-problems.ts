// RFC 9396 §2, §2.2
import type { ServerOptions } from '../../options.ts'
import type { OptionsProblem } from '../../options-error.ts'
import { parseDecimal } from './amount.ts'
import type { DetailField, DetailFields, DetailType, DetailTypes } from './detail-type.ts'

/** What the fields that the specification names must be. @spec RFC 9396 §2.2 */
const commonFields: Readonly<Record<string, DetailField['kind']>> = {
  locations: 'locations',
  actions: 'choices',
  datatypes: 'choices',
  identifier: 'text',
  privileges: 'choices',
}

/** What is wrong with the declared types. */
export function findTypeProblems(types: DetailTypes, options: ServerOptions): readonly OptionsProblem[] {
  const path = 'features.authorizationDetails.types'
  if (Object.keys(types).length === 0) return [{ path, message: 'at least one type is wanted' }]
  return Object.entries(types).flatMap(([name, type]) => {
    const problems = [...findNameProblems(name), ...findResourceProblems(type, options)]
    const own = problems.map(message => ({ path: `${path}.${name}`, message }))
    return [...own, ...findFieldsProblems(type.fields, { path: `${path}.${name}.fields`, isOuter: true })]
  })
}

function findNameProblems(name: string): readonly string[] {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(name) ? [] : ['the name of a type is printable ASCII without spaces']
}

function findResourceProblems({ resource, fields }: DetailType, { resources }: ServerOptions): readonly string[] {
  if (resource === undefined) return []
  const isKnown = resources.some(each => each.resource === resource)
  return [
    ...(isKnown ? [] : [`the resource \`${resource}\` is not declared`]),
    ...('locations' in fields ? ['has a resource of its own, so it cannot have the field `locations`'] : []),
  ]
}

type Place = { readonly path: string; readonly isOuter: boolean }

function findFieldsProblems(fields: DetailFields, { path, isOuter }: Place): readonly OptionsProblem[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const at = `${path}.${name}`
    const wanted = isOuter ? commonFields[name] : undefined
    const problems = [
      ...(isOuter && name === 'type' ? ['`type` is there already'] : []),
      ...(wanted !== undefined && wanted !== field.kind ? [`must be of kind \`${wanted}\``] : []),
      ...(field.kind === 'locations' && !(isOuter && name === 'locations') ? ['only `locations` has this kind'] : []),
      ...findKindProblems(field),
    ]
    const inner = field.kind === 'object' ? findFieldsProblems(field.fields, { path: at, isOuter: false }) : []
    return [...problems.map(message => ({ path: at, message })), ...inner]
  })
}

function findKindProblems(field: DetailField): readonly string[] {
  if (field.kind === 'text' && !isPattern(field.pattern)) return ['`pattern` is not a regular expression']
  if (field.kind === 'amount' && field.currencies.length === 0) return ['`currencies` is empty']
  if (field.kind === 'amount' && field.max !== undefined && parseDecimal(field.max) === undefined)
    return ['`max` must be a decimal text, such as `1000.00`']
  if (field.kind === 'choices' && Object.keys(field.values).length === 0) return ['`values` is empty']
  return []
}

function isPattern(pattern: string | undefined): boolean {
  try {
    return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').source !== ''
  } catch {
    return false
  }
}
