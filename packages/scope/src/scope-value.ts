// RFC 6749 §3.3, Appendix A.4
import { fail, type Result, succeed } from './result.ts'

/** Why a text is no scope value; `message` holds only characters that `error_description` may carry. */
export type ScopeSyntaxError = {
  readonly kind: 'malformed'
  /** Where it went wrong: the offset of the character, from 0. */
  readonly index: number
  readonly message: string
}

/** How much a scope value may hold. */
export type ScopeLimits = {
  /** The greatest number of characters. */
  readonly maxLength: number
  /** The greatest number of scope-tokens, repeated ones counted. */
  readonly maxTokens: number
}

/** The limits that hold where none are given. */
export const DEFAULT_SCOPE_LIMITS: ScopeLimits = { maxLength: 4096, maxTokens: 256 }

const SPACE = 0x20

/**
 * Reads a scope value into its scope-tokens; repeated ones collapse, the first place counts.
 *
 * Takes time linear in the length of the text, and never throws. The empty text is no scope value.
 * @spec RFC 6749 §3.3
 * @example
 * parseScope('read_pets email read_pets') // { ok: true, value: ['read_pets', 'email'] }
 * parseScope('read_pets  email')          // { ok: false, error: { index: 10, … } }
 */
export function parseScope(
  text: string,
  limits: ScopeLimits = DEFAULT_SCOPE_LIMITS,
): Result<readonly string[], ScopeSyntaxError> {
  const split = splitScope(text, limits)
  return split.ok ? succeed([...new Set(split.value)]) : split
}

/**
 * Splits a scope value into its scope-tokens, repeated ones included.
 * @spec RFC 6749 §3.3
 */
export function splitScope(text: string, limits: ScopeLimits): Result<readonly string[], ScopeSyntaxError> {
  if (text.length === 0) return malformed(0, 'scope is empty, at least one scope-token is wanted')
  if (text.length > limits.maxLength) return malformed(limits.maxLength, tooLong(text, limits))
  const tokens: string[] = []
  let start = 0
  for (let index = 0; index <= text.length; index++) {
    const code = index === text.length ? SPACE : text.charCodeAt(index)
    if (isTokenCode(code)) continue
    if (code !== SPACE) return malformed(index, unexpected(text, index))
    if (index === start) return malformed(...misplacedSpace(text, index))
    if (tokens.length === limits.maxTokens) return malformed(start, tooMany(limits))
    tokens.push(text.slice(start, index))
    start = index + 1
  }
  return succeed(tokens)
}

/**
 * Prints scope-tokens as a scope value, in their order.
 * @spec RFC 6749 §3.3
 */
export function printScope(scope: { readonly tokens: readonly string[] } | readonly string[]): string {
  return ('tokens' in scope ? scope.tokens : scope).join(' ')
}

/**
 * Tells whether a text is one scope-token.
 * @spec RFC 6749 §3.3
 */
export function isScopeToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isTokenCode(text.charCodeAt(index))) return false
  return text.length > 0
}

// scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
function isTokenCode(code: number): boolean {
  return code > SPACE && code < 0x7f && code !== 0x22 && code !== 0x5c
}

function malformed(index: number, message: string): { readonly ok: false; readonly error: ScopeSyntaxError } {
  return fail({ kind: 'malformed', index, message })
}

function tooLong(text: string, limits: ScopeLimits): string {
  return `scope is ${text.length} characters long, at most ${limits.maxLength} are accepted`
}

function tooMany(limits: ScopeLimits): string {
  return `scope holds more than ${limits.maxTokens} scope-tokens`
}

const CHARACTER_NAMES: Readonly<Record<number, string>> = {
  0x09: 'a tab',
  0x0a: 'a line feed',
  0x0d: 'a carriage return',
  0x22: 'a quotation mark',
  0x5c: 'a backslash',
}

// by its code: `error_description` may hold neither quotation mark nor backslash (RFC 6749 §5.2)
function unexpected(text: string, index: number): string {
  const code = text.codePointAt(index) ?? 0
  const name = CHARACTER_NAMES[code] ?? (code > 0x7e ? 'not ASCII' : 'a control character')
  const shown = code.toString(16).toUpperCase().padStart(4, '0')
  return `character ${index + 1} of scope is U+${shown} (${name}), which no scope-token may hold`
}

function misplacedSpace(text: string, index: number): [index: number, message: string] {
  if (index === 0) return [0, 'character 1 of scope is a space, a scope-token is wanted']
  if (index < text.length)
    return [index, `character ${index + 1} of scope is a second space, one separates scope-tokens`]
  return [index - 1, `character ${index} of scope is a space at the end, a scope-token is wanted after it`]
}
