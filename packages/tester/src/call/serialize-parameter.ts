// OpenAPI 3.2 §4.12; RFC 6570 §3.2; RFC 3986 §2.1
import type { ApiParameter, ParameterStyle } from '../target/api-operation.ts'
import { isObject } from './resolve-schema.ts'

/** A parameter as it stands in the request, or why it has no form there. */
export type Serialized =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: string }

/** The parts of a parameter that decide how it is written. */
export type WrittenParameter = Pick<ApiParameter, 'name' | 'in' | 'style' | 'isExploded' | 'mediaType'>

type Flat =
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'list'; readonly texts: readonly string[] }
  | { readonly kind: 'members'; readonly members: readonly (readonly [name: string, text: string])[] }

/** Percent-encodes all but what RFC 3986 leaves alone. @spec RFC 3986 §2.3 */
export function percentEncode(text: string): string {
  const whole = text.toWellFormed()
  return encodeURIComponent(whole).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Writes a value: in a query and a cookie with its name, elsewhere without. */
export function serializeParameter(parameter: WrittenParameter, value: unknown): Serialized {
  const written = write(parameter, value)
  if (parameter.in !== 'header' || written.kind === 'none') return written
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(parameter.name)) return none('this is no name of a header field')
  return fieldText.test(written.text) ? written : none('its value cannot stand in a header field')
}

/** @spec RFC 9110 §5.5 */
const fieldText = /^[\t\x20-\x7e\x80-\xff]*$/

function write(parameter: WrittenParameter, value: unknown): Serialized {
  const encode = parameter.in === 'header' ? (text: string) => text : percentEncode
  const named = parameter.in === 'query' || parameter.in === 'cookie' ? `${percentEncode(parameter.name)}=` : ''
  if (parameter.mediaType !== undefined) return writeContent(parameter.mediaType, value, text => named + encode(text))
  const flat = flatten(value, encode)
  if (flat === undefined) return none('a list or object within a list or object has no form in a parameter')
  const style = parameter.style ?? defaultStyle(parameter.in)
  const isExploded = parameter.isExploded ?? (style === 'form' || style === 'cookie')
  const text = writers[style]({ name: percentEncode(parameter.name), isExploded, flat })
  return text === undefined ? none(`the style \`${style}\` has no form for such a value`) : { kind: 'text', text }
}

function defaultStyle(place: ApiParameter['in']): ParameterStyle {
  return place === 'query' || place === 'cookie' ? 'form' : 'simple'
}

function writeContent(mediaType: string, value: unknown, finish: (text: string) => string): Serialized {
  if (/[/+]json\b/i.test(mediaType)) return { kind: 'text', text: finish(JSON.stringify(value)) }
  if (typeof value === 'string') return { kind: 'text', text: finish(value) }
  return none(`\`${mediaType}\` is not written into a parameter`)
}

function flatten(value: unknown, encode: (text: string) => string): Flat | undefined {
  if (Array.isArray(value)) {
    const texts = value.map(textOf)
    return texts.includes(undefined)
      ? undefined
      : { kind: 'list', texts: texts.filter(text => text !== undefined).map(encode) }
  }
  if (!isObject(value)) return { kind: 'one', text: encode(textOf(value) ?? '') }
  const members: [string, string][] = []
  for (const [name, member] of Object.entries(value)) {
    const text = textOf(member)
    if (text === undefined) return undefined
    members.push([encode(name), encode(text)])
  }
  return { kind: 'members', members }
}

/** A text, number or boolean as text, nothing as an empty one; `undefined` for a list or an object. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

type Written = { readonly name: string; readonly isExploded: boolean; readonly flat: Flat }
type Writer = (written: Written) => string | undefined

const writers: Readonly<Record<ParameterStyle, Writer>> = {
  simple: ({ flat, isExploded }) => joined(flat, ',', isExploded),
  label: ({ flat, isExploded }) => `.${joined(flat, isExploded ? '.' : ',', isExploded)}`,
  matrix: ({ name, flat, isExploded }) => {
    if (!isExploded || flat.kind === 'one') return `;${named(name, joined(flat, ',', false))}`
    return pairs(name, flat)
      .map(([key, text]) => `;${named(key, text)}`)
      .join('')
  },
  form: writeForm,
  cookie: written => writeForm(written)?.replaceAll('&', '; '),
  spaceDelimited: written => writeDelimited(written, '%20'),
  pipeDelimited: written => writeDelimited(written, '%7C'),
  tabDelimited: written => writeDelimited(written, '%09'),
  deepObject: ({ name, flat }) =>
    flat.kind === 'members' ? flat.members.map(([key, text]) => `${name}%5B${key}%5D=${text}`).join('&') : undefined,
}

function writeForm({ name, flat, isExploded }: Written): string {
  if (!isExploded) return `${name}=${joined(flat, ',', false)}`
  return pairs(name, flat)
    .map(([key, text]) => `${key}=${text}`)
    .join('&')
}

function writeDelimited(written: Written, delimiter: string): string | undefined {
  if (written.isExploded) return writeForm(written)
  return written.flat.kind === 'one' ? writeForm(written) : `${written.name}=${joined(written.flat, delimiter, false)}`
}

function joined(flat: Flat, delimiter: string, isExploded: boolean): string {
  if (flat.kind === 'one') return flat.text
  if (flat.kind === 'list') return flat.texts.join(delimiter)
  return flat.members
    .map(([key, text]) => (isExploded ? `${key}=${text}` : `${key}${delimiter}${text}`))
    .join(delimiter)
}

function pairs(name: string, flat: Flat): readonly (readonly [string, string])[] {
  if (flat.kind === 'one') return [[name, flat.text]]
  return flat.kind === 'list' ? flat.texts.map(text => [name, text] as const) : flat.members
}

/** An empty value has no equals sign in the matrix style. @spec RFC 6570 §3.2.7 */
function named(name: string, text: string): string {
  return text === '' ? name : `${name}=${text}`
}

function none(reason: string): Serialized {
  return { kind: 'none', reason }
}
