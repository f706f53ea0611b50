// RFC 9110 §5.3
import type { IncomingMessage } from 'node:http'
import type { HttpHeaders } from '@ambit/protocol'
import { listFields } from './header-fields.ts'

/**
 * Header fields as the core wants them: a field that came more than once is an array, unless its definition is a list, which is
 * joined. `node:http` by itself drops the second `authorization`, `content-type` and `host` without a word.
 * @spec RFC 9110 §5.3
 */
export function nodeHeaders(incoming: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): HttpHeaders {
  const { headers, rawHeaders } = incoming
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
