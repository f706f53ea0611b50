// RFC 9068 §2.2, RFC 7662 §2.2, RFC 9396 §9
import { type Brand, type EpochSeconds, epochSeconds, type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import { type AuthorizationDetail, parseAuthorizationDetails } from './authorization-details.ts'
import { readScopeClaim } from './scope-claim.ts'
import type { VerifiedFrom } from './trusted-issuers.ts'
import { badToken, type TrustedIssuer } from './verification.ts'

/**
 * Who acts, as one text to key data by: a user or a client, and of which issuer. So neither subjects of two issuers nor a
 * user and a client of the same name are ever taken for each other.
 */
export type Principal = Brand<string, 'Principal'>

/** What a verified token allows, and to whom. */
export type Access = {
  /** Who says so; a subject means nothing without it. @spec RFC 9068 §5 */
  readonly issuer: string
  /** Whether a user acts, by a client, or a client by itself. @spec RFC 9068 §2.2 */
  readonly actor: 'user' | 'client'
  readonly principal: Principal
  /** The user; absent where a client acts by itself, so that one which is called like a user is not taken for him. */
  readonly subject?: string
  readonly clientId?: string
  /** The token's scope as far as the catalogue knows it; what it does not know covers nothing. */
  readonly scope: ScopeSet
  /** The scope-tokens that the catalogue does not know. */
  readonly unknownScope: readonly string[]
  /** How the user authenticated, and when. @spec RFC 9470 §6 */
  readonly acr?: string
  readonly authTime?: EpochSeconds
  /** What it allows in detail, as far as that is for this resource. @spec RFC 9396 §9 */
  readonly authorizationDetails: readonly AuthorizationDetail[]
  /** When the token ends, where it says so. */
  readonly expiresAt?: EpochSeconds
  /** Everything that the token, or the answer about it, says. */
  readonly claims: JwtClaims
}

/** What is needed to read a token: the words of its scope, and how its issuer writes. */
export type AccessReading = {
  readonly catalogue: Catalogue
  /** This resource server's identifier. @spec RFC 8707 §2 */
  readonly resource: string
  readonly issuer: Pick<TrustedIssuer, 'scopeClaim' | 'isClient'>
}

/**
 * Reads what a verified token allows.
 * @errors invalid_token: a claim of the wrong type, a malformed scope, or nobody who acts
 */
export function readAccess(
  { catalogue, resource, issuer: rules }: AccessReading,
  { issuer, claims }: VerifiedFrom,
): Access | Refusal<'invalid_token'> {
  const { sub, acr, auth_time: authTime, exp } = claims
  const clientId = claims['client_id'] ?? claims['azp']
  if (!isTextOrAbsent(sub)) return bad('the claim `sub` is no text')
  if (!isTextOrAbsent(clientId)) return bad('the claim `client_id` is no text')
  if (!isTextOrAbsent(acr)) return bad('the claim `acr` is no text')
  if (!isTimeOrAbsent(authTime)) return bad('the claim `auth_time` is no point in time')
  if (!isTimeOrAbsent(exp)) return bad('the claim `exp` is no point in time')
  const details = parseAuthorizationDetails(claims['authorization_details'], resource)
  if (details === undefined) return bad('the claim `authorization_details` is no list of objects with a `type`')
  const reading = readScopeClaim(catalogue, claims, rules.scopeClaim)
  if (reading === undefined) return bad(`the claim \`${rules.scopeClaim ?? 'scope'}\` is no scope value`)
  const isClient = sub === undefined || sub === clientId || rules.isClient?.(claims) === true
  const name = isClient ? (clientId ?? sub) : sub
  if (name === undefined || name === '') return bad('the token says neither which user nor which client acts')
  const actor = isClient ? 'client' : 'user'
  return {
    issuer,
    actor,
    principal: principalOf(actor, issuer, name),
    ...(!isClient && { subject: sub }),
    ...(clientId !== undefined && { clientId }),
    scope: reading.scope,
    unknownScope: reading.unknown,
    ...(acr !== undefined && { acr }),
    ...(authTime !== undefined && { authTime: epochSeconds(authTime) }),
    authorizationDetails: details,
    ...(exp !== undefined && { expiresAt: epochSeconds(exp) }),
    claims,
  }
}

// neither of the first two holds a space, so no two principals are the same text
function principalOf(actor: Access['actor'], issuer: string, name: string): Principal {
  return `${actor} ${issuer} ${name}` as Principal
}

function bad(reason: string): Refusal<'invalid_token'> {
  return refuse('invalid_token', badToken, reason)
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function isTimeOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value))
}
