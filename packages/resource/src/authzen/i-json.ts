// RFC 7493 §2, OpenID Authorization API 1.0 §11.5
import { isJsonObject, type JsonObject, type Rejection, reject } from './entities.ts'

/**
 * Parses a message so that no other reader can take it for something else.
 * @spec RFC 7493 §2
 * @errors rejected: no JSON object, nested too deep, a member twice, a lone surrogate, a number beyond double precision
 */
export function parseIJson(text: string, deepest: number): JsonObject | Rejection {
  const value = parseOrNothing(text)
  if (!isJsonObject(value)) return reject('the body is no JSON object')
  const trouble = troubleIn(value, deepest)
  if (trouble !== undefined) return reject(trouble)
  const repeated = repeatedName(text)
  if (repeated !== undefined) return reject(`the member \`${repeated.slice(0, 64)}\` is there twice in one object`)
  return value
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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

const structure = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g

/** The first member name that one object has twice, in a text that is JSON. */
function repeatedName(text: string): string | undefined {
  const open: (Set<string> | 'array')[] = []
  let isNameNext = false
  for (const [token] of text.matchAll(structure)) {
    const around = open.at(-1)
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push('array')
    else if (token === '}' || token === ']') open.pop()
    else if (isNameNext && around instanceof Set && token.startsWith('"')) {
      const name: unknown = JSON.parse(token)
      if (around.has(String(name))) return String(name)
      around.add(String(name))
    }
    isNameNext = token === '{' || (token === ',' && around instanceof Set)
  }
  return undefined
}
