// RFC 6749 §3.1, §3.2, App. B
import type { HeaderField, SentRequest } from '../wire/exchange.ts'

/** A parameter; a name may come twice. */
export type Pair = readonly [name: string, value: string]

/** A form, posted. @spec RFC 6749 App. B */
export function postForm(url: string, pairs: readonly Pair[], headers: readonly HeaderField[] = []): SentRequest {
  const type: HeaderField = ['content-type', 'application/x-www-form-urlencoded']
  return { ...lineOf(url, 'POST'), headers: [accept, type, ...headers], body: printPairs(pairs) }
}

/** A document, fetched. */
export function getDocument(url: string): SentRequest {
  return { ...lineOf(url, 'GET'), headers: [accept] }
}

/** Prints parameters as a form or query. @spec RFC 6749 App. B */
function printPairs(pairs: readonly Pair[]): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()
}

/** An address with parameters added to those that it has. @spec RFC 6749 §3.1 */
export function withQuery(url: string, pairs: readonly Pair[]): string {
  const separator = url.includes('?') ? '&' : '?'
  return `${url}${separator}${printPairs(pairs)}`
}

const accept: HeaderField = ['accept', 'application/json']

function lineOf(url: string, method: string): Pick<SentRequest, 'method' | 'origin' | 'target'> {
  const { origin, pathname, search } = new URL(url)
  return { method, origin, target: `${pathname}${search}` }
}
