import type { Scalar } from '../expression.ts'

/** The types of single values that Cedar and conditions share; a `long` is a whole number. */
export type CedarScalar = 'string' | 'long' | 'bool'

/** Writes an expression of a type that is always an error, since a whole number of 64 bits overflows. */
export function failingText(type: CedarScalar): string {
  if (type === 'long') return OVERFLOW
  return type === 'bool' ? `(${OVERFLOW} == 0)` : `(if ${OVERFLOW} == 0 then "" else "")`
}

const OVERFLOW = '(9223372036854775807 + 1)'

/** Writes a text as a Cedar literal; everything but plain ASCII is escaped. */
export function quote(text: string): string {
  const escaped = Array.from(text, character => {
    if (/^[ !#-[\]-~]$/.test(character)) return character
    return character === '"' || character === '\\' ? `\\${character}` : `\\u{${codeOf(character).toString(16)}}`
  })
  return `"${escaped.join('')}"`
}

/** Writes a value as a Cedar literal; one that Cedar has no literal for fails where it is read. */
export function literalText(value: Scalar): string {
  if (typeof value === 'string') return quote(value)
  return typeof value === 'number' && value < 0 ? `(${value})` : String(value)
}

/** Names the type of a value. */
export function scalarType(value: Scalar): CedarScalar {
  if (typeof value === 'string') return 'string'
  return typeof value === 'boolean' ? 'bool' : 'long'
}

/** Tells whether Cedar can hold a value as it is: no fractions, no numbers that lose digits, no half characters. */
export function isCedarValue(value: Scalar): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return typeof value === 'boolean' || value.isWellFormed()
}

/** Writes the access to a member of a record or entity. */
export function memberText(base: string, name: string): string {
  return isIdentifier(name) ? `${base}.${name}` : `${base}[${quote(name)}]`
}

/** Writes the question whether a record or entity has a member. */
export function hasText(base: string, name: string): string {
  return `${base} has ${isIdentifier(name) ? name : quote(name)}`
}

/** Tells whether a name can stand in Cedar without quotation marks. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !reserved.has(name)
}

const reserved: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  'principal',
  'action',
  'resource',
  'context',
])

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
