// RFC 7591 §3, RFC 7592 §2, RFC 6750 §2.1, §3
import { type HttpRequest, printChallenge, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'

/**
 * The bearer token of a request for registration, which stands in the Authorization header and nowhere else.
 * @spec RFC 6750 §2.1
 * @errors invalid_request: more than one header, or not a bearer token
 */
export function readBearer({ headers }: HttpRequest): string | undefined | Refusal<'invalid_request'> {
  const header = headers['authorization']
  if (header === undefined) return undefined
  if (typeof header !== 'string') return refuse('invalid_request', 'more than one Authorization header was sent')
  const token = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1]
  return token ?? refuse('invalid_request', 'the Authorization header must be `Bearer` and one token')
}

/** A refusal for want of a token that is good here, with the challenge that says so. @spec RFC 6750 §3 */
export function refuseToken(
  { issuer }: ServerContext,
  description: string,
  reason = description,
): Refusal<'invalid_token'> {
  const challenge = printChallenge('Bearer', { realm: issuer, error: 'invalid_token', error_description: description })
  return { ...refuse('invalid_token', description, reason), headers: { 'www-authenticate': challenge } }
}
