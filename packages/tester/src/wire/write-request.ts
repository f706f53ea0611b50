// RFC 9112 §2.1, §3, §5; RFC 9110 §8.6
import { fieldValue, type HeaderField, type SentRequest } from './exchange.ts'

/** Methods whose requests nobody may send a second time on his own. @spec RFC 9110 §9.2.2 */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
const methodsWithContent = new Set(['POST', 'PUT', 'PATCH'])

/**
 * The bytes of a request. Method, target, names and values stand as they are, in UTF-8, also where they break the grammar: what
 * comes from a configuration is judged by `problemOfField` first. Added are `host` and `content-length`, where absent.
 */
export function encodeRequest(request: SentRequest): Uint8Array<ArrayBuffer> {
  const { method, target, body = '' } = request
  const lines = requestFields(request).map(([name, value]) => `${name}: ${value}\r\n`)
  return new TextEncoder().encode(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

/** The fields that are sent, those included which the client adds. */
function requestFields(request: SentRequest): readonly HeaderField[] {
  const { headers, origin } = request
  const host: readonly HeaderField[] = fieldValue(headers, 'host') === undefined ? [['host', new URL(origin).host]] : []
  return [...host, ...headers, ...lengthOf(request)]
}

/** A length, where there is content or the method makes one expect some. @spec RFC 9110 §8.6 */
function lengthOf({ method, headers, body }: SentRequest): readonly HeaderField[] {
  if (body === undefined && !methodsWithContent.has(method)) return []
  const isFramed = ['content-length', 'transfer-encoding'].some(name => fieldValue(headers, name) !== undefined)
  return isFramed ? [] : [['content-length', String(byteLength(body ?? ''))]]
}

/**
 * Whether client and server surely agree about where a request ends, so that the connection can be used again afterwards.
 * @spec RFC 9112 §9.3, §11.2
 */
export function isOrderly({ method, target, headers, body = '' }: SentRequest): boolean {
  if (!/^[A-Z]+$/.test(method) || !/^[\x21-\x7e]+$/.test(target)) return false
  if (headers.some(field => problemOfField(field) !== undefined)) return false
  if (['transfer-encoding', 'connection', 'upgrade', 'expect'].some(name => fieldValue(headers, name) !== undefined))
    return false
  return (fieldValue(headers, 'content-length') ?? String(byteLength(body))) === String(byteLength(body))
}

/** Whether a request may go out on a connection that waited, where it would have to be sent again if that one just closed. */
export function maySendAgain(request: SentRequest): boolean {
  return idempotent.has(request.method) && isOrderly(request)
}

/** Why a name and value are no header field; `undefined` where they are one. @spec RFC 9110 §5.1, §5.5 */
export function problemOfField([name, value]: HeaderField): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return `\`${shown(name)}\` is no name of a header field`
  if (hasControl(value)) return `the value of \`${name}\` has a line break or another control character`
  return undefined
}

function hasControl(value: string): boolean {
  return [...value].some(char => (char < ' ' && char !== '\t') || char === '\u007f')
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40)).slice(1, -1)
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
