// RFC 6749 §3.1, §3.2, App. B
import { type Refusal, refuse } from './errors.ts'
import { type HttpRequest, singleHeader } from './http.ts'

/** Parameters of a request, each at most once, except those that a specification lets repeat. */
export type Parameters = {
  /** The value, or `undefined` when it was not sent or was sent empty. @spec RFC 6749 §3.1 */
  readonly get: (name: string) => string | undefined
  /** Every value of a parameter that may repeat, such as `resource`. @spec RFC 8707 §2 */
  readonly all: (name: string) => readonly string[]
  /** The names that were sent, with or without a value. */
  readonly names: readonly string[]
}

/** What a form may hold at the most: characters of the whole and number of parameters. */
export type FormLimits = { readonly maxLength: number; readonly maxParameters: number }

/** Limits that no honest request meets. */
export const defaultFormLimits: FormLimits = { maxLength: 32_768, maxParameters: 64 }

/** Values by name: a text, or several where the parameter came more than once. */
type FormValues = ReadonlyMap<string, string | readonly string[]>
type ParseOptions = { readonly repeatable?: readonly string[]; readonly limits?: FormLimits }

/**
 * Parses `application/x-www-form-urlencoded` text, strictly: a broken escape, a NUL or a parameter that came twice is refused.
 * @spec RFC 6749 §3.1, §3.2 and App. B
 * @errors invalid_request: too long, too many parameters, broken encoding, repeated parameter
 */
export function parseForm(text: string, options: ParseOptions = {}): Parameters | Refusal<'invalid_request'> {
  const { repeatable = [], limits = defaultFormLimits } = options
  if (text.length > limits.maxLength)
    return refuse('invalid_request', `the parameters are longer than ${limits.maxLength} characters`)
  const pairs = text === '' ? [] : text.split('&', limits.maxParameters + 1)
  if (pairs.length > limits.maxParameters)
    return refuse('invalid_request', `more than ${limits.maxParameters} parameters were sent`)
  const values = new Map<string, string | readonly string[]>()
  for (const pair of pairs) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
    if (name === undefined || value === undefined)
      return refuse('invalid_request', 'the parameters are not valid application/x-www-form-urlencoded UTF-8')
    const earlier = values.get(name)
    if (earlier !== undefined && !repeatable.includes(name))
      return refuse('invalid_request', `the parameter ${quoted(name)} was sent more than once`)
    values.set(name, earlier === undefined ? value : [...listOf(earlier), value])
  }
  return new FormParameters(values)
}

/**
 * Parses the form in a request's body.
 * @spec RFC 6749 §3.2
 * @errors invalid_request: not a form, too large, broken encoding, repeated parameter
 */
export function parseBody(request: HttpRequest, options: ParseOptions = {}): Parameters | Refusal<'invalid_request'> {
  const type = singleHeader(request.headers, 'content-type')
  if (type === undefined || !isForm(type))
    return refuse('invalid_request', 'the body must be application/x-www-form-urlencoded')
  if (request.body === undefined) return refuse('invalid_request', 'the body is too large or not UTF-8')
  return parseForm(request.body, options)
}

function isForm(contentType: string): boolean {
  const end = contentType.indexOf(';')
  return (
    (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase() === 'application/x-www-form-urlencoded'
  )
}

/** A class and no literal, because its methods are made once and not for each request. */
class FormParameters implements Parameters {
  readonly #values: FormValues

  constructor(values: FormValues) {
    this.#values = values
  }

  get names(): readonly string[] {
    return [...this.#values.keys()]
  }

  get(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'object' ? value.find(each => each !== '') : value || undefined
  }

  all(name: string): readonly string[] {
    return listOf(this.#values.get(name) ?? '').filter(value => value !== '')
  }
}

function listOf(values: string | readonly string[]): readonly string[] {
  return typeof values === 'string' ? [values] : values
}

const needsDecoding = /[%+\0]/

function decode(text: string): string | undefined {
  if (!needsDecoding.test(text)) return text
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}

function quoted(name: string): string {
  return `\`${name.length > 64 ? `${name.slice(0, 64)}…` : name}\``
}
