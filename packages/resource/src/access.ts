// RFC 9068 §2.2, RFC 7662 §2.2
import { type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { VerifiedFrom } from './trusted-issuers.ts'

/** What a verified token allows, and to whom. */
export type Access = {
  /** Who says so; a subject means nothing without it. @spec RFC 9068 §5 */
  readonly issuer: string
  /** The user, or the client itself where no user took part. @spec RFC 9068 §2.2 */
  readonly subject?: string
  readonly clientId?: string
  /** The token's scope as far as the catalogue knows it; what it does not know covers nothing. */
  readonly scope: ScopeSet
  /** Everything that the token, or the answer about it, says. */
  readonly claims: JwtClaims
}

/** The words for the public; why exactly is the operator's to know. */
export const badToken = 'the access token is not valid here'

/**
 * Reads what a verified token allows.
 * @errors invalid_token: bound to a key, whose possession nobody here proves; a claim of the wrong type; a malformed scope
 */
export function readAccess(catalogue: Catalogue, { issuer, claims }: VerifiedFrom): Access | Refusal<'invalid_token'> {
  const { scope = '', sub, client_id: clientId } = claims
  if (claims['cnf'] !== undefined)
    return refuse('invalid_token', 'the access token is bound to a key, and bearer tokens are wanted here')
  if (typeof scope !== 'string') return refuse('invalid_token', badToken, 'the claim `scope` is no text')
  if (!isTextOrAbsent(sub)) return refuse('invalid_token', badToken, 'the claim `sub` is no text')
  if (!isTextOrAbsent(clientId)) return refuse('invalid_token', badToken, 'the claim `client_id` is no text')
  const reading = scope === '' ? catalogue.empty : readScope(catalogue, scope)
  if (reading === undefined) return refuse('invalid_token', badToken, 'the claim `scope` is no scope value')
  return {
    issuer,
    ...(sub !== undefined && { subject: sub }),
    ...(clientId !== undefined && { clientId }),
    scope: reading,
    claims,
  }
}

function readScope(catalogue: Catalogue, text: string): ScopeSet | undefined {
  const parsed = catalogue.parse(text)
  return parsed.ok ? parsed.value.scope : undefined
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
