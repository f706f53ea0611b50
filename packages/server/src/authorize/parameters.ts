// RFC 6749 §3.1, OpenID Connect Core §3.1.2.1
import { type HttpRequest, type Parameters, parseBody, parseForm, type Refusal, refuse } from '@ambit/protocol'

/** Parameters that a specification gives a meaning at the authorization endpoint. */
const known = [
  'acr_values',
  'authorization_details',
  'claims',
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'display',
  'dpop_jkt',
  'grant_id',
  'grant_management_action',
  'id_token_hint',
  'login_hint',
  'max_age',
  'nonce',
  'prompt',
  'redirect_uri',
  'registration',
  'request',
  'request_uri',
  'resource',
  'response_mode',
  'response_type',
  'scope',
  'state',
  'ui_locales',
] as const

/** Whether a name is one of a parameter that means something at the authorization endpoint. */
export function isAuthorizationParameter(name: string): boolean {
  return known.some(each => each === name)
}

/**
 * Reads an authorization request's parameters from the query, or from the body of a POST. One that came twice is let
 * through to `findRepeated`, so that the error can go to the client where the redirect URI is not in doubt.
 * @spec RFC 6749 §3.1, OpenID Connect Core §3.1.2.1
 * @errors invalid_request: not a form, too large, broken encoding
 */
export function readParameters(request: HttpRequest): Parameters | Refusal<'invalid_request'> {
  if (request.method === 'POST') return parseBody(request, { repeatable: known })
  return parseParameters(request.query)
}

/** Reads parameters as an interaction has kept them. @errors invalid_request: as `readParameters` */
export function parseParameters(text: string): Parameters | Refusal<'invalid_request'> {
  if (!text.isWellFormed()) return refuse('invalid_request', 'the parameters are not valid UTF-8')
  return parseForm(text, { repeatable: known })
}

/** The first parameter that came twice and may not. @spec RFC 6749 §3.1, RFC 8707 §2 */
export function findRepeated(parameters: Parameters): string | undefined {
  return parameters.names.find(name => name !== 'resource' && parameters.all(name).length > 1)
}

/** Prints parameters again, for the time while the user is asked; those without a meaning here are left out. */
export function printParameters(parameters: Parameters): string {
  const pairs = known.flatMap(name => parameters.all(name).map(value => [name, value]))
  return new URLSearchParams(pairs).toString()
}
