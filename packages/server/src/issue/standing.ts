// RFC 7662 §2.2, RFC 7009 §2.1
import { decisionOf, type ScopeSet } from '@ambit/scope'
import { isStanding, preGrantedScope, rememberedScope } from '../authorize/consent.ts'
import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../ports/records.ts'
import type { FoundAccessToken, FoundSpendable } from '../ports/store.ts'
import { heldScope } from '../scope/held-scope.ts'
import { hasPermissions, limitToPermitted, type PermissionContext } from '../scope/permissions.ts'

/** What the standing of a token depends on. */
export type StandingContext = PermissionContext & Pick<ServerContext, 'clock' | 'store'>

/** What became of a token since it was issued. */
export type TokenState =
  | 'active'
  | 'expired'
  | 'revoked'
  | 'spent'
  | 'family_revoked'
  | 'family_ended'
  | 'scope_taken_back'
  | 'permission_lost'

/** What the user still allows of a scope: what they granted and did not take back, and what is given without asking. */
export function standingScope(
  { catalogue, clock }: Pick<StandingContext, 'catalogue' | 'clock'>,
  scope: ScopeSet,
  grant: GrantRecord | undefined,
): ScopeSet {
  return catalogue.union(rememberedScope(catalogue, grant, clock.now()), preGrantedScope(catalogue, scope))
}

/**
 * Whether an access token is still good, and if not, why: its own end, its family's, scope that the user took back, or
 * scope that the user may no longer pass on.
 */
export async function stateOfAccessToken(context: StandingContext, found: FoundAccessToken): Promise<TokenState> {
  const state = stateOfRecord(context, found)
  const { userId, scope, consentOf, issuedAt } = found.record
  if (state !== 'active') return state
  if (userId === undefined && consentOf !== undefined) {
    const about = await context.store.findClient(consentOf)
    // one that was registered since then has the identifier alone in common with it
    return about && about.createdAt <= issuedAt ? 'active' : 'revoked'
  }
  if (userId === undefined || !hasPermissions(context)) return state
  const decision = decisionOf(heldScope(context.catalogue, scope))
  return (await limitToPermitted(context, decision, userId)) === decision ? 'active' : 'permission_lost'
}

function stateOfRecord(context: StandingContext, { record, family, grant }: FoundAccessToken): TokenState {
  if (record.revokedAt !== undefined) return 'revoked'
  if (record.expiresAt <= context.clock.now()) return 'expired'
  if (record.userId === undefined) return 'active'
  const ended = record.familyId === undefined ? undefined : stateOfFamily(context, family)
  if (ended) return ended
  const scope = heldScope(context.catalogue, record.scope)
  if (record.scope === '' && !isStanding(grant, context.clock.now())) return 'scope_taken_back'
  return context.catalogue.covers(standingScope(context, scope, grant), scope) ? 'active' : 'scope_taken_back'
}

/** Whether a code or refresh token is still good, and if not, why. */
export function stateOfSpendable(context: StandingContext, { record, spent, family }: FoundSpendable): TokenState {
  if (spent) return 'spent'
  if (record.expiresAt <= context.clock.now()) return 'expired'
  const isBegun = record.kind === 'refresh_token'
  return (isBegun ? stateOfFamily(context, family) : undefined) ?? 'active'
}

function stateOfFamily(
  { clock }: Pick<StandingContext, 'clock'>,
  family: FoundAccessToken['family'],
): 'family_revoked' | 'family_ended' | undefined {
  if (family?.revokedAt !== undefined) return 'family_revoked'
  return family === undefined || family.expiresAt <= clock.now() ? 'family_ended' : undefined
}
