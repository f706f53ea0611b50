// RFC 6750 §3, RFC 9457 §3
import { type ErrorCodeAt, errorCodes, type HttpResponse, printChallenge, type Refusal } from '@ambit/protocol'
import { printScope, type ScopeSet } from '@ambit/scope'

/** What a refusal tells about the operation that was asked for. */
export type RefusedOperation = { readonly realm: string; readonly needed: ScopeSet; readonly missing: ScopeSet }

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
}

/** Asks for a token where none was sent: a challenge without an error code. @spec RFC 6750 §3.1 */
export function askForToken(operation: RefusedOperation): HttpResponse {
  const detail = 'an access token in the `Authorization` field is wanted'
  return problem(401, { detail, required_scope: operation.needed.tokens }, challenge(operation, {}))
}

/** Tells what is wrong with a token or request. @spec RFC 6750 §3.1 */
export function tellRefusal(refusal: Refusal<ErrorCodeAt<'resource'>>, operation: RefusedOperation): HttpResponse {
  const { error, description } = refusal
  const { status } = errorCodes[error]
  const scopes = membersOf(error, operation)
  return problem(
    status,
    { detail: description, error, ...scopes },
    challenge(operation, { error, error_description: description }),
  )
}

/** Tells that tokens cannot be checked now. @spec RFC 9110 §15.6.4 */
export function tellUnavailable(): HttpResponse {
  const detail = 'access tokens cannot be checked at the moment; try again'
  return problem(503, { detail }, { 'retry-after': '5' })
}

function challenge(
  { realm, needed }: RefusedOperation,
  error: { readonly error?: ErrorCodeAt<'resource'>; readonly error_description?: string },
): Readonly<Record<string, string>> {
  const isAboutToken = error.error !== 'invalid_request' && needed.size > 0
  const scope = isAboutToken ? printScope(needed) : undefined
  return { 'www-authenticate': printChallenge('Bearer', { realm, ...error, scope }) }
}

/** What is missing is known only of a token that was good. */
function membersOf(error: ErrorCodeAt<'resource'>, { needed, missing }: RefusedOperation): object {
  if (error === 'invalid_request') return {}
  const required = { required_scope: needed.tokens }
  return error === 'insufficient_scope' ? { ...required, missing_scope: missing.tokens } : required
}

function problem(status: number, members: object, headers: HttpResponse['headers']): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: JSON.stringify({ title: titles[status], status, ...members }),
  }
}
