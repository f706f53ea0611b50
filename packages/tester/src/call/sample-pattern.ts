// JSON Schema 2020-12 §6.3.3; ECMA-262 §22.2.1
/** A part of a pattern that was understood. */
type Part =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'choice'; readonly branches: readonly (readonly Part[])[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number }

/** Where the reading of a pattern stands. */
type Reader = { readonly text: string; at: number }

class NotUnderstood extends Error {}

const mostRepeats = 1000
const longestPattern = 2000
const deepest = 50
const longestText = 10_000

/**
 * Makes a text that fits a simple pattern: literals, classes, groups, alternatives and counts. `undefined` for what it does not
 * understand (look-around, back references, word boundaries), and where no text has the wanted length.
 */
export function samplePattern(
  pattern: string,
  { least = 0, most = Infinity }: { readonly least?: number; readonly most?: number } = {},
): string | undefined {
  try {
    const parts = read(pattern)
    for (let extra = 0; extra <= Math.min(least, mostRepeats); extra++) {
      const text = write(parts, extra)
      if (text.length >= least) return text.length <= most ? text : undefined
    }
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
  }
  return undefined
}

function read(pattern: string): Part {
  const reader: Reader = { text: pattern, at: 0 }
  const whole = readChoice(reader, 0)
  if (pattern.length > longestPattern || reader.at < pattern.length) throw new NotUnderstood()
  return whole
}

function readChoice(reader: Reader, depth: number): Part {
  if (depth > deepest) throw new NotUnderstood()
  const branches: (readonly Part[])[] = [readSequence(reader, depth)]
  while (reader.text[reader.at] === '|') {
    reader.at++
    branches.push(readSequence(reader, depth))
  }
  return { kind: 'choice', branches }
}

function readSequence(reader: Reader, depth: number): readonly Part[] {
  const parts: Part[] = []
  for (;;) {
    const next = reader.text[reader.at]
    if (next === undefined || next === '|' || next === ')') return parts
    if (next === '^' || next === '$') skipAnchor(reader, next, parts.length === 0)
    else parts.push(readCount(reader, readAtom(reader, depth)))
  }
}

/** An anchor where a text begins or ends anyway; elsewhere it would forbid the text. */
function skipAnchor(reader: Reader, anchor: string, isFirst: boolean): void {
  reader.at++
  const follows = reader.text[reader.at]
  const isLast = follows === undefined || follows === '|' || follows === ')'
  if (anchor === '^' ? !isFirst : !isLast) throw new NotUnderstood()
}

function readAtom(reader: Reader, depth: number): Part {
  const next = reader.text[reader.at++]
  if (next === '(') return readGroup(reader, depth)
  if (next === '[') return { kind: 'character', character: readClass(reader) }
  if (next === '\\') return { kind: 'character', character: readEscape(reader) }
  if (next === '.') return { kind: 'character', character: 'a' }
  if (next === undefined || '*+?{}]'.includes(next)) throw new NotUnderstood()
  return { kind: 'character', character: next }
}

function readGroup(reader: Reader, depth: number): Part {
  const opening = /^\?(?::|<[A-Za-z_$][\w$]*>)/.exec(reader.text.slice(reader.at))?.[0] ?? ''
  reader.at += opening.length
  if (opening === '' && reader.text[reader.at] === '?') throw new NotUnderstood()
  const group = readChoice(reader, depth + 1)
  if (reader.text[reader.at++] !== ')') throw new NotUnderstood()
  return group
}

const simpleEscapes: Readonly<Record<string, string>> = {
  d: '1',
  D: 'a',
  w: 'a',
  W: '-',
  s: ' ',
  S: 'a',
  t: '\t',
  n: '\n',
  r: '\r',
}

function readEscape(reader: Reader): string {
  const next = reader.text[reader.at++] ?? ''
  if (Object.hasOwn(simpleEscapes, next)) return simpleEscapes[next] ?? ''
  if (next === 'x' || next === 'u') {
    const digits = next === 'x' ? /^[\da-f]{2}/i : /^[\da-f]{4}/i
    const hex = digits.exec(reader.text.slice(reader.at))?.[0]
    if (hex === undefined) throw new NotUnderstood()
    reader.at += hex.length
    return String.fromCharCode(Number.parseInt(hex, 16))
  }
  // a letter or digit that is left is a boundary, a back reference or a property
  if (next === '' || /[A-Za-z0-9]/.test(next)) throw new NotUnderstood()
  return next
}

const candidates = ['a', 'A', '1', '-', '_', '.', ' ', '/', ':', '@', '+', '#', '!', '~']

/** The first character that a class allows. A class is judged by the pattern engine itself: it has no way to be slow. */
function readClass(reader: Reader): string {
  const end = endOfClass(reader)
  const body = reader.text.slice(reader.at - 1, end + 1)
  reader.at = end + 1
  const allowed = classOf(body)
  const found = candidates.find(each => allowed.test(each)) ?? firstListed(body, allowed)
  if (found === undefined) throw new NotUnderstood()
  return found
}

function endOfClass({ text, at }: Reader): number {
  for (let place = at; place < text.length; place++) {
    if (text[place] === '\\') place++
    else if (text[place] === ']') return place
  }
  throw new NotUnderstood()
}

function classOf(body: string): RegExp {
  try {
    return new RegExp(`^${body}$`, 'u')
  } catch {
    // patterns in documents escape more than the strict grammar allows
  }
  try {
    return new RegExp(`^${body}$`)
  } catch {
    throw new NotUnderstood()
  }
}

function firstListed(body: string, allowed: RegExp): string | undefined {
  for (let code = 0x21; code < 0x7f; code++) {
    const character = String.fromCharCode(code)
    if (allowed.test(character)) return character
  }
  return [...body].find(each => allowed.test(each))
}

function readCount(reader: Reader, part: Part): Part {
  const counted = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(reader.text.slice(reader.at))
  if (counted === null) return part
  reader.at += counted[0].length
  const [, sign, first, comma, second] = counted
  if (sign !== undefined) {
    return { kind: 'repeat', part, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity }
  }
  const least = Number(first)
  const most = comma === undefined ? least : second === '' ? Infinity : Number(second)
  if (least > mostRepeats || most < least) throw new NotUnderstood()
  return { kind: 'repeat', part, least, most }
}

/** Writes the first alternative of everything; what may repeat does so `extra` times more than it must. */
function write(part: Part, extra: number): string {
  if (part.kind === 'character') return part.character
  const [once, count] =
    part.kind === 'choice'
      ? [(part.branches[0] ?? []).map(each => write(each, extra)).join(''), 1]
      : [write(part.part, extra), Math.min(part.least + extra, part.most)]
  if (once.length * count > longestText) throw new NotUnderstood()
  return once.repeat(count)
}
