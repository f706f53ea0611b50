// RFC 6750 §2, §3, RFC 9449 §7
import {
  type ChallengeScheme,
  type ErrorPlace,
  errorCodes,
  type HttpResponse,
  isRefusal,
  json,
  noStore,
  parseBody,
  parseForm,
  printChallenge,
  type Refusal,
  refuse,
} from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { findAccessToken } from '../issue/find-access-token.ts'
import { stateOfAccessToken } from '../issue/standing.ts'
import type { AccessTokenRecord } from '../ports/records.ts'
import { type PossessionRefusal, proveHolder } from '../possession.ts'
import { tellRefusal } from '../refused.ts'

/** An access token that is good, and that whoever sent it may use; and what the answer carries because of the proof. */
export type AdmittedToken = {
  readonly record: AccessTokenRecord
  readonly headers: Readonly<Record<string, string>>
}

type TokenScheme = Exclude<ChallengeScheme, 'Basic'>
type PresentedToken = { readonly text: string; readonly scheme: TokenScheme }
type AdmissionRefusal = PossessionRefusal | Refusal<'invalid_request' | 'invalid_token'>

/** What the public is told of any token that is not good. */
export const unusableToken = 'the access token is unknown, has expired or is revoked'

/** A request that shows no token is challenged without an error code. @spec RFC 6750 §3.1 */
const absent = refuse('invalid_token', 'an access token is needed')

/**
 * Lets a request in by its access token: one, in the Authorization header, good, in the scheme that belongs to what it is
 * bound to, and with all that proven.
 * @spec RFC 6750 §2.1, RFC 9449 §7.1, §7.2, RFC 8705 §3
 * @errors invalid_token: none, unknown, expired, revoked, the wrong scheme, or not proven; invalid_request: see `readToken`; see the bindings
 */
export async function admitAccessToken(
  context: ServerContext,
  exchange: Exchange,
): Promise<AdmittedToken | AdmissionRefusal> {
  const presented = readToken(context, exchange)
  if (isRefusal(presented)) return presented
  const found = await findAccessToken(context, presented.text)
  if (found === undefined) return refuse('invalid_token', unusableToken, 'the access token is unknown')
  const state = await stateOfAccessToken(context, found)
  if (state !== 'active') return refuse('invalid_token', unusableToken, `the access token is not good: ${state}`)
  const { record } = found
  const misfit = judgeScheme(context, presented, record)
  if (misfit) return misfit
  const { confirmation } = record
  if (confirmation === undefined) return { record, headers: {} }
  const proved = await proveHolder(context, exchange, {
    place: 'resource',
    accessToken: presented.text,
    confirmation,
  })
  return isRefusal(proved) ? proved : { record, headers: proved.headers ?? {} }
}

/**
 * The access token of a request, which stands in the Authorization header and nowhere else.
 * @spec RFC 6750 §2, RFC 9449 §7.1, RFC 9700 §4.3.2
 * @errors invalid_token: none; invalid_request: in the query or the body, more than one header, a scheme that no token has here
 */
function readToken(
  context: ServerContext,
  { request }: Exchange,
): PresentedToken | Refusal<'invalid_request' | 'invalid_token'> {
  const header = request.headers['authorization']
  if (isTokenElsewhere(request))
    return refuse(
      'invalid_request',
      'the access token belongs in the Authorization header, not in the query or the body',
    )
  if (header === undefined) return absent
  if (typeof header !== 'string') return refuse('invalid_request', 'more than one Authorization header was sent')
  const scheme = schemeOf(context, header)
  const text = /^\S+ ([A-Za-z0-9\-._~+/]+=*)$/.exec(header)?.[1]
  if (scheme === undefined || text === undefined) {
    const wanted = schemesOf(context).map(each => `\`${each}\``)
    return refuse('invalid_request', `the Authorization header must be ${wanted.join(' or ')} and one token`)
  }
  return { text, scheme }
}

function isTokenElsewhere(request: Exchange['request']): boolean {
  const query = parseForm(request.query)
  const form = request.method === 'POST' && request.body !== '' ? parseBody(request) : undefined
  return [query, form].some(each => each !== undefined && !isRefusal(each) && each.names.includes('access_token'))
}

/** @spec RFC 9110 §11.1 */
function schemeOf(context: ServerContext, header: string): TokenScheme | undefined {
  const [word = ''] = header.toLowerCase().split(' ', 1)
  return schemesOf(context).find(scheme => scheme.toLowerCase() === word)
}

function schemesOf({ mounted }: ServerContext): readonly TokenScheme[] {
  return [...new Set(['Bearer' as const, ...mounted.senderBindings.map(({ scheme = 'Bearer' }) => scheme)])]
}

/** @spec RFC 9449 §7.1, §7.2 */
function judgeScheme(
  { mounted }: ServerContext,
  { scheme }: PresentedToken,
  { confirmation }: AccessTokenRecord,
): Refusal<'invalid_token'> | undefined {
  const binding = mounted.senderBindings.find(each => each.scheme && confirmation?.[each.member] !== undefined)
  const wanted = binding?.scheme ?? 'Bearer'
  return scheme === wanted
    ? undefined
    : refuse('invalid_token', `this access token is sent in the scheme \`${wanted}\``)
}

/**
 * Answers a refusal with a challenge in each scheme that tokens have here; the error stands in the one that was used.
 * @spec RFC 6750 §3, RFC 9449 §7.1
 */
export async function answerTokenRefusal(
  context: ServerContext,
  exchange: Exchange,
  { place, refusal, scope }: { readonly place: ErrorPlace; readonly refusal: Refusal; readonly scope: string },
): Promise<HttpResponse> {
  await tellRefusal(context, exchange, { place, refusal })
  const { error, description, status = errorCodes[refusal.error].status, headers } = refusal
  const challenges = challengesOf(context, exchange, { refusal, scope })
  const body = refusal === absent ? {} : { error, error_description: description }
  return json(status, body, { ...noStore, ...headers, 'www-authenticate': challenges })
}

function challengesOf(
  context: ServerContext,
  { request }: Exchange,
  { refusal, scope }: { readonly refusal: Refusal; readonly scope: string },
): string | readonly string[] {
  const { authorization } = request.headers
  const used = (typeof authorization === 'string' && schemeOf(context, authorization)) || 'Bearer'
  const isScopeWanted = refusal === absent || refusal.error === 'insufficient_scope'
  const [first = '', ...others] = schemesOf(context).map(scheme => {
    const isTold = scheme === used && refusal !== absent
    return printChallenge(scheme, {
      realm: context.issuer,
      error: isTold ? refusal.error : undefined,
      error_description: isTold ? refusal.description : undefined,
      scope: isScopeWanted ? scope : undefined,
      ...context.mounted.senderBindings.find(binding => binding.scheme === scheme)?.challenge,
    })
  })
  return others.length === 0 ? first : [first, ...others]
}
