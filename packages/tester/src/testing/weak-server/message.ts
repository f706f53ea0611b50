// RFC 9110 §3, §8.3; RFC 6265 §4.2
import { fieldValue, type HeaderField, type ReceivedResponse, type SentRequest } from '../../wire/exchange.ts'

/** A request, as endpoints read it. */
export type WeakRequest = {
  readonly sent: SentRequest
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Empty where the body is no form. */
  readonly form: URLSearchParams
  readonly cookies: ReadonlyMap<string, string>
}

/** Takes a request apart. */
export function readRequest(sent: SentRequest): WeakRequest {
  const url = new URL(`${sent.origin}${sent.target}`)
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(fieldValue(sent.headers, 'content-type') ?? '')
  const pairs = (fieldValue(sent.headers, 'cookie') ?? '').split(/; */).map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=')
    return [name, value.join('=')]
  })
  return {
    sent,
    method: sent.method,
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(isForm ? (sent.body ?? '') : ''),
    cookies: new Map(pairs),
  }
}

const noStore: HeaderField = ['cache-control', 'no-store']

/** An answer of JSON that nobody keeps. */
export function json(body: unknown, status = 200, headers: readonly HeaderField[] = []): ReceivedResponse {
  const type: HeaderField = ['content-type', 'application/json']
  return { status, headers: [type, noStore, ...headers], body: JSON.stringify(body), isCut: false }
}

/** An answer without a body. */
export function empty(status: number, headers: readonly HeaderField[] = []): ReceivedResponse {
  return { status, headers: [noStore, ...headers], body: '', isCut: false }
}

/** Sends the browser elsewhere; it goes on with GET. @spec RFC 9110 §15.4.4 */
export function redirect(location: string, headers: readonly HeaderField[] = [], status = 303): ReceivedResponse {
  return empty(status, [['location', location], ...headers])
}

/** A page. */
export function html(body: string, status = 200, headers: readonly HeaderField[] = []): ReceivedResponse {
  return { status, headers: [['content-type', 'text/html; charset=utf-8'], noStore, ...headers], body, isCut: false }
}

/** An error of an endpoint that machines talk to. @spec RFC 6749 §5.2 */
export function refusal(
  error: string,
  description: string,
  { status = 400, headers = [] }: { readonly status?: number; readonly headers?: readonly HeaderField[] } = {},
): ReceivedResponse {
  return json({ error, error_description: description }, status, headers)
}

/** Text that stands in HTML as text. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
