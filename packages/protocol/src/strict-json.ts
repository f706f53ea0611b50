// RFC 8259 §4

/**
 * Parses JSON in which no object has a member twice, at any depth; `undefined` for anything else. `JSON.parse` keeps the
 * last of two members of one name, where another parser may keep the first.
 * @spec RFC 8259 §4
 */
export function parseStrictJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return hasEachMemberOnce(value, text) ? value : undefined
  } catch {
    return undefined
  }
}

// what prints to the same text has no member that the value lost; this is four times as fast as to look for one
function hasEachMemberOnce(value: unknown, text: string): boolean {
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
