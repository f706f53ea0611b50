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
  const token = typeof header === 'string' ? /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1] : undefined
  return token ?? refuse('invalid_request', 'one Authorization header is wanted, of `Bearer` and one token')
}

/** A refusal for want of a token that is good here, with the challenge that says so. @spec RFC 6750 §3 */
export function refuseToken(
  context: ServerContext,
  description: string,
  reason = description,
): Refusal<'invalid_token'> {
  return withChallenge(context, refuse('invalid_token', description, reason))
}

function withChallenge({ issuer }: ServerContext, refusal: Refusal<'invalid_token'>): Refusal<'invalid_token'> {
  const parameters = { realm: issuer, error: refusal.error, error_description: refusal.description }
  return { ...refusal, headers: { 'www-authenticate': printChallenge('Bearer', parameters) } }
}
