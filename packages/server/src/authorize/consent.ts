// OpenID Connect Core §3.1.2.4, RFC 6749 §10.2, RFC 8252 §8.6
import { after, type EpochSeconds } from '@ambit/protocol'
import type { Catalogue, ScopeSet } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { ClientId, UserId } from '../ports/ids.ts'
import type { ClientRecord, GrantRecord } from '../ports/records.ts'
import { heldScope } from '../scope/held-scope.ts'
import type { AuthorizationRequest } from './request.ts'

/** Whether there is a grant that has not expired. */
export function isStanding(grant: GrantRecord | undefined, now: EpochSeconds): grant is GrantRecord {
  return grant !== undefined && (grant.expiresAt === undefined || grant.expiresAt > now)
}

/** What the user allowed earlier and still does: not expired, and each scope still means what it meant then. */
export function rememberedScope(catalogue: Catalogue, grant: GrantRecord | undefined, now: EpochSeconds): ScopeSet {
  if (!isStanding(grant, now)) return catalogue.empty
  const unchanged = grant.scopes.filter(({ token, version }) => catalogue.definition(token)?.version === version)
  return heldScope(catalogue, unchanged.map(({ token }) => token).join(' '))
}

/** What of a scope is given without asking; acting while the user is away is always asked. @spec OpenID Connect Core §11 */
export function preGrantedScope(catalogue: Catalogue, scope: ScopeSet): ScopeSet {
  const isGiven = (token: string) =>
    token !== 'offline_access' && catalogue.definition(token)?.consent === 'pre-granted'
  return heldScope(catalogue, scope.tokens.filter(isGiven).join(' '))
}

/** Whether the user cannot refuse a scope without refusing the whole: the catalogue or the client says so. */
export function isMandatory(catalogue: Catalogue, client: ClientRecord, token: string): boolean {
  const own = catalogue.parse(client.mandatoryScope ?? '')
  return catalogue.definition(token)?.consent === 'mandatory' || (own.ok && own.value.scope.has(token))
}

/**
 * Whether earlier consent is not enough, since anybody on the user's machine could pretend to be this client: a public
 * native app whose redirect URI nobody owns. A request that another device made always asks, since somebody else may hold it.
 * @spec RFC 8252 §8.6, RFC 6749 §10.2, RFC 8628 §5.4
 */
export function isImpersonable({ client, channel }: Pick<AuthorizationRequest, 'client' | 'channel'>): boolean {
  if (channel.kind === 'aside') return true
  const isOwned = channel.redirectUri.startsWith('https:')
  return client.applicationType === 'native' && client.authenticationMethod === 'none' && !isOwned
}

/** The record of a user's consent as it is given now. */
export function grantOf(
  { catalogue, ttl }: Pick<ServerContext, 'catalogue' | 'ttl'>,
  consent: {
    readonly userId: UserId
    readonly clientId: ClientId
    readonly scope: ScopeSet
    readonly now: EpochSeconds
  },
): GrantRecord {
  const { userId, clientId, scope, now } = consent
  return {
    userId,
    clientId,
    scopes: scope.tokens.map(token => ({
      token,
      version: catalogue.definition(token)?.version ?? 1,
      grantedAt: now,
    })),
    createdAt: now,
    updatedAt: now,
    ...(ttl.grant !== undefined && { expiresAt: after(now, ttl.grant) }),
  }
}
