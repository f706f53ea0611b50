// RFC 9110 §6.4, Fetch §5.5
import type { HttpResponse } from './http.ts'

/** Whether an answer of this status never has content. @spec RFC 9110 §6.4.1 */
export function isWithoutContent(status: number): boolean {
  return status === 204 || status === 304
}

/** A response value as fetch's `Response`; the answer to HEAD tells its length and has no content. @spec RFC 9110 §9.3.2 */
export function fetchResponse({ status, headers, body }: HttpResponse, method: string): Response {
  const fields = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const line of typeof value === 'string' ? [value] : value) fields.append(name, line)
  }
  if (isWithoutContent(status)) return new Response(null, { status, headers: fields })
  fields.set('content-length', String(new TextEncoder().encode(body).length))
  return new Response(method === 'HEAD' ? null : body, { status, headers: fields })
}
