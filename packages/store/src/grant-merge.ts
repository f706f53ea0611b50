import type { EpochSeconds } from '@ambit/protocol'
import type { GrantedScope, GrantRecord } from '@ambit/server'

/** The grant after scopes were added. An expired grant is not added to: its scopes are gone, the new one takes its place. */
export function mergeGrants(old: GrantRecord | undefined, added: GrantRecord): GrantRecord {
  if (!old || (old.expiresAt !== undefined && old.expiresAt <= added.updatedAt)) return added
  const scopes = new Map(old.scopes.map(scope => [scope.token, scope]))
  for (const scope of added.scopes) scopes.set(scope.token, newerOf(scopes.get(scope.token), scope))
  return { ...added, scopes: [...scopes.values()], createdAt: old.createdAt }
}

/** The grant without some scopes; `undefined` when none is left. */
export function reduceGrant(grant: GrantRecord, tokens: readonly string[], at: EpochSeconds): GrantRecord | undefined {
  const scopes = grant.scopes.filter(({ token }) => !tokens.includes(token))
  return scopes.length === 0 ? undefined : { ...grant, scopes, updatedAt: at }
}

function newerOf(old: GrantedScope | undefined, added: GrantedScope): GrantedScope {
  if (!old || added.version > old.version) return added
  return added.version === old.version && added.grantedAt >= old.grantedAt ? added : old
}
