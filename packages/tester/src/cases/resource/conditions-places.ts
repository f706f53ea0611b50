import type { CallChange } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { bodyOf, propertiesOf, valueAtPath, withValueAt } from './call-values.ts'

/** Where a value stands in a call. */
export type CallPlace = { readonly in: 'body' | 'path' | 'query' | 'header'; readonly path: readonly string[] }

/** Where an input, or the name of the object, stands in a call: as the configuration says, or by the same name. */
export function placeOf(operation: ApiOperation, name: string): CallPlace | undefined {
  const said = operation.inputs?.[name]
  if (said !== undefined) return readPlace(said)
  const inBody = propertiesOf(operation.body?.schema).has(name) || valueAtPath(bodyOf(operation), [name]) !== undefined
  if (inBody) return { in: 'body', path: [name] }
  const parameter = operation.parameters.find(each => each.name === name && each.in !== 'cookie')
  if (parameter === undefined || parameter.in === 'cookie') return undefined
  return { in: parameter.in, path: [name] }
}

function readPlace(text: string): CallPlace | undefined {
  const [place, ...path] = text.split('/')
  if (place !== 'body' && place !== 'path' && place !== 'query' && place !== 'header') return undefined
  return path.length === 0 ? undefined : { in: place, path }
}

/** A value that a call shall have; `undefined` leaves it out. */
export type Placed = { readonly place: CallPlace; readonly value: unknown }

/** The change that puts values into a call; `undefined` where a value does not fit its place. */
export function changeOf(operation: ApiOperation, placed: readonly Placed[]): CallChange | undefined {
  let body = bodyOf(operation)
  const path: Record<string, string> = {}
  const query: Record<string, string> = {}
  const headers: (readonly [string, string])[] = []
  for (const { place, value } of placed) {
    const name = place.path.join('.')
    if (place.in === 'body')
      body = value === undefined ? withoutMember(body, place.path) : withValueAt(body, place.path, value)
    else if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined
    else if (place.in === 'path') path[name] = String(value)
    else if (place.in === 'query') query[name] = String(value)
    else headers.push([name, String(value)])
  }
  return { path, query, headers, ...(body !== undefined && { body }) }
}

function withoutMember(value: unknown, [first = '', ...others]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
  if (others.length === 0) return Object.fromEntries(members.filter(([name]) => name !== first))
  return Object.fromEntries(members.map(([name, each]) => [name, name === first ? withoutMember(each, others) : each]))
}
