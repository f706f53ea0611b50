// RFC 6750 §2, RFC 9700 §4.3.2
import { type HttpRequest, type Refusal, refuse } from '@ambit/protocol'

/** A request as a guard sees it; it reads the headers, and looks into query and form for a second token. */
export type GuardedRequest = Pick<HttpRequest, 'headers' | 'query' | 'body'> & Partial<HttpRequest>

/** The one token of a request, or that none was sent. */
export type FoundToken = { readonly kind: 'token'; readonly token: string } | { readonly kind: 'none' }

const none: FoundToken = { kind: 'none' }
const tokenSyntax = /^[A-Za-z0-9\-._~+/]+=*$/
const parameterName = /(?:^|&)access_token=/

/**
 * Finds the bearer token in the `Authorization` field, the only place where it is looked for.
 * A token in the query, a form or a cookie does not count as sent.
 * @spec RFC 6750 §2.1
 * @errors invalid_request: several `Authorization` fields, a token that is no b64token, a second token beside the field
 */
export function findBearerToken(request: GuardedRequest): FoundToken | Refusal<'invalid_request'> {
  const field = request.headers['authorization']
  if (field === undefined) return none
  if (typeof field !== 'string')
    return refuse('invalid_request', 'one `Authorization` field is wanted, several were sent')
  const [scheme = '', ...rest] = field.trim().split(/ +/)
  if (scheme.toLowerCase() !== 'bearer') return none
  const token = rest.join(' ')
  if (!tokenSyntax.test(token)) return refuse('invalid_request', 'after `Bearer` one token is wanted')
  if (parameterName.test(request.query))
    return refuse('invalid_request', 'the token was also sent in the query; the `Authorization` field alone is wanted')
  if (isForm(request) && parameterName.test(request.body ?? ''))
    return refuse('invalid_request', 'the token was also sent in the form; the `Authorization` field alone is wanted')
  return { kind: 'token', token }
}

function isForm({ headers }: GuardedRequest): boolean {
  const type = headers['content-type']
  return typeof type === 'string' && /^application\/x-www-form-urlencoded *(?:;|$)/i.test(type.trim())
}
