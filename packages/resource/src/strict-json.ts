// RFC 8259 §4, RFC 7519 §4
import { parseStrictJson } from '@ambit/protocol'

/** A JSON object whose members nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Parses a JSON object in which no member comes twice, at any depth; `undefined` for anything else.
 * @spec RFC 7515 §4, RFC 7519 §4
 */
export function parseStrictObject(text: string): JsonObject | undefined {
  const value = parseStrictJson(text)
  return isObject(value) ? value : undefined
}

/** Whether a value is a JSON object: neither an array nor `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in backticks as it stands in JSON, cut where it is long; for messages. */
export function quoteJson(value: unknown): string {
  return value === undefined ? 'missing' : `\`${JSON.stringify(value).slice(0, 100)}\``
}
