// RFC 9110 §11.2, §11.6.1
import { fieldValues, type HeaderField } from './exchange.ts'

/** One challenge of `WWW-Authenticate`, as the tester reads it. */
type ReadChallenge = {
  readonly scheme: string
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>
  readonly token68?: string
}

/** All challenges of an answer, and what is wrong with how they are written. */
export type ReadChallenges = { readonly challenges: readonly ReadChallenge[]; readonly problems: readonly string[] }

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y
const parameter =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)")/y
const equals = /[ \t]*=/y
const blanks = /[ \t]*/y
const commas = /[ \t,]*/y
const elementEnd = /[ \t]*(?:,|$)/y

/** Reads the challenges of an answer by the grammar alone, and notes whatever does not fit it. Several fields are one list. */
export function readChallenges(headers: readonly HeaderField[]): ReadChallenges {
  const text = fieldValues(headers, 'www-authenticate').join(', ')
  const reading: Reading = { text, challenges: [], problems: [] }
  let at = endOf(commas, text, 0)
  while (at < text.length) at = endOf(commas, text, readElement(reading, at))
  return reading
}

type Making = {
  readonly scheme: string
  readonly parameters: Map<string, string>
  /** Whether blanks stand behind the scheme, as parameters want it. */
  readonly isOpen: boolean
  token68?: string
}
type Reading = { readonly text: string; readonly challenges: Making[]; readonly problems: string[] }

/** Reads a parameter, or a scheme with what stands behind it; the place where reading goes on. */
function readElement(reading: Reading, at: number): number {
  const { text, problems } = reading
  const found = match(parameter, text, at)
  if (found !== null) return readParameter(reading, at, found)
  const name = match(token, text, at)?.[0]
  if (name === undefined) {
    problems.push(`at character ${at + 1} there is neither a scheme nor a parameter`)
    return nextElement(text, at)
  }
  const behind = at + name.length
  if (match(equals, text, behind) === null) return readScheme(reading, name, behind)
  problems.push(`the value of ${shown(name)} is neither a token nor a quoted string`)
  return nextElement(text, behind)
}

function readParameter({ text, challenges, problems }: Reading, at: number, found: RegExpExecArray): number {
  const [whole, written = '', plain, quoted = ''] = found
  const name = written.toLowerCase()
  const challenge = challenges.at(-1)
  const behind = at + whole.length
  if (challenge === undefined || challenge.token68 !== undefined) problems.push(`${shown(name)} belongs to no scheme`)
  else if (!challenge.isOpen) problems.push(`a space is wanted behind the scheme ${shown(challenge.scheme)}`)
  if (challenge?.parameters.has(name) === true) problems.push(`${shown(name)} comes twice in one challenge`)
  // only quoted, for the sake of old readers: RFC 9110 §11.5
  if (name === 'realm' && plain !== undefined) problems.push('`realm` must be a quoted string')
  challenge?.parameters.set(name, plain ?? quoted.replaceAll(/\\(.)/gs, '$1'))
  if (match(elementEnd, text, behind) !== null) return behind
  problems.push(`a comma is wanted behind ${shown(name)}`)
  // a parameter is one without its comma as well; anything else is the rest of a value that wanted quotes
  const next = endOf(blanks, text, behind)
  return match(parameter, text, next) === null ? nextElement(text, behind) : next
}

function readScheme({ text, challenges, problems }: Reading, scheme: string, behind: number): number {
  const at = endOf(blanks, text, behind)
  const made: Making = { scheme, parameters: new Map(), isOpen: at > behind }
  challenges.push(made)
  if (match(elementEnd, text, behind) !== null) return at
  if (text.slice(behind, at).includes('\t') || at === behind)
    problems.push(`a space is wanted behind the scheme ${shown(scheme)}`)
  if (match(parameter, text, at) !== null) return at
  const credentials = match(token68, text, at)?.[0]
  if (credentials !== undefined) {
    made.token68 = credentials
    return at + credentials.length
  }
  problems.push(`what stands behind the scheme ${shown(scheme)} is neither a parameter nor a credential`)
  return at
}

/** What was sent may stand in the challenge again; only short words are shown. */
function shown(word: string): string {
  return word.length > 30 ? `a word of ${word.length} characters` : `\`${word}\``
}

function nextElement(text: string, at: number): number {
  const comma = text.indexOf(',', at)
  return comma === -1 ? text.length : comma
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function endOf(pattern: RegExp, text: string, at: number): number {
  return at + (match(pattern, text, at)?.[0].length ?? 0)
}
