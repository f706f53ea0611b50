// RFC 6749 §3.3
import { type Refusal, refuse } from '@ambit/protocol'
import { type Catalogue, keepWhere, limitTo, type ScopeDecision, type ScopeDefinition } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { Roles } from '../options.ts'
import type { UserId } from '../ports/ids.ts'
import type { UserRecord } from '../ports/records.ts'

/** What decides which scope a user may pass on. */
export type PermissionContext = Pick<ServerContext, 'catalogue' | 'roles' | 'grantable'>

/** The role that every user has without being given it. */
export const everyone = 'everyone'

/** The scopes of OpenID Connect: about the user's own data, so every user may pass them on. @spec OpenID Connect Core §5.4, §11 */
export const openIdScopes: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

/** Drops what the user may not pass on: by their own record, by their roles, and by the operator's directory. */
export async function limitToUser(
  context: PermissionContext,
  decision: ScopeDecision,
  user: UserRecord,
): Promise<ScopeDecision> {
  const { catalogue, roles, grantable } = context
  const own = limitToOwn(catalogue, decision, user)
  const ofRoles = roles ? keepPermitted(catalogue, own, scopeOfRoles(roles, user)) : own
  return grantable ? keepPermitted(catalogue, ofRoles, await grantable(user)) : ofRoles
}

/** Whether users have permissions that can change without their record. */
export function hasPermissions({ roles, grantable }: PermissionContext): boolean {
  return roles !== undefined || grantable !== undefined
}

/** Everything that the roles of a user let them pass on; a role that is not declared lets nothing. */
function scopeOfRoles(roles: Roles, user: Pick<UserRecord, 'roles'>): readonly string[] {
  return [everyone, ...(user.roles ?? [])].flatMap(role => (Object.hasOwn(roles, role) ? (roles[role] ?? []) : []))
}

/**
 * What of an earlier decision its user may still pass on. Without roles and without a directory nothing is read: then it
 * was all decided by the user's record a moment ago.
 * @errors invalid_grant: the user is gone, or may no longer pass on any of it
 */
export async function limitToPermitted(
  context: PermissionContext & Pick<ServerContext, 'store'>,
  decision: ScopeDecision,
  userId: UserId,
): Promise<ScopeDecision | Refusal<'invalid_grant'>> {
  if (!hasPermissions(context)) return decision
  const user = await context.store.findUser(userId)
  if (!user) return refuse('invalid_grant', 'the user of the grant is gone')
  const left = await limitToUser(context, decision, user)
  if (left.scope.size === 0) return refuse('invalid_grant', 'the user may no longer pass on any scope of the grant')
  return left
}

function limitToOwn(catalogue: Catalogue, decision: ScopeDecision, user: UserRecord): ScopeDecision {
  if (user.scope === undefined) return decision
  const allowed = catalogue.parse(user.scope)
  const own = catalogue.read(openIdScopes).scope
  const held = allowed.ok ? catalogue.union(allowed.value.scope, own) : own
  return limitTo(catalogue, decision, { at: 'user', held, reason: 'user_lacks_permission' })
}

/** The declared name of a parameterised scope stands for each of its instances; every other name for what it covers. */
function keepPermitted(catalogue: Catalogue, decision: ScopeDecision, names: readonly string[]): ScopeDecision {
  const held = catalogue.read([...names, ...openIdScopes]).scope
  const whole = new Set([...names, ...catalogue.everyInstance(held)])
  const isCovered = (token: string) => {
    const { scope, unknown } = catalogue.read([token])
    return unknown.length === 0 && catalogue.covers(held, scope)
  }
  return keepWhere(catalogue, decision, {
    at: 'user',
    reason: 'user_lacks_permission',
    keep: ({ name }: ScopeDefinition, token) => whole.has(name) || isCovered(token),
  })
}
