// RFC 6749 §5
import type { JsonObject } from './discovery.ts'

/** A successful token response. @spec RFC 6749 §5.1, OpenID Connect Core §3.1.3.3 */
export type Tokens = {
  readonly kind: 'tokens'
  readonly accessToken: string
  readonly scope: string
  readonly refreshToken?: string
  readonly idToken?: string
}

/** What went wrong: the server's error, or what the client itself found. */
export type Failure = {
  readonly kind: 'failed'
  readonly status?: number
  readonly error?: string
  readonly description: string
}

/** Says what went wrong. */
export function fail(description: string, error?: string, status?: number): Failure {
  return {
    kind: 'failed',
    description,
    ...(error !== undefined && { error }),
    ...(status !== undefined && { status }),
  }
}

/** Reads a token endpoint's answer. @spec RFC 6749 §5.1, §5.2 */
export function readTokens({
  status,
  value,
}: {
  readonly status: number
  readonly value: JsonObject
}): Tokens | Failure {
  const { access_token: accessToken, token_type: type, scope, refresh_token, id_token } = value
  if (status !== 200)
    return fail(textOr(value['error_description'], 'refused'), textOr(value['error'], 'unknown'), status)
  if (typeof accessToken !== 'string' || typeof scope !== 'string') return fail('the answer has no token')
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return fail('the token is not of type Bearer')
  return {
    kind: 'tokens',
    accessToken,
    scope,
    ...(typeof refresh_token === 'string' && { refreshToken: refresh_token }),
    ...(typeof id_token === 'string' && { idToken: id_token }),
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
