// RFC 6749 §5.1 (`expires_in`)
import { after, type EpochSeconds, epochSeconds, seconds } from '@ambit/protocol'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { Issuance } from '../grants/grant.ts'
import type { CodeRecord } from '../ports/records.ts'

/** When an access token ends: the least of what its resource, its client, each scope that it reaches, and its family allow. */
export function expiryOf(context: ServerContext, issuance: Issuance, now: EpochSeconds): EpochSeconds {
  const { audience, client, decision, family, hasRefreshToken, endsAt } = issuance
  const ttl = Math.min(
    audience.accessTokenTtl ?? context.ttl.accessToken,
    client.accessTokenTtl ?? Number.POSITIVE_INFINITY,
    scopeTtl(context.catalogue, decision.scope),
  )
  const expiresAt = after(now, seconds(ttl))
  const ends = endsAt === undefined ? expiresAt : earlier(expiresAt, endsAt)
  return family && hasRefreshToken ? earlier(ends, family.expiresAt) : ends
}

/** When all that comes of a code ends: without `offline_access` no later than the session that it was granted in. @spec OpenID Connect Core §11 */
export function familyExpiry(
  { ttl }: Pick<ServerContext, 'ttl'>,
  { sessionId, authTime }: CodeRecord,
  granted: { readonly scope: ScopeSet; readonly now: EpochSeconds },
): EpochSeconds {
  const end = after(granted.now, ttl.refreshAbsolute)
  const isBound = sessionId !== undefined && !granted.scope.has('offline_access')
  return isBound ? earlier(end, after(authTime, ttl.sessionAbsolute)) : end
}

/** Whether a client's refresh token stays when it is used. One of a public client is rotated. @spec RFC 9700 §4.14.2 */
export function keepsRefreshTokens(
  { refreshTokens }: Pick<ServerContext, 'refreshTokens'>,
  { authenticationMethod }: Pick<Issuance['client'], 'authenticationMethod'>,
): boolean {
  return refreshTokens === 'kept' && authenticationMethod !== 'none'
}

/** When a refresh token ends: with its family, and before where it is not used; one that stays is not written when it is used. */
export function refreshExpiry(
  context: ServerContext,
  { client, family }: Required<Pick<Issuance, 'client' | 'family'>>,
  now: EpochSeconds,
): EpochSeconds {
  if (keepsRefreshTokens(context, client)) return family.expiresAt
  return earlier(after(now, context.ttl.refreshIdle), family.expiresAt)
}

/** The earlier of two points in time. */
function earlier(a: EpochSeconds, b: EpochSeconds): EpochSeconds {
  return epochSeconds(Math.min(a, b))
}

const known = new WeakMap<ScopeSet, number>()

/** The shortest lifetime that any scope which a set reaches asks for, in seconds; infinite when none does. */
function scopeTtl(catalogue: Catalogue, scope: ScopeSet): number {
  const found = known.get(scope)
  if (found !== undefined) return found
  const reached = [...catalogue.expand(scope).tokens, ...catalogue.everyInstance(scope)]
  const ttl = Math.min(...reached.map(token => catalogue.definition(token)?.accessTokenTtl ?? Number.POSITIVE_INFINITY))
  known.set(scope, ttl)
  return ttl
}
