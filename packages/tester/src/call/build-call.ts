// OpenAPI 3.2 §4.8, §4.12; RFC 6265 §4.2.1
import type { CallChange } from '../run/probe-context.ts'
import type { ApiOperation, ApiParameter } from '../target/api-operation.ts'
import type { ApiTarget } from '../target/target.ts'
import { fieldValues, type HeaderField, type SentRequest, withField } from '../wire/exchange.ts'
import { problemOfField } from '../wire/write-request.ts'
import { encodeBody } from './encode-body.ts'
import { calledBody, isSent, valueOf } from './operation-values.ts'
import { percentEncode, serializeParameter } from './serialize-parameter.ts'

type CalledApi = Pick<ApiTarget, 'origin' | 'headers'>
type Built =
  | { readonly kind: 'call'; readonly request: SentRequest }
  | { readonly kind: 'none'; readonly reason: string }
type Part = { readonly in: ApiParameter['in']; readonly name: string; readonly text: string }

/**
 * Builds the positive call of an operation without any credential, with the values of `change` instead of its own.
 * `undefined` where a value is missing that nobody knows: `whyNoCall` says which.
 * @example
 * buildCall(operation, api, { path: { petId: '7' }, body: { name: 'Rex' } })
 */
export function buildCall(operation: ApiOperation, api: CalledApi, change: CallChange = {}): SentRequest | undefined {
  const built = build(operation, api, change)
  return built.kind === 'call' ? built.request : undefined
}

/** Why an operation cannot be called, for people; `undefined` where it can. */
export function whyNoCall(operation: ApiOperation): string | undefined {
  const built = build(operation, { origin: '', headers: [] }, {})
  return built.kind === 'none' ? built.reason : undefined
}

function build(operation: ApiOperation, { origin, headers }: CalledApi, change: CallChange): Built {
  const parts: Part[] = []
  for (const parameter of operation.parameters) {
    const written = writeParameter(parameter, change, headers)
    if (written === undefined) continue
    if (written.kind === 'none') return missing(`\`${parameter.name}\``, written.reason)
    parts.push({ in: parameter.in, name: parameter.name, text: written.text })
  }
  const path = fillPath(operation.path, parts, change.path ?? {})
  const [lacking] = /\{[^{}]*\}/.exec(path) ?? []
  if (lacking !== undefined) return missing(`\`${lacking.slice(1, -1)}\``, 'no parameter describes it')
  const body = writeBody(operation, change)
  if (body?.kind === 'none') return missing('the body', body.reason)
  const query = [...textsIn(parts, 'query'), ...addedQuery(operation, change)].filter(text => text !== '').join('&')
  const request: SentRequest = {
    method: operation.method,
    origin,
    target: query === '' ? path : `${path}?${query}`,
    headers: headersOf(parts, body?.contentType),
    ...(body !== undefined && { body: body.text }),
  }
  const problem = problemOf(request)
  if (problem !== undefined) return { kind: 'none', reason: problem }
  return { kind: 'call', request: withField(withField(request, ...headers), ...(change.headers ?? [])) }
}

/** What of a document would be another request than it seems: names and values are written as they are. @spec RFC 9110 §5.5, §9.1 */
function problemOf({ method, headers }: SentRequest): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) return 'its method is no token'
  return headers.map(problemOfField).find(problem => problem !== undefined)
}

function missing(what: string, reason: string): Built {
  return { kind: 'none', reason: `${what}: ${reason}; give an example in the configuration` }
}

/** `undefined` where the parameter is not sent, or where the API's own header fields have it. */
function writeParameter(parameter: ApiParameter, change: CallChange, headers: readonly HeaderField[]) {
  const { name, in: place } = parameter
  const changed = place === 'query' ? change.query : place === 'path' ? change.path : undefined
  if (changed !== undefined && Object.hasOwn(changed, name)) {
    const value = percentEncode(changed[name] ?? '')
    return { kind: 'text', text: place === 'query' ? `${percentEncode(name)}=${value}` : value } as const
  }
  if (!isSent(parameter)) return undefined
  const fields = [...headers, ...(change.headers ?? [])]
  if (place === 'header' && fieldValues(fields, name).length > 0) return undefined
  const value = valueOf(parameter)
  if (value.kind === 'none') return value
  return serializeParameter(parameter, value.value)
}

/** Values of the change fill the template even where no parameter describes them. */
function fillPath(path: string, parts: readonly Part[], changed: Readonly<Record<string, string>>): string {
  const texts = new Map(Object.entries(changed).map(([name, value]) => [name, percentEncode(value)]))
  for (const part of parts) if (part.in === 'path') texts.set(part.name, part.text)
  const literal = path.replaceAll(/[^\x21-\x7e]/gu, percentEncode)
  return literal.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => texts.get(name) ?? whole)
}

function addedQuery({ parameters }: ApiOperation, { query = {} }: CallChange): readonly string[] {
  const known = new Set(parameters.filter(each => each.in === 'query').map(({ name }) => name))
  return Object.entries(query)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
}

function writeBody(operation: ApiOperation, change: CallChange) {
  if (change.body === undefined) return calledBody(operation)
  return encodeBody(operation.body?.mediaType ?? 'application/json', change.body)
}

function headersOf(parts: readonly Part[], contentType: string | undefined): readonly HeaderField[] {
  const cookies = textsIn(parts, 'cookie')
  const own = parts.filter(part => part.in === 'header').map(({ name, text }): HeaderField => [name, text])
  return [
    ['accept', 'application/json, */*;q=0.5'],
    ...own,
    ...(cookies.length === 0 ? [] : [['cookie', cookies.join('; ')] as const]),
    ...(contentType === undefined ? [] : [['content-type', contentType] as const]),
  ]
}

function textsIn(parts: readonly Part[], place: ApiParameter['in']): readonly string[] {
  return parts.filter(part => part.in === place).map(({ text }) => text)
}
