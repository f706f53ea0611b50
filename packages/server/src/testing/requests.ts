import { type HttpRequest, type HttpResponse, printForm } from '@ambit/protocol'

type Parts = Partial<HttpRequest> & {
  readonly form?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly basic?: readonly [clientId: string, secret: string]
}

/** A request value; with `form` a POST with that body, with `basic` one that authenticates a client. */
export function request({ form, basic, ...parts }: Parts = {}): HttpRequest {
  const { headers, ...rest } = parts
  return {
    method: form ? 'POST' : 'GET',
    path: '/',
    query: '',
    body: form ? printRepeated(form) : '',
    remoteAddress: '192.0.2.1',
    ...rest,
    headers: {
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(basic && { authorization: basicHeader(...basic) }),
      ...headers,
    },
  }
}

/** The `Authorization` header of client_secret_basic. @spec RFC 6749 §2.3.1 */
export function basicHeader(clientId: string, secret: string): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}`
}

/** The JSON object in the body of a response. */
export function bodyOf(response: HttpResponse): Record<string, unknown> {
  return JSON.parse(response.body) as Record<string, unknown>
}

/** Status and error code of a response, such as `400 invalid_grant`; `200` for a success. */
export function outcomeOf(response: HttpResponse): string {
  return response.status === 200 ? '200' : `${response.status} ${String(bodyOf(response)['error'])}`
}

function printRepeated(form: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  return Object.entries(form)
    .flatMap(([name, value]) => (typeof value === 'object' ? value : [value]).map(each => printForm({ [name]: each })))
    .filter(pair => pair !== '')
    .join('&')
}
