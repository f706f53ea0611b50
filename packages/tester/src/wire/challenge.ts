// RFC 9110 §11.2, §11.6.1
import { fieldValues, type HeaderField } from './exchange.ts'

/** One challenge of `WWW-Authenticate`, as the tester reads it. */
export type ReadChallenge = {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
  readonly token68?: string
}

/** All challenges of an answer, and what is wrong with how they are written. */
export type ReadChallenges = { readonly challenges: readonly ReadChallenge[]; readonly problems: readonly string[] }

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
const token68 = /^[A-Za-z0-9\-._~+/]+=*(?=\s*(,|$))/
const quoted = /^"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"/

/** Reads the challenges of an answer by the grammar alone, and notes whatever does not fit it. */
export function readChallenges(headers: readonly HeaderField[]): ReadChallenges {
  const problems: string[] = []
  const challenges = fieldValues(headers, 'www-authenticate').flatMap(value => readField(value, problems))
  return { challenges, problems }
}

function readField(value: string, problems: string[]): readonly ReadChallenge[] {
  const found: { scheme: string; parameters: Map<string, string>; token68?: string }[] = []
  let rest = value.trim()
  while (rest !== '') {
    const name = token.exec(rest)?.[0]
    if (name === undefined) {
      problems.push(`\`${rest.slice(0, 20)}\` is no scheme or parameter`)
      break
    }
    const after = rest.slice(name.length)
    const last = found.at(-1)
    if (/^\s*=(?!=*\s*(,|$))/.test(after) && last !== undefined) rest = readParameter({ name, after, last, problems })
    else rest = readScheme({ name, after, found, problems })
    rest = rest.replace(/^[\s,]+/, '')
  }
  return found
}

type ParameterRest = {
  readonly name: string
  readonly after: string
  readonly last: { readonly parameters: Map<string, string> }
  readonly problems: string[]
}

function readParameter({ name, after, last, problems }: ParameterRest): string {
  const text = after.replace(/^\s*=\s*/, '')
  const whole = quoted.exec(text) ?? token.exec(text)
  if (whole === null) {
    problems.push(`the value of \`${name}\` is neither a token nor a quoted string`)
    return text.slice(Math.max(text.indexOf(','), 0)) === text ? '' : text.slice(text.indexOf(','))
  }
  const value = whole[1] === undefined ? whole[0] : whole[1].replaceAll(/\\(.)/g, '$1')
  if (last.parameters.has(name.toLowerCase())) problems.push(`\`${name}\` comes twice in one challenge`)
  last.parameters.set(name.toLowerCase(), value)
  const rest = text.slice(whole[0].length)
  if (!/^\s*(,|$)/.test(rest)) problems.push(`a comma is wanted behind \`${name}\``)
  return rest
}

type SchemeRest = {
  readonly name: string
  readonly after: string
  readonly found: { scheme: string; parameters: Map<string, string>; token68?: string }[]
  readonly problems: string[]
}

function readScheme({ name, after, found, problems }: SchemeRest): string {
  if (!/^(\s|,|$)/.test(after)) problems.push(`a space is wanted behind the scheme \`${name}\``)
  const made: { scheme: string; parameters: Map<string, string>; token68?: string } = {
    scheme: name,
    parameters: new Map(),
  }
  found.push(made)
  const rest = after.replace(/^\s+/, '')
  if (after === rest) return rest
  const credentials = token68.exec(rest)?.[0]
  if (credentials === undefined || /^[^=]+=[^=]/.test(rest)) return rest
  // a lone word in front of a comma may also be the next scheme; a credential is what ends the challenge
  made.token68 = credentials
  return rest.slice(credentials.length)
}
