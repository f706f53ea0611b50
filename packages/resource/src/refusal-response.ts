// RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3, RFC 9728 §5.1, RFC 9457 §3
import { type ErrorCodeAt, errorCodes, type HttpResponse, printChallenge, type Refusal } from '@ambit/protocol'
import { printScope, type ScopeSet } from '@ambit/scope'
import type { TokenScheme } from './find-token.ts'

/** What every challenge of a guard has in common. */
export type ChallengeFrame = {
  readonly realm: string
  /** The schemes in which tokens are taken in, the first where nothing else is known. */
  readonly schemes: readonly [TokenScheme, ...TokenScheme[]]
  /** The algorithms of proofs. @spec RFC 9449 §7.1 */
  readonly proofAlgorithms: readonly string[]
  /** Where the metadata of the resource stand. @spec RFC 9728 §5.1 */
  readonly metadataUrl: string | undefined
}

/** Scope that an operation needs, and what of it a token lacks. */
export type WantedScope = { readonly needed: ScopeSet; readonly missing?: ScopeSet }

/** A login that an operation needs. @spec RFC 9470 §3 */
type WantedLogin = { readonly acr: readonly string[]; readonly maxAge: number | undefined }

/** A refusal with what the client is told about it. */
export type Told = {
  readonly refusal: Refusal<ErrorCodeAt<'resource'>>
  readonly scheme: TokenScheme
  readonly scope: WantedScope
  readonly login?: WantedLogin
  /** The nonce that the next proof must hold. @spec RFC 9449 §9 */
  readonly nonce?: string
}

type Parameters = Readonly<Record<string, string | undefined>>

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
}

/** Asks for a token where none was sent: challenges without an error code, one for each scheme. @spec RFC 6750 §3.1 */
export function askForToken(frame: ChallengeFrame, scope: WantedScope): HttpResponse {
  const detail = 'an access token in the `Authorization` field is wanted'
  const challenges = frame.schemes.map(scheme => challenge(frame, scheme, { scope: valueOf(scope) }))
  return problem(401, { detail, required_scope: scope.needed.tokens }, authenticate(challenges))
}

/**
 * Tells what is wrong with a token or request: the error stands in the challenge of the scheme that was used; where another
 * scheme might do, it is offered beside it.
 * @spec RFC 6750 §3.1, RFC 9449 §7.1, RFC 9470 §3
 */
export function tellRefusal(frame: ChallengeFrame, told: Told): HttpResponse {
  const { refusal, scope, login, nonce } = told
  const { error, description } = refusal
  const { status } = errorCodes[error]
  const parameters = {
    error,
    error_description: description,
    scope: error === 'invalid_request' ? undefined : valueOf(scope),
    acr_values: login === undefined || login.acr.length === 0 ? undefined : login.acr.join(' '),
    max_age: login?.maxAge === undefined ? undefined : String(login.maxAge),
  }
  const used = frame.schemes.find(scheme => scheme === told.scheme) ?? frame.schemes[0]
  const others = error === 'invalid_token' ? frame.schemes.filter(scheme => scheme !== used) : []
  const challenges = [
    challenge(frame, used, parameters),
    ...others.map(scheme => challenge(frame, scheme, { scope: parameters.scope })),
  ]
  const headers = { ...authenticate(challenges), ...(nonce !== undefined && { 'dpop-nonce': nonce }) }
  return problem(status, { detail: description, error, ...membersOf(error, told) }, headers)
}

/** Tells that no other token would help: no challenge. @spec RFC 9110 §15.5.4 */
export function tellForbidden(): HttpResponse {
  return problem(403, { detail: 'this is not allowed' }, {})
}

/** Tells that there is nothing, where a caller may not even know that there is. @spec RFC 9110 §15.5.4, §15.5.5 */
export function tellNothing(): HttpResponse {
  return problem(404, { detail: 'there is nothing here' }, {})
}

/** Tells that tokens cannot be checked now. @spec RFC 9110 §15.6.4 */
export function tellUnavailable(): HttpResponse {
  const detail = 'access tokens cannot be checked at the moment; try again'
  return problem(503, { detail }, { 'retry-after': '5' })
}

function challenge(frame: ChallengeFrame, scheme: TokenScheme, parameters: Parameters): string {
  const algs = scheme === 'DPoP' ? frame.proofAlgorithms.join(' ') : undefined
  return printChallenge(scheme, { realm: frame.realm, ...parameters, algs, resource_metadata: frame.metadataUrl })
}

function authenticate(challenges: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const [only = '', ...others] = challenges
  return { 'www-authenticate': others.length === 0 ? only : challenges }
}

function valueOf({ needed }: WantedScope): string | undefined {
  return needed.size > 0 ? printScope(needed) : undefined
}

/** What is missing is known only of a token that was good. */
function membersOf(error: ErrorCodeAt<'resource'>, { scope, login }: Told): object {
  if (error === 'invalid_request') return {}
  return {
    required_scope: scope.needed.tokens,
    ...(error === 'insufficient_scope' && { missing_scope: scope.missing?.tokens ?? [] }),
    ...(login !== undefined && login.acr.length > 0 && { acr_values: login.acr }),
    ...(login?.maxAge !== undefined && { max_age: login.maxAge }),
  }
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
