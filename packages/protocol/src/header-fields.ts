// RFC 9110 §5.3
import type { HttpHeaders } from './http.ts'

/** Fields whose definition lets them come in several lines, and what joins the lines; any other field may come once. */
const listFields: Readonly<Record<string, string>> = {
  accept: ', ',
  'accept-encoding': ', ',
  'accept-language': ', ',
  'cache-control': ', ',
  connection: ', ',
  // RFC 9113 §8.2.3
  cookie: '; ',
  forwarded: ', ',
  'if-match': ', ',
  'if-none-match': ', ',
  te: ', ',
  trailer: ', ',
  'transfer-encoding': ', ',
  upgrade: ', ',
  via: ', ',
  'x-forwarded-for': ', ',
}

/** Fields that are read here, that may come once, and whose value has no comma; where they have one, two lines were joined. */
const singleFields = ['authorization', 'dpop', 'host', 'origin'] as const

/** Header fields as `node:http` has them: gathered by name, and the lines as they came, names and values in turn. */
type NodeHeaders = { readonly headers: HttpHeaders; readonly rawHeaders: readonly string[] }

/**
 * Header fields of a `node:http` request as the core wants them: a field that came more than once is an array, unless its
 * definition is a list, which is joined. `node:http` by itself drops the second `authorization`, `content-type` and `host`
 * without a word.
 * @spec RFC 9110 §5.3
 */
export function nodeHeaders({ headers, rawHeaders }: NodeHeaders): HttpHeaders {
  return isEachOnce(headers, rawHeaders) ? headers : gather(rawHeaders)
}

function isEachOnce(headers: object, rawHeaders: readonly string[]): boolean {
  return Object.keys(headers).length * 2 === rawHeaders.length
}

function gather(rawHeaders: readonly string[]): HttpHeaders {
  const found = new Map<string, string[]>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    found.set(name, [...(found.get(name) ?? []), rawHeaders[index + 1] ?? ''])
  }
  return Object.fromEntries([...found].map(([name, values]) => [name, fieldValue(name, values)]))
}

function fieldValue(name: string, values: readonly string[]): string | readonly string[] {
  if (values.length === 1) return values[0] ?? ''
  const separator = listFields[name]
  return separator === undefined ? values : values.join(separator)
}

/**
 * Header fields of a fetch `Request` as the core wants them. `Headers` joins what came more than once by a comma and a space;
 * where a field has no commas of its own, it is divided again.
 * @spec RFC 9110 §5.3
 */
export function fetchHeaders(headers: Headers): HttpHeaders {
  const plain: Record<string, string | readonly string[]> = Object.fromEntries(headers)
  for (const name of singleFields) {
    const value = headers.get(name)
    if (value?.includes(',')) plain[name] = value.split(', ')
  }
  const types = headers.get('content-type')?.match(/(?:[^,"]|"[^"]*")+/g) ?? []
  if (types.length > 1) plain['content-type'] = types.map(type => type.trim())
  return plain
}
