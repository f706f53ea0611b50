// RFC 6750 §2, RFC 9449 §7.1, RFC 9700 §4.3.2
import { type HttpRequest, type Refusal, refuse } from '@ambit/protocol'
import { longestToken } from './strict-jws.ts'

/** A request as a guard sees it; it reads the headers, and looks into query and form for a second token. */
export type GuardedRequest = Pick<HttpRequest, 'headers' | 'query' | 'body'> & Partial<HttpRequest>

/** The schemes in which access tokens are sent. @spec RFC 6750 §2.1, RFC 9449 §7.1 */
export type TokenScheme = 'Bearer' | 'DPoP'

/** The one token of a request, or that none was sent. */
export type FoundToken =
  | { readonly kind: 'token'; readonly scheme: TokenScheme; readonly token: string }
  | { readonly kind: 'none' }

/** A refusal of what was found, and the scheme that it was found in. */
export type BadCredentials = Refusal<'invalid_request' | 'invalid_token'> & { readonly scheme: TokenScheme }

const none: FoundToken = { kind: 'none' }
const tokenSyntax = /^[A-Za-z0-9\-._~+/]+=*$/
const parameterName = /(?:^|&)access_token=/

/**
 * Finds the access token in the `Authorization` field, the only place where it is looked for.
 * A token in the query, a form or a cookie does not count as sent.
 * @spec RFC 6750 §2.1, RFC 9449 §7.1
 * @errors invalid_request: several `Authorization` fields, several tokens in it or none, a second token beside it
 * @errors invalid_token: a token that is too long or no b64token
 */
export function findAccessToken(
  request: GuardedRequest,
  schemes: readonly TokenScheme[] = ['Bearer'],
): FoundToken | BadCredentials {
  const field = request.headers['authorization']
  if (field === undefined) return none
  if (typeof field !== 'string')
    return bad('Bearer', refuse('invalid_request', 'one `Authorization` field is wanted, several were sent'))
  const { name, rest } = splitCredentials(field)
  const scheme = schemes.find(known => known.toLowerCase() === name)
  if (scheme === undefined) return none
  const refusal = judgeToken(rest, scheme) ?? judgeOtherPlaces(request)
  return refusal === undefined ? { kind: 'token', scheme, token: rest } : bad(scheme, refusal)
}

// RFC 9110 §11.4: spaces between scheme and token; §5.5: white space around a field is not part of it
function splitCredentials(field: string): { readonly name: string; readonly rest: string } {
  const text = trimWhiteSpace(field)
  const space = text.indexOf(' ')
  if (space < 0) return { name: text.toLowerCase(), rest: '' }
  return { name: text.slice(0, space).toLowerCase(), rest: text.slice(space + 1).replace(/^ +/, '') }
}

// no regular expression: one that looks for the last spaces takes long where there are many before
function trimWhiteSpace(field: string): string {
  let [from, to] = [0, field.length]
  while (isWhiteSpace(field[from])) from++
  while (to > from && isWhiteSpace(field[to - 1])) to--
  return field.slice(from, to)
}

function isWhiteSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

function judgeToken(token: string, scheme: TokenScheme): Refusal<'invalid_request' | 'invalid_token'> | undefined {
  if (token === '') return refuse('invalid_request', `after \`${scheme}\` one token is wanted`)
  if (token.length > longestToken) return refuse('invalid_token', 'the access token is too long to be one')
  if (/[ \t]/.test(token)) return refuse('invalid_request', `after \`${scheme}\` one token is wanted`)
  if (!tokenSyntax.test(token)) return refuse('invalid_token', 'the access token holds characters that none may hold')
  return undefined
}

function judgeOtherPlaces(request: GuardedRequest): Refusal<'invalid_request'> | undefined {
  if (parameterName.test(request.query))
    return refuse('invalid_request', 'the token was also sent in the query; the `Authorization` field alone is wanted')
  if (isForm(request) && parameterName.test(request.body ?? ''))
    return refuse('invalid_request', 'the token was also sent in the form; the `Authorization` field alone is wanted')
  return undefined
}

function bad(scheme: TokenScheme, refusal: Refusal<'invalid_request' | 'invalid_token'>): BadCredentials {
  return { ...refusal, scheme }
}

function isForm({ headers }: GuardedRequest): boolean {
  const type = headers['content-type']
  return typeof type === 'string' && /^[ \t]*application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(type)
}
