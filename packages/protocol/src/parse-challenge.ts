// RFC 9110 §11.3, §11.6.1
/** One challenge of a `WWW-Authenticate` field. */
export type Challenge = {
  /** In lower case, since the name of a scheme has no case. @spec RFC 9110 §11.1 */
  readonly scheme: string
  /** Values by the parameter's name in lower case; quoted strings without their quotes and escapes. @spec RFC 9110 §11.2 */
  readonly parameters: ReadonlyMap<string, string>
  /** What stands in the place of parameters in schemes such as `Negotiate`. @spec RFC 9110 §11.2 */
  readonly token68?: string
}

const longestField = 8192
const mostElements = 128

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const quoted = '"((?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*)"'
const elementSyntax = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/y
const parameterSyntax = new RegExp(`^(${token})[ \\t]*=[ \\t]*(?:(${token})|${quoted})$`)
const beginSyntax = new RegExp(`^(${token})(?: +(.+))?$`)
const token68Syntax = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Parses `WWW-Authenticate`, in one field or several: any number of challenges, each with any number of parameters.
 * `undefined` where it breaks the grammar anywhere, names a parameter twice, or is longer than any honest answer.
 * @spec RFC 9110 §11.6.1
 * @example
 * parseChallenges('Bearer error="insufficient_scope", scope="read_pets", DPoP algs="ES256"')
 */
export function parseChallenges(field: string | readonly string[]): readonly Challenge[] | undefined {
  const elements = divide(typeof field === 'string' ? field : field.join(', '))
  const challenges: OpenChallenge[] = []
  for (const element of elements ?? []) {
    const parameter = parseParameter(element)
    const taker = parameter ? challenges.at(-1) : begin(element)
    if (taker === undefined) return undefined
    if (parameter && !add(taker, parameter)) return undefined
    if (!parameter) challenges.push(taker)
  }
  return elements && challenges
}

type OpenChallenge = Challenge & { readonly parameters: Map<string, string> }
type Parameter = { readonly name: string; readonly value: string }

/** The elements of a list, of which a quoted comma divides none. @spec RFC 9110 §5.6.1.2 */
function divide(text: string): readonly string[] | undefined {
  if (text.length > longestField) return undefined
  const elements: string[] = []
  for (let at = 0; at < text.length; at++) {
    elementSyntax.lastIndex = at
    const [element = ''] = elementSyntax.exec(text) ?? []
    at += element.length
    if (at < text.length && text[at] !== ',') return undefined
    const trimmed = element.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')
    if (trimmed !== '') elements.push(trimmed)
    if (elements.length > mostElements) return undefined
  }
  return elements
}

function parseParameter(text: string): Parameter | undefined {
  const [, name, plain, inQuotes = ''] = parameterSyntax.exec(text) ?? []
  return name === undefined ? undefined : { name: name.toLowerCase(), value: plain ?? inQuotes.replace(/\\(.)/g, '$1') }
}

function begin(element: string): OpenChallenge | undefined {
  const [, scheme, rest] = beginSyntax.exec(element) ?? []
  if (scheme === undefined) return undefined
  const challenge = { scheme: scheme.toLowerCase(), parameters: new Map<string, string>() }
  if (rest === undefined) return challenge
  const parameter = parseParameter(rest)
  if (parameter) return add(challenge, parameter) ? challenge : undefined
  return token68Syntax.test(rest) ? { ...challenge, token68: rest } : undefined
}

/** @spec RFC 9110 §11.2: each name once in a challenge, and none beside a token68 */
function add({ parameters, token68 }: OpenChallenge, { name, value }: Parameter): boolean {
  const isFree = token68 === undefined && !parameters.has(name)
  if (isFree) parameters.set(name, value)
  return isFree
}
