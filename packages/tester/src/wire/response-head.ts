// RFC 9112 §4, §5, §6.3
import { fieldValue, fieldValues, type HeaderField } from './exchange.ts'

/** What stands before the body of an answer. */
export type ResponseHead = {
  readonly status: number
  /** Minor version of HTTP/1. */
  readonly minor: number
  readonly headers: readonly HeaderField[]
}

/** How the end of a body is known. @spec RFC 9112 §6.3 */
export type Framing =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }
  | { readonly kind: 'malformed'; readonly problem: string }

/** Reads a status line; `undefined` where it is none. @spec RFC 9112 §4 */
export function readStatusLine(line: string): Pick<ResponseHead, 'status' | 'minor'> | undefined {
  const found = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\0]*)?$/.exec(line)
  return found === null ? undefined : { minor: Number(found[1]), status: Number(found[2]) }
}

/** Reads a field line; `undefined` where it is none. @spec RFC 9112 §5 */
export function readFieldLine(line: string): HeaderField | undefined {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  const value = line.slice(colon + 1)
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || /[\r\0]/.test(value)) return undefined
  return [name, trimBlank(value)]
}

/** Without blanks around it; by hand, because a regular expression would be quadratic. */
function trimBlank(text: string): string {
  const isBlank = (at: number) => text[at] === ' ' || text[at] === '\t'
  let start = 0
  let end = text.length
  while (start < end && isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return text.slice(start, end)
}

/** How the body of an answer ends, by the request's method and the answer's head. @spec RFC 9112 §6.3 */
export function framingOf(method: string, { status, minor, headers }: ResponseHead): Framing {
  if (status === 101) return { kind: 'close' }
  if (method === 'HEAD' || status === 204 || status === 304) return { kind: 'length', length: 0 }
  if (method === 'CONNECT' && status >= 200 && status < 300) return { kind: 'close' }
  const coding = fieldValue(headers, 'transfer-encoding')
  const lengths = new Set(fieldValues(headers, 'content-length').flatMap(value => value.split(',').map(trimBlank)))
  if (coding !== undefined && lengths.size > 0) return malformed('it has both a length and a transfer coding')
  if (coding !== undefined && minor === 0) return malformed('HTTP/1.0 knows no transfer coding')
  if (coding !== undefined) return { kind: /(?:^|[ \t,])chunked$/i.test(coding) ? 'chunked' : 'close' }
  const [length, other] = lengths
  if (length === undefined) return { kind: 'close' }
  if (other !== undefined) return malformed('it has two lengths that differ')
  return /^\d{1,15}$/.test(length) ? { kind: 'length', length: Number(length) } : malformed('its length is no number')
}

function malformed(problem: string): Framing {
  return { kind: 'malformed', problem }
}
