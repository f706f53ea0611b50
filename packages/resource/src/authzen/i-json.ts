// RFC 7493 §2, OpenID Authorization API 1.0 §11.5
import { parseStrictObject } from '../strict-json.ts'
import { type JsonObject, type Rejection, reject } from './entities.ts'

/**
 * Parses a message so that no other reader can take it for something else.
 * @spec RFC 7493 §2
 * @errors rejected: no JSON object, a member twice, nested too deep, a lone surrogate, a number beyond double precision
 */
export function parseIJson(text: string, deepest: number): JsonObject | Rejection {
  const value = parseStrictObject(text)
  if (value === undefined) return reject('the body is no JSON object, or has a member twice')
  const trouble = troubleIn(value, deepest)
  return trouble === undefined ? value : reject(trouble)
}

function troubleIn(value: unknown, deepest: number): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'a text has a surrogate without its partner'
  if (typeof value === 'number') return isExact(value) ? undefined : 'a number is beyond double precision'
  if (typeof value !== 'object' || value === null) return undefined
  if (deepest === 0) return 'the body is nested too deep'
  const parts = Array.isArray(value) ? value : Object.entries(value).flat()
  for (const part of parts) {
    const trouble = troubleIn(part, deepest - 1)
    if (trouble !== undefined) return trouble
  }
  return undefined
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}
