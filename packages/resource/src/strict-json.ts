// RFC 8259 §4, RFC 7519 §4
/** A JSON object whose members nobody has looked at. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Parses a JSON object in which no member comes twice, at any depth; `undefined` for anything else. `JSON.parse` keeps the
 * last of two members of one name, where another parser may keep the first.
 * @spec RFC 7515 §4, RFC 7519 §4
 */
export function parseStrictObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && hasEachMemberOnce(value, text) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a value is a JSON object: neither an array nor `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// what prints to the same text has no member that the value lost; this is four times as fast as to look for one
function hasEachMemberOnce(value: JsonObject, text: string): boolean {
  return JSON.stringify(value) === text || !hasMemberTwice(text)
}

const punctuationOrString = /[{}[\]:]|"[^"\\]*(?:\\.[^"\\]*)*"/g

/** Whether a text, which is known to be JSON, has an object with two members of one name. */
function hasMemberTwice(text: string): boolean {
  const open: (Set<string> | undefined)[] = []
  let last = ''
  for (const [mark] of text.matchAll(punctuationOrString)) {
    if (mark === '{') open.push(new Set())
    else if (mark === '[') open.push(undefined)
    else if (mark === '}' || mark === ']') open.pop()
    else if (mark !== ':') last = mark
    else if (!addName(open.at(-1), last)) return true
  }
  return false
}

function addName(names: Set<string> | undefined, literal: string): boolean {
  const name: unknown = literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1)
  if (names === undefined || typeof name !== 'string' || names.has(name)) return false
  names.add(name)
  return true
}

/** A value in backticks as it stands in JSON, cut where it is long; for messages. */
export function quoteJson(value: unknown): string {
  return value === undefined ? 'missing' : `\`${JSON.stringify(value).slice(0, 100)}\``
}
