/**
 * What may stand in the place of a parameter: any characters of a scope-token but `:`, `{` and `}`; a whole number
 * without leading zeros; a UUID in lower case; or one of the listed values. Each value has one spelling.
 */
export type ParameterType = 'string' | 'integer' | 'uuid' | readonly string[]

const FORMS = {
  string: /^[\x21\x23-\x39\x3b-\x5b\x5d-\x7a\x7c\x7e]+$/,
  integer: /^(?:0|[1-9][0-9]{0,18})$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
} as const

/** Tells whether a value fits a parameter's type. */
export function acceptsValue(type: ParameterType, value: string): boolean {
  return typeof type === 'string' ? FORMS[type].test(value) : type.includes(value)
}

/** Tells whether some value fits both types. */
export function typesOverlap(a: ParameterType, b: ParameterType): boolean {
  if (typeof a !== 'string') return a.some(value => acceptsValue(b, value))
  if (typeof b !== 'string') return b.some(value => acceptsValue(a, value))
  return a === b || a === 'string' || b === 'string'
}

/** Tells whether two types are the same type. */
export function sameType(a: ParameterType, b: ParameterType): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return a.length === b.length && a.every(value => b.includes(value))
}

/** Tells whether an unknown value is a parameter type. */
export function isParameterType(value: unknown): value is ParameterType {
  if (typeof value === 'string') return Object.hasOwn(FORMS, value)
  return Array.isArray(value) && value.length > 0 && value.every(isListedValue)
}

function isListedValue(value: unknown): boolean {
  return typeof value === 'string' && FORMS.string.test(value)
}
